"""Encode one entry's photographs as fractal transforms, and decode them from noise: `fractal.py ENTRY`."""

from time import perf_counter

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.fractal import method
from recon.families.fractal.params import experiment_of, points_of
from recon.settings.core import read_params


def main(entry: str) -> None:
    """Write the entry's pictures, payloads and seconds; blocks are matched once for all tolerances."""
    params = read_params()
    points = points_of(params, entry)
    photographs = ImageSet.open(f"data/subjects/{experiment_of(params, entry).subject}")
    with EntryWriter(family=method.FAMILY, entry=entry, about={}) as writer:
        for name, pixels in photographs:
            found = {}
            for point in points:
                coding = point.settings.coding
                if coding not in found:
                    start = perf_counter()
                    found[coding] = method.searched(pixels, coding)
                    writer.add_seconds("fit", perf_counter() - start, variant=point.variant, image=name)
                writer.add(point.variant, name, method.rebuild(found[coding], point.settings))


if __name__ == "__main__":
    run(main)
