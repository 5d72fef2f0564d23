"""Train the networks of one entry, then rebuild its subject at each JPEG quality: `restoration.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import UserError, run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.params import Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration import method
from recon.families.restoration.fitting import trained
from recon.families.restoration.params import experiment_of, qualities_of, runs_of
from recon.jpeg.degradation import degraded_name
from recon.settings.core import Runtime, read_params, section
from recon.training import checkpoints

REMEDY = "its training has diverged: lower learning_rate"


def main(entry: str) -> None:
    """Write the entry's weights, curves, pictures, payloads and seconds."""
    params = read_params()
    experiment, qualities = experiment_of(params, entry), qualities_of(params, entry)
    degrade, jpeg = experiment.direction == "degrade", section(Degrade, "degrade")
    runtime.prepare(seeded := section(Runtime, "runtime"))
    photographs, patches = ImageSet.open("data/normalized"), PatchSet.open("data/patches")
    models = {}
    with EntryWriter(family=method.FAMILY, entry=entry, about={}) as writer:
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
            restorer = method.Restorer(models[how.network], how.training.value_range, how.inference)
            about = method.describe(experiment.net, how.settings, how.inference, channels=patches.channels)
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
    checkpoints.remove(family=method.FAMILY, entry=entry)


if __name__ == "__main__":
    run(main)
