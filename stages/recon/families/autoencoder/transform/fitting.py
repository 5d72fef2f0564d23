"""Training the weights of a transform codec on patches."""

from pathlib import Path
from time import perf_counter

import keras

from recon.data.patchset import PatchSet
from recon.families.autoencoder.params import FAMILY, LOSSES, PATCHES, AutoencoderEntry
from recon.families.autoencoder.transform.params import TransformRun
from recon.families.autoencoder.transform.trainer import CodecTrainer
from recon.families.autoencoder.transform.weights import format_weights
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import Patches
from recon.training.checkpoints import Checkpoint


def train(entry: AutoencoderEntry, run: TransformRun, *, folder: Path, runtime: Runtime) -> tuple[bytes, float]:
    """Return the content of the file of weights, and the seconds that training took.

    The folder gets losses.csv. An interrupted training is resumed, and its seconds count what came before.

    Raises:
        UserError: there are no patches in color, or the loss is not finite any more.
    """
    settings, patches = run.training, PatchSet.open(f"data/{PATCHES}")
    decides = [entry.experiment.model_dump(), settings.model_dump(), run.epochs, runtime.model_dump()]
    checkpoint = Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry.name),
        fingerprint=checkpoints.fingerprint(decides, *patches.files),
    )
    data = Patches(
        patches.clean,
        patches.clean,
        batch_size=settings.batch_size,
        value_range=settings.value_range,
        seed=runtime.seed,
        steps=settings.steps_per_epoch,
    )
    keras.utils.clear_session()
    steps = run.epochs * settings.steps_per_epoch
    trainer = CodecTrainer(run.architecture, settings.lambdas, steps=steps, seed=runtime.seed)
    start = perf_counter()
    fitting.fit(trainer, data, settings=settings, epochs=run.epochs, curves=folder / LOSSES, checkpoint=checkpoint)
    content = format_weights(run.architecture, settings.lambdas, trainer.get_arrays())
    return content, perf_counter() - start + checkpoint.spent_before
