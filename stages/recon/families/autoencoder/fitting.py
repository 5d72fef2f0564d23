"""Training one autoencoder, with the quantizer that its settings name."""

from pathlib import Path

import keras

from recon.core import files, images
from recon.core.imageset import ImageSet
from recon.data.patchset import PatchSet
from recon.families.autoencoder.method import pad, stride, weights_path
from recon.families.autoencoder.params import BEST, PATCHES, AutoencoderRun, AutoencoderTraining
from recon.families.autoencoder.quantizer import Quantizer, insert_quantizer
from recon.training import fitting
from recon.training.batches import Batches, Patches, Photographs
from recon.training.callbacks import LowestLoss, tensorboard
from recon.training.towers import in_towers


def open_data(folder: str, model: keras.Model, settings: AutoencoderTraining, *, seed: int) -> Batches:
    """Return what `model` is trained on: the whole photographs, or the patches, in a `folder` below data/.

    UserError where the folder is empty or missing.
    """
    if folder == PATCHES:
        clean = PatchSet.open(f"data/{folder}").clean
        steps = {"batch_size": settings.batch_size, "steps": settings.steps_per_epoch}
        return Patches(clean, clean, value_range=settings.value_range, seed=seed, **steps)
    photographs = ImageSet.open(f"data/{folder}")
    side = stride(model)
    return Photographs([pad(images.to_float(pixels, settings.value_range), side) for _, pixels in photographs])


def train(model: keras.Model, data: Batches, run: AutoencoderRun, *, folder: Path, seed: int) -> None:
    """Train `model` to reproduce `data`; write its weights and losses to `folder`.

    `folder` gets `epoch_NNNN.weights.h5` for each of the run's snapshots, `best.weights.h5` and `losses.csv`. The
    best weights are those with the lowest loss. In training on patches they are the last: an epoch is a few of the
    patches, and its loss depends more on these than on the weights. The `seed` is that of the quantizer's noise.
    """
    settings, patches = run.training, isinstance(data, Patches)
    batched = patches and settings.batch_size > 1
    if settings.quantization != "none":
        steps = {"q_step": settings.q_step, "rate_weight": settings.rate_weight}
        quantizer = Quantizer(settings.quantization, **steps, pixels=stride(model) ** 2, seed=seed)
        trained = insert_quantizer(model, quantizer, batched=batched)
    else:
        trained = in_towers(model) if batched else model
    with files.atomic_path(folder / "losses.csv") as losses:
        callbacks = [
            keras.callbacks.CSVLogger(str(losses)),
            fitting.Snapshots(model, folder, run.snapshots),
            *([] if patches else [LowestLoss()]),
            *tensorboard(folder),
        ]
        fitting.fit(trained, data, settings=settings, epochs=run.epochs, callbacks=callbacks)
    fitting.save_weights(model, weights_path(folder, BEST))
