"""Draw the test patterns whose closed forms are known, as PGM files."""

from recon import patterns
from recon.errors import run
from recon.images import write_pgm
from recon.params.core import section
from recon.params.data import Synthesize


def main() -> None:
    """Write data/synthetic/PATTERN.pgm for each of the three."""
    settings = section(Synthesize, "synthesize")
    sine = patterns.sine_wave(settings.side, frequency=settings.sine_frequency)
    checkerboard = patterns.checkerboard(settings.side, frequency=settings.checkerboard_frequency)
    write_pgm("data/synthetic/radial_gradient.pgm", patterns.radial_gradient(settings.side))
    write_pgm("data/synthetic/sine_wave.pgm", sine)
    write_pgm("data/synthetic/checkerboard.pgm", checkerboard)


if __name__ == "__main__":
    run(main)
