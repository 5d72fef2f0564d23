"""Draw the test patterns whose closed forms are known: PGM files, and the set data/subjects/patterns."""

from recon.core.errors import run
from recon.core.images import write_pgm
from recon.core.imageset import write_set
from recon.data.params import Synthesize
from recon.families.latent_decoder import patterns
from recon.settings.core import section


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
