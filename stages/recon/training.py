"""Compile and fit, in one place for all families."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from tqdm.keras import TqdmCallback

from recon import files
from recon.errors import UserError
from recon.params.training import Training


class Photographs(keras.utils.PyDataset):
    """One whole photograph a step, as its own target: they may differ in size."""

    def __init__(self, photographs: Sequence[np.ndarray]) -> None:
        super().__init__()
        self._photographs = photographs

    def __len__(self) -> int:
        """Return the number of steps in an epoch."""
        return len(self._photographs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return input and target of one step, both float32 (1, rows, columns, channels)."""
        batch = self._photographs[index][np.newaxis]
        return batch, batch


class Snapshots(keras.callbacks.Callback):
    """Saves the weights at the end of each of `epochs` (counted from 1) as `folder/epoch_0010.weights.h5`."""

    def __init__(self, folder: Path, epochs: Sequence[int]) -> None:
        super().__init__()
        self._folder, self._epochs = folder, frozenset(epochs)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save, if this is one of the epochs."""
        if epoch + 1 in self._epochs:
            save_weights(self.model, self._folder / f"{snapshot_name(epoch + 1)}.weights.h5")


class BestWeights(keras.callbacks.Callback):
    """Puts the weights with the lowest training loss back when training ends.

    An epoch's loss is measured before its updates, so with one step an epoch it belongs to the weights that the
    epoch began with: those are kept.
    """

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start without a best."""
        self._lowest, self._best = float("inf"), self.model.get_weights()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note the weights that the epoch's loss will speak of."""
        self._current = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep them if the loss is the lowest so far."""
        if logs["loss"] < self._lowest:
            self._lowest, self._best = logs["loss"], self._current

    def on_train_end(self, logs: dict | None = None) -> None:
        """Put the best back."""
        self.model.set_weights(self._best)


def fit(
    model: keras.Model,
    data: keras.utils.PyDataset,
    *,
    settings: Training,
    epochs: int,
    losses: Path,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train `model` on `data`, showing loss and time left; write Keras' CSV log to `losses` (epoch from 0, loss).

    Raises:
        UserError: the loss is no longer a number.
    """
    optimizer = keras.optimizers.get(settings.optimizer)
    optimizer.learning_rate = settings.learning_rate
    model.compile(optimizer=optimizer, loss=settings.loss)
    with files.atomic_path(losses) as path:
        log = keras.callbacks.CSVLogger(str(path))
        progress = TqdmCallback(verbose=0, mininterval=1, ascii=True)
        watch = [keras.callbacks.TerminateOnNaN(), log, progress]
        history = model.fit(data, epochs=epochs, shuffle=False, verbose=0, callbacks=[*watch, *callbacks])
    if not np.isfinite(history.history["loss"][-1]):
        raise UserError(
            f"training diverged in epoch {len(history.epoch)}: the loss is no number any more; "
            f"lower learning_rate (now {settings.learning_rate:g})"
        )


def snapshot_name(epoch: int) -> str:
    """Return what the weights at the end of `epoch` (counted from 1) are called."""
    return f"epoch_{epoch:04d}"


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights as HDF5, which holds no date: equal weights give equal bytes."""
    with files.atomic_path(path) as temporary:  # whose suffix must be .h5 for Keras
        model.save_weights(temporary)
