"""Encode one entry's photographs as fractal transforms, and decode them from noise: `fractal.py ENTRY`."""

from time import perf_counter

from recon import blas

# isort: split
from recon.errors import run
from recon.imageset import ImageSet
from recon.methods import fractal
from recon.params.core import read_params
from recon.params.fractal import experiment_of, points_of
from recon.reconstruction import EntryWriter


def main(entry: str) -> None:
    """Write the entry's pictures, payloads and seconds; blocks are matched once for all tolerances."""
    params = read_params()
    points = points_of(params, entry)
    photographs = ImageSet.open(f"data/subjects/{experiment_of(params, entry).subject}")
    with EntryWriter(family=fractal.FAMILY, entry=entry, about={}) as writer:
        for name, pixels in photographs:
            found = {}
            for point in points:
                coding = point.settings.coding
                if coding not in found:
                    start = perf_counter()
                    found[coding] = fractal.searched(pixels, coding)
                    writer.add_seconds("fit", perf_counter() - start, variant=point.variant, image=name)
                writer.add(point.variant, name, fractal.rebuild(found[coding], point.settings))


if __name__ == "__main__":
    run(main)
