"""Compile and fit, in one place for all families."""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from tqdm import tqdm

from recon.core import files
from recon.settings.training import Training, snapshot_name
from recon.training import losses, optimizers
from recon.training.batches import Batches, Endless
from recon.training.callbacks import BestWeights, Curves, Measure, Progress, StopAtNaN, Validation, tensorboard
from recon.training.checkpoints import Checkpoint, EarlyStopping, ReduceLROnPlateau, Resumable
from recon.training.schedules import WarmUp
from recon.training.weights import averaged, to_bytes


class Snapshots(Resumable, keras.callbacks.Callback):
    """Saves the weights at the end of each of `epochs` (counted from 1) as `folder/epoch_0010.weights.h5`.

    They are the weights of `network`, which may be a part of the model that is trained.
    """

    kept = ("contents",)

    def __init__(self, network: keras.Model, folder: Path, epochs: Sequence[int]) -> None:
        super().__init__()
        self._network, self._folder, self._epochs = network, folder, frozenset(epochs)
        self.contents: dict[str, np.ndarray] = {}  # file name -> its bytes, uint8

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save, if this is one of the epochs."""
        if epoch + 1 in self._epochs:
            with averaged(self.model):
                content = to_bytes(self._network)
            self.contents[f"{snapshot_name(epoch + 1)}.weights.h5"] = np.frombuffer(content, np.uint8)
            self._write()

    def resume(self, state: dict) -> None:
        """Save those of an interrupted run again: their files may be gone."""
        super().resume(state)
        self._write()

    def _write(self) -> None:
        for name, content in self.contents.items():
            files.write_bytes(self._folder / name, content.tobytes())


def fit(
    model: keras.Model,
    data: Batches,
    *,
    settings: Training,
    epochs: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    curves: Path | None = None,
    validate: Callable[[keras.Model], dict[str, float]] | None = None,
    best: Path | None = None,
    checkpoint: Checkpoint | None = None,
    metrics: Sequence[keras.metrics.Metric] = (),
    steps_per_execution: int = 1,
) -> None:
    """Train `model` on `data`, showing the loss, the validation measures and the time left.

    Args:
        model: the network. It ends with the best weights if `best` is given, else with the last or averaged ones.
        data: the batches of an epoch.
        settings: the optimizer, its schedule, and the loss.
        epochs: passes over `data`.
        callbacks: further callbacks, which come after those here.
        curves: a CSV file: epoch (from 1), loss, the validation measures, learning_rate.
        validate: returns measures of a model at the end of each epoch: `{"val_psnr_db": 28.1}`, and others.
        best: an HDF5 file for the weights with the best validation PSNR, or loss without `validate`.
        checkpoint: the state from which an interrupted run is resumed, with equal results.
        metrics: Keras' metrics beside the loss, as means over an epoch's batches.
        steps_per_execution: steps between two returns from TensorFlow to Python; more pay off for small steps.

    Raises:
        UserError: the loss is not finite any more, or the settings do not fit the number of steps.
    """
    steps = epochs * len(data)
    model.compile(
        optimizer=optimizers.build(settings, steps=steps),
        loss=losses.get_loss(settings.loss),
        metrics=list(metrics),
        steps_per_execution=steps_per_execution,
        jit_compile=False,  # XLA is slower for convolutions on a CPU
    )
    # Built before the first step, which is then traced once only.
    model.optimizer.build(model.trainable_variables)
    measure = Measure("val_psnr_db", "max") if validate else Measure("loss", "min")
    keeper = [BestWeights(measure, best)] if best else []
    guard = StopAtNaN(settings.learning_rate, *keeper)
    watch = [
        guard,
        *([Validation(validate, guard)] if validate else []),
        *keeper,
        *([Curves(curves), *tensorboard(curves.parent)] if curves else []),
        *_callbacks(settings, measure),
        *callbacks,
    ]
    done = checkpoint.open(watch) if checkpoint else 0
    note = f"resumed at epoch {done + 1}" if done else None
    with tqdm(total=epochs, initial=done, desc=note, unit="epoch", mininterval=1, ascii=True) as bar:
        watch += [Progress(bar), *([checkpoint] if checkpoint else [])]
        counts = {"steps_per_epoch": len(data), "epochs": epochs, "initial_epoch": done}
        model.fit(Endless(data, first=done), **counts, shuffle=False, verbose=0, callbacks=watch)


def _callbacks(settings: Training, measure: Measure) -> list[keras.callbacks.Callback]:
    """Return the callbacks that the settings require."""
    options = {"monitor": measure.name, "mode": measure.mode, "min_delta": 0}
    callbacks: list[keras.callbacks.Callback] = []
    if settings.schedule == "plateau":
        callbacks.append(ReduceLROnPlateau(factor=settings.decay_factor, patience=settings.patience, **options))
        if settings.warmup_steps:
            callbacks.append(WarmUp(settings.learning_rate, settings.warmup_steps))
    if settings.early_stopping:
        callbacks.append(EarlyStopping(patience=settings.early_stopping, **options))
    return callbacks
