"""Fit the networks of one entry to its photographs, and rebuild them from the payload: `coordinates.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.coordinates import interpolation
from recon.families.coordinates import method as coordinates
from recon.families.coordinates.fitting import fitted
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import baselines_of, runs_of
from recon.families.coordinates.shown import mask_for
from recon.settings.core import Runtime, read_params, section
from recon.training import checkpoints


def main(entry: str) -> None:
    """Write the entry's pictures, payloads, masks, curves and seconds."""
    params = read_params()
    experiment, seeded = experiment_of(params, entry), section(Runtime, "runtime")
    runs = runs_of(params, entry)
    runtime.prepare(seeded, math=runs[0].training.math)
    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    with EntryWriter(family=coordinates.FAMILY, entry=entry, about={}) as writer:
        for how in runs:
            for name, pixels in photographs:
                mask = mask_for(params, how, pixels.shape, seed=seeded.seed)
                field, model, seconds = fitted(how, pixels, mask, runtime=seeded, entry=entry, image=name)
                writer.add_seconds("fit", seconds, variant=how.variant_at(experiment.bits[0]), image=name)
                rows, columns, _ = pixels.shape
                for bits in experiment.bits:
                    rebuilt = coordinates.rebuild(field, model, bits=bits, rows=rows, columns=columns)
                    writer.add(how.variant_at(bits), name, rebuilt, field.describe(), mask)
        for method, how in baselines_of(params, entry):
            for name, pixels in photographs:
                mask = mask_for(params, how, pixels.shape, seed=seeded.seed)
                rebuilt = interpolation.rebuild(pixels, mask, reduce=how.shown.reduce, method=method)
                writer.add(how.variant, name, rebuilt, mask=mask)
    checkpoints.remove(family=coordinates.FAMILY, entry=entry)


if __name__ == "__main__":
    run(main)
