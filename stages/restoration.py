"""Train the networks of one entry, and rebuild its photographs at each JPEG quality: `restoration.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import UserError, run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter, Reconstruction, variant_name
from recon.data.params import Augment, Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration import method
from recon.families.restoration.fitting import train
from recon.families.restoration.params import FAMILY, Restoration, RestorerEntry
from recon.jpeg.degradation import degraded_name
from recon.settings.core import Runtime, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's weights, curves, pictures, payloads and seconds."""
    degrade = section(Degrade, "degrade")
    entry = section(Restoration, FAMILY).entry(name, degrade=degrade, augment=section(Augment, "augment"))
    settings = section(Runtime, "runtime")
    runtime.prepare(settings)
    photographs, patches = ImageSet.open("data/normalized"), PatchSet.open("data/patches")
    data = {"patches": patches, "photographs": photographs, "qualities": degrade.qualities, "runtime": settings}
    subject = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    models = {}
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        for fit in entry.runs:
            about = method.describe(entry.experiment.net, fit.network, fit.inference, channels=patches.channels)
            if fit.weights_key not in models:
                models[fit.weights_key], seconds = train(entry, fit, **data)
                writer.add_seconds("train", seconds, settings=fit.settings)
            restorer = method.Restorer(models[fit.weights_key], fit.training.value_range, fit.inference)
            for quality in fit.qualities:
                for image, pixels in subject:
                    codec = method.RestorationCodec(restorer, pixels, degrade)
                    where = f"{name}, {variant_name(fit.at(quality))}, {image}"
                    writer.add(fit.at(quality), *_rebuild(entry, codec, quality, image, where), about)
    checkpoints.remove(family=FAMILY, entry=name)


def _rebuild(
    entry: RestorerEntry, codec: method.RestorationCodec, quality: int, image: str, where: str
) -> tuple[str, Reconstruction]:
    """Return what a network makes of a photograph, under the name of the image that it is scored against."""
    try:
        if entry.experiment.direction == "degrade":
            return degraded_name(image, quality), codec.imitate(quality)
        return image, codec.rebuild(quality)
    except FloatingPointError as error:
        raise UserError(f"{where}: {error}; its training has diverged: lower learning_rate") from None


if __name__ == "__main__":
    run(main)
