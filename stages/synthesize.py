"""Draw the test patterns whose closed forms are known: PGM files, and the set data/subjects/patterns."""

from recon import patterns
from recon.errors import run
from recon.images import write_pgm
from recon.imageset import write_set
from recon.params.core import section
from recon.params.data import Synthesize


def main() -> None:
    """Write data/synthetic/PATTERN.pgm for each of the three, and all of them as one set."""
    settings = section(Synthesize, "synthesize")
    drawn = {
        "radial_gradient": patterns.radial_gradient(settings.side),
        "sine_wave": patterns.sine_wave(settings.side, frequency=settings.sine_frequency),
        "checkerboard": patterns.checkerboard(settings.side, frequency=settings.checkerboard_frequency),
    }
    for name, pixels in drawn.items():
        write_pgm(f"data/synthetic/{name}.pgm", pixels)
    triples = ((name, "subject", pixels) for name, pixels in drawn.items())
    write_set("data/subjects/patterns", triples, source="synthetic", color="gray")


if __name__ == "__main__":
    run(main)
