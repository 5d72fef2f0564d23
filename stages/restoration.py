"""Train the networks of one entry, then rebuild its subject at each JPEG quality: `restoration.py ENTRY`."""

from recon import runtime

# isort: split
from recon import checkpoints
from recon.degradation import degraded_name
from recon.errors import UserError, run
from recon.imageset import ImageSet
from recon.methods import restoration
from recon.params.core import Runtime, read_params, section
from recon.params.data import Degrade
from recon.params.restoration import experiment_of, qualities_of, runs_of
from recon.patchset import PatchSet
from recon.reconstruction import EntryWriter
from recon.restorer_training import trained

REMEDY = "its training has diverged: lower learning_rate"


def main(entry: str) -> None:
    """Write the entry's weights, curves, pictures, payloads and seconds."""
    params = read_params()
    experiment, qualities = experiment_of(params, entry), qualities_of(params, entry)
    degrade, jpeg = experiment.direction == "degrade", section(Degrade, "degrade")
    runtime.prepare(seeded := section(Runtime, "runtime"))
    photographs, patches = ImageSet.open("data/normalized"), PatchSet.open("data/patches")
    models = {}
    with EntryWriter(family=restoration.FAMILY, entry=entry, about={}) as writer:
        for how in runs_of(params, entry):
            if how.network not in models:
                models[how.network], seconds = trained(
                    experiment.net,
                    how,
                    patches=patches,
                    photographs=photographs,
                    qualities=[how.quality] if how.quality else jpeg.qualities,
                    degrade=degrade,
                    runtime=seeded,
                    entry=entry,
                )
                writer.add_seconds("train", seconds, variant=how.variant)
            restorer = restoration.Restorer(models[how.network], how.training.value_range, how.inference)
            about = restoration.describe(experiment.net, how.settings, how.inference, channels=patches.channels)
            for quality in [how.quality] if how.quality else qualities:
                for name, pixels in ImageSet.open(f"data/subjects/{experiment.subject}"):
                    act, image = (
                        (restorer.imitate, degraded_name(name, quality)) if degrade else (restorer.rebuild, name)
                    )
                    try:
                        rebuilt = act(pixels, quality=quality, **jpeg.options)
                    except FloatingPointError as error:
                        raise UserError(f"{entry}, {how.variant_at(quality)}, {name}: {error}; {REMEDY}") from None
                    writer.add(how.variant_at(quality), image, rebuilt, about)
    checkpoints.remove(family=restoration.FAMILY, entry=entry)


if __name__ == "__main__":
    run(main)
