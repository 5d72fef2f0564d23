"""Training one autoencoder: what it is shown, and what it sees of its quantizer."""

from collections.abc import Sequence
from pathlib import Path

import keras

from recon.core import files, images
from recon.core.imageset import ImageSet
from recon.data.patchset import PatchSet
from recon.families.autoencoder.method import padded, stride, weights_path
from recon.families.autoencoder.params import BEST, PATCHES, CodecTraining
from recon.families.autoencoder.quantizer import Quantizer, quantized
from recon.training import fitting
from recon.training.batches import Batches, Patches, Photographs
from recon.training.callbacks import LowestLoss, tensorboard
from recon.training.towers import in_towers


def shown(folder: str, model: keras.Model, settings: CodecTraining, *, seed: int) -> Batches:
    """Return what `model` is trained on: a `folder` below data/ of whole photographs, or of patches.

    UserError where there is nothing in it yet.
    """
    if folder == PATCHES:
        clean = PatchSet.open(f"data/{folder}").clean
        size = {"batch_size": settings.batch_size, "steps": settings.steps_per_epoch}
        return Patches(clean, clean, value_range=settings.value_range, seed=seed, **size)
    photographs = ImageSet.open(f"data/{folder}")
    side = stride(model)
    return Photographs([padded(images.to_float(pixels, settings.value_range), side) for _, pixels in photographs])


def train(
    model: keras.Model,
    data: Batches,
    *,
    settings: CodecTraining,
    epochs: int,
    snapshots: Sequence[int],
    folder: Path,
    seed: int,
) -> None:
    """Train `model` to give back what `data` shows it; write its weights and losses to `folder`.

    `folder` gets `epoch_NNNN.weights.h5` for each epoch in `snapshots`, `best.weights.h5` and `losses.csv`. The
    best are those with the lowest loss, or the last where the data are patches: of these an epoch sees a few, and
    its loss tells more of them than of the weights. The `seed` is that of the quantizer's noise.
    """
    patches = isinstance(data, Patches)
    batched = patches and settings.batch_size > 1
    if settings.quantization != "none":
        steps = {"q_step": settings.q_step, "rate_weight": settings.rate_weight}
        quantizer = Quantizer(settings.quantization, **steps, pixels=stride(model) ** 2, seed=seed)
        trained = quantized(model, quantizer, batched=batched)
    else:
        trained = in_towers(model) if batched else model
    with files.atomic_path(folder / "losses.csv") as losses:
        log = keras.callbacks.CSVLogger(str(losses))
        keeper = [] if patches else [LowestLoss()]
        callbacks = [log, fitting.Snapshots(model, folder, snapshots), *keeper, *tensorboard(folder)]
        fitting.fit(trained, data, settings=settings, epochs=epochs, callbacks=callbacks)
    fitting.save_weights(model, weights_path(folder, BEST))
