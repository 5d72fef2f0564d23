"""Draw the test patterns of known closed form, as PGM files."""

from recon.core.errors import run
from recon.core.images import write_pgm
from recon.data import patterns
from recon.data.params import Synthesize
from recon.settings.core import section


def main() -> None:
    """Write data/synthetic/PATTERN.pgm for each of the three."""
    settings = section(Synthesize, "synthesize")
    drawn = {
        "radial_gradient": patterns.radial_gradient(settings.side),
        "sine_wave": patterns.sine_wave(settings.side, frequency=settings.sine_frequency),
        "checkerboard": patterns.checkerboard(settings.side, frequency=settings.checkerboard_frequency),
    }
    for name, pixels in drawn.items():
        write_pgm(f"data/synthetic/{name}.pgm", pixels)


if __name__ == "__main__":
    run(main)
