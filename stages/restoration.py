"""Train the networks of one entry, and rebuild its photographs at each JPEG quality: `restoration.py ENTRY`.

An entry with `weights` takes its network from the zoo instead.
"""

from recon.training import runtime

# isort: split
from dataclasses import replace
from functools import partial
from typing import Any

from recon.core import files
from recon.core.errors import UserError, run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter, Reconstruction, variant_name
from recon.data.params import Augment, Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration import method, pretrained
from recon.families.restoration.fitting import train
from recon.families.restoration.params import (
    FAMILY,
    MODELS,
    WEIGHTS,
    Restoration,
    RestorerEntry,
    RestorerRun,
)
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.jpeg.degradation import degraded_name
from recon.settings.core import Runtime, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's weights, curves, pictures, payloads and seconds; no curves where nothing is trained."""
    degrade = section(Degrade, "degrade")
    entry = section(Restoration, FAMILY).entry(name, degrade=degrade, augment=section(Augment, "augment"))
    settings = section(Runtime, "runtime")
    runtime.prepare(settings)
    name_in_zoo = entry.experiment.weights
    network = zoo.find_network(name_in_zoo, family=FAMILY) if name_in_zoo else None
    if network:
        channels, obtain = network.channels, partial(_copy, network)
    else:
        photographs, patches = ImageSet.open("data/normalized"), PatchSet.open("data/patches")
        data = {"patches": patches, "photographs": photographs, "qualities": degrade.qualities}
        channels, obtain = patches.channels, partial(_train, **data, runtime=settings)
    subject = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    restorers: dict[str, method.Restorer] = {}
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        for fit in entry.runs:
            half_precision = network.half_precision if network else fit.training.half_precision
            shape = {"channels": channels, "half_precision": half_precision}
            about = method.describe(entry.experiment.net, fit.network, fit.inference, **shape)
            if fit.weights_key not in restorers:
                restorers[fit.weights_key], seconds = obtain(entry, fit)
                if seconds is not None:
                    writer.add_seconds("train", seconds, settings=fit.settings)
            restorer = replace(restorers[fit.weights_key], inference=fit.inference)
            for quality in fit.qualities:
                for image, pixels in subject:
                    codec = method.RestorationCodec(restorer, pixels, degrade, entry.experiment.file)
                    where = f"{name}, {variant_name(fit.at(quality))}, {image}"
                    writer.add(fit.at(quality), *_rebuild(entry, codec, quality, image, where), about)
    checkpoints.remove(family=FAMILY, entry=name)


def _train(entry: RestorerEntry, fit: RestorerRun, **data: Any) -> tuple[method.Restorer, float]:
    """Train a network; return it with the weights that are saved, and the seconds."""
    model, seconds = train(entry, fit, **data)
    return method.Restorer(model, fit.training.value_range), seconds


def _copy(network: ZooNetwork, entry: RestorerEntry, fit: RestorerRun) -> tuple[method.Restorer, None]:
    """Return a network of the zoo, whose file becomes the entry's."""
    files.write_bytes(MODELS / entry.name / fit.folder / WEIGHTS, network.read_weights())
    return method.Restorer(pretrained.load(network), network.value_range), None


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
