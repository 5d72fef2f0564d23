"""Fit the networks of one entry to its photographs, and rebuild them from the payload: `coordinates.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import run as run_stage
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.coordinates import interpolation
from recon.families.coordinates.fitting import fit_picture
from recon.families.coordinates.params import FAMILY, Coordinates
from recon.settings.core import Runtime, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's pictures, payloads, masks, curves and seconds."""
    entry, seeded = section(Coordinates, FAMILY).entry(name), section(Runtime, "runtime")
    runtime.prepare(seeded, math=entry.runs[0].training.math)
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    points = list(entry.experiment.points.each())
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        for run in entry.runs:
            for image, pixels in photographs:
                mask = run.draw_mask(pixels.shape, seed=seeded.seed)
                if run.method:
                    rebuilt = interpolation.rebuild(pixels, mask, reduce=run.visibility.reduce, method=run.method)
                    writer.add(run.settings, image, rebuilt, mask=mask)
                    continue
                codec, seconds = fit_picture(run, pixels, mask, runtime=seeded, entry=name, image=image)
                writer.add_seconds("fit", seconds, settings=run.settings | points[0], image=image)
                for point in points:
                    rebuilt = codec.rebuild(point["bits"])
                    writer.add(run.settings | point, image, rebuilt, codec.field.describe(), mask)
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run_stage(main)
