"""Train the pixels of one entry's photographs from noise, and keep them after some steps: `pixels.py ENTRY`."""

from recon import runtime

# isort: split
from recon.errors import run
from recon.imageset import ImageSet
from recon.methods import pixels as method
from recon.params.core import Runtime, read_params, section
from recon.params.pixels import experiment_of, points_of, variant_at
from recon.pixel_fitting import MODELS, fitted
from recon.reconstruction import EntryWriter


def main(entry: str) -> None:
    """Write the entry's pictures, payloads, curves and seconds."""
    params, seeded = read_params(), section(Runtime, "runtime")
    points = points_of(params, entry)
    runtime.prepare(seeded)
    photographs = ImageSet.open(f"data/subjects/{experiment_of(params, entry).subject}")
    with EntryWriter(family=method.FAMILY, entry=entry, about={}) as writer:
        for point in points:
            for name, pixels in photographs:
                curve = MODELS / entry / point.variant / f"{name}.csv"
                pictures, seconds = fitted(pixels, point.settings, runtime=seeded, curve=curve)
                last = variant_at(point, point.settings.last)
                writer.add_seconds("fit", seconds, variant=last, image=name)
                for step, picture in pictures.items():
                    writer.add(variant_at(point, step), name, method.rebuild(picture))


if __name__ == "__main__":
    run(main)
