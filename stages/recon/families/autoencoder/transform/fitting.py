"""Training the weights of a transform codec on patches."""

from pathlib import Path
from time import perf_counter

import keras

from recon.core.errors import UserError
from recon.data.patchset import PatchSet
from recon.families.autoencoder.transform.method import check_sums
from recon.families.autoencoder.transform.params import TransformRun
from recon.families.autoencoder.transform.trainer import CodecTrainer
from recon.families.autoencoder.transform.weights import format_weights, read_weights
from recon.training import fitting
from recon.training.batches import Patches
from recon.training.checkpoints import Checkpoint


def train(
    run: TransformRun, patches: PatchSet, *, curves: Path, seed: int, checkpoint: Checkpoint
) -> tuple[bytes, float]:
    """Return the content of the file of weights, and the seconds that training took.

    An interrupted training is resumed from the checkpoint, and its seconds count what came before.

    Args:
        run: how it is trained.
        patches: in color; only the originals count.
        curves: the CSV file of losses.
        seed: of weights, noise, rates and the order of the patches.
        checkpoint: of the run.

    Raises:
        UserError: the loss is not finite any more, or the weights are too large for a decoder.
    """
    settings, clean = run.training, patches.clean
    options = {"batch_size": settings.batch_size, "steps": settings.steps_per_epoch, "seed": seed}
    data = Patches(clean, clean, value_range=settings.value_range, **options)
    keras.utils.clear_session()
    steps = run.epochs * settings.steps_per_epoch
    trainer = CodecTrainer(run.architecture, settings.lambdas, steps=steps, seed=seed)
    start = perf_counter()
    fitting.fit(trainer, data, settings=settings, epochs=run.epochs, curves=curves, checkpoint=checkpoint)
    content = _format(run, trainer)
    return content, perf_counter() - start + checkpoint.spent_before


def _format(run: TransformRun, trainer: CodecTrainer) -> bytes:
    """Return the file of the weights; UserError where no decoder would take them."""
    try:
        content = format_weights(run.architecture, run.training.lambdas, trainer.get_arrays())
        check_sums(read_weights(content))
    except ValueError as error:
        rate = run.training.learning_rate
        raise UserError(f"training has ended in {error}; lower its learning_rate ({rate:g})") from None
    return content
