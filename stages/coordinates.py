"""Fit the networks of one entry to its photographs, and rebuild them from the payload: `coordinates.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.coordinates import interpolation
from recon.families.coordinates.fitting import PLAIN, fit_picture
from recon.families.coordinates.method import NeuralField
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
        for field_run in entry.runs:
            for image, pixels in photographs:
                mask = field_run.draw_mask(pixels.shape, seed=seeded.seed)
                if field_run.method:
                    rebuilt = interpolation.rebuild(field_run, pixels, mask)
                    writer.add(field_run.settings, image, rebuilt, mask=mask)
                    continue
                # Counted first, so that a network whose cost is unknown fails before it is fitted.
                about = NeuralField.of(field_run, seed=0, channels=pixels.shape[-1]).describe()
                fit = fit_picture(field_run, pixels, mask, runtime=seeded, entry=name, image=image)
                if not fit.has_learned:
                    place = ", ".join(filter(None, (name, field_run.folder, image)))
                    print(f"{place}: {PLAIN}; lower learning_rate, or train longer")
                writer.add_seconds("fit", fit.seconds, settings=field_run.settings | points[0], image=image)
                for point in points:
                    rebuilt = fit.codec.rebuild(point["bits"])
                    writer.add(field_run.settings | point, image, rebuilt, about, mask)
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run(main)
