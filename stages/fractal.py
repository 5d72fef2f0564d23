"""Encode every entry's photographs as fractal transforms, and decode them from noise."""

from time import perf_counter

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.fractal.method import FractalCodec
from recon.families.fractal.params import Fractal, FractalEntry
from recon.settings.core import section


def main() -> None:
    """Write the pictures, payloads and seconds of all entries."""
    for entry in section(Fractal, "fractal").entries():
        _write(entry)


def _write(entry: FractalEntry) -> None:
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    with EntryWriter(family=entry.family, entry=entry.name, about={}) as writer:
        for image, pixels in photographs:
            for coding in entry.runs:
                start = perf_counter()
                codec = FractalCodec(pixels, coding.fit)
                writer.add_seconds("fit", perf_counter() - start, settings=coding.points[0][0], image=image)
                for settings, tolerance in coding.points:
                    writer.add(settings, image, codec.rebuild(tolerance))


if __name__ == "__main__":
    run(main)
