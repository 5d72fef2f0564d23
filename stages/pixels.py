"""Train the pixels of every entry's photographs from noise, and keep them after some of the steps."""

from recon.training import runtime

# isort: split
from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.pixels.fitting import fit_pixels
from recon.families.pixels.method import PixelCodec
from recon.families.pixels.params import PixelEntry, Pixels
from recon.settings.core import Runtime, section


def main() -> None:
    """Write the pictures, payloads, curves and seconds of all entries."""
    entries, seeded = section(Pixels, "pixels").entries(), section(Runtime, "runtime")
    runtime.prepare(seeded)
    for entry in entries:
        _write(entry, seeded)


def _write(entry: PixelEntry, seeded: Runtime) -> None:
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    with EntryWriter(family=entry.family, entry=entry.name, about={}) as writer:
        for descent_run in entry.runs:
            for image, pixels in photographs:
                fit = fit_pixels(pixels, descent_run.descent, seeded)
                curve = [{"step": step, "rmse": rmse} for step, rmse in enumerate(fit.rmse)]
                files.write_csv(descent_run.curve_path(entry.name, image), curve)
                last = descent_run.point(descent_run.descent.last_step)
                writer.add_seconds("fit", fit.seconds, settings=last, image=image)
                codec = PixelCodec(fit.pictures)
                for step in fit.pictures:
                    writer.add(descent_run.point(step), image, codec.rebuild(step))


if __name__ == "__main__":
    run(main)
