"""Training one autoencoder, with the quantizer that its settings name."""

from pathlib import Path
from time import perf_counter
from typing import Any

import keras

from recon.core import images
from recon.core.imageset import ImageSet
from recon.data.patchset import PatchSet
from recon.families.autoencoder import method
from recon.families.autoencoder.method import pad, stride, weights_path
from recon.families.autoencoder.params import (
    BEST,
    FAMILY,
    LOSSES,
    PATCHES,
    AutoencoderEntry,
    AutoencoderRun,
    AutoencoderTraining,
)
from recon.families.autoencoder.quantizer import Quantizer, insert_quantizer
from recon.families.autoencoder.transform.params import TransformRun
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import Batches, Patches, Photographs
from recon.training.callbacks import LowestLoss
from recon.training.checkpoints import Checkpoint
from recon.training.towers import in_towers
from recon.training.weights import save_weights


def build(net: str, network: dict[str, Any], *, channels: int, seed: int) -> keras.Model:
    """Return an untrained network whose weights depend on `seed`, but on no network made before it."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    return method.build(net, network, channels=channels)


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


def make_checkpoint(entry: AutoencoderEntry, run: AutoencoderRun | TransformRun, runtime: Runtime) -> Checkpoint:
    """Return the checkpoint of one of the entry's runs, of which an interrupted training is resumed."""
    decides = [entry.experiment.model_dump(), run.training.model_dump(), run.epochs, runtime.model_dump()]
    data = sorted(Path(f"data/{entry.experiment.trained_on}").iterdir())
    return Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry.name, variant=run.folder),
        fingerprint=checkpoints.fingerprint(decides, *data),
    )


def train(
    model: keras.Model,
    data: Batches,
    run: AutoencoderRun,
    *,
    folder: Path,
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> float:
    """Train `model` to reproduce `data`; write its weights and losses to `folder`, and return the seconds it took.

    `folder` gets `epoch_NNNN.weights.h5` for each of the run's snapshots, `best.weights.h5` and `losses.csv`. The
    best weights are those with the lowest loss. In training on patches they are the last: an epoch is a few of the
    patches, and its loss depends more on these than on the weights. The `seed` is that of the quantizer's noise.
    The seconds include those of interrupted trainings that are resumed from the `checkpoint`.
    """
    settings, patches = run.training, isinstance(data, Patches)
    batched = patches and settings.batch_size > 1
    if settings.quantization != "none":
        steps = {"q_step": settings.q_step, "rate_weight": settings.rate_weight}
        quantizer = Quantizer(settings.quantization, **steps, pixels=stride(model) ** 2, seed=seed)
        trained = insert_quantizer(model, quantizer, batched=batched)
    else:
        trained = in_towers(model) if batched else model
    start = perf_counter()
    fitting.fit(
        trained,
        data,
        settings=settings,
        epochs=run.epochs,
        curves=folder / LOSSES,
        callbacks=[fitting.Snapshots(model, folder, run.snapshots), *([] if patches else [LowestLoss()])],
        checkpoint=checkpoint,
    )
    save_weights(model, weights_path(folder, BEST))
    return perf_counter() - start + (checkpoint.spent_before if checkpoint else 0)
