"""Train the pixels of one entry's photographs from noise, and keep them after some steps: `pixels.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.pixels import method
from recon.families.pixels.fitting import MODELS, fitted
from recon.families.pixels.params import experiment_of, points_of, variant_at
from recon.settings.core import Runtime, read_params, section


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
