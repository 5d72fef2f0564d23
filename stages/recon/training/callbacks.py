"""Callbacks: the watch for NaN, validation, the best weights, curves, progress.

Keras passes one dictionary, `logs`, to the callbacks in their order, so each sees what those before it added.
"""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal

import keras
import numpy as np
from tqdm import tqdm

from recon.core import files
from recon.core.errors import UserError
from recon.training import weights
from recon.training.checkpoints import Resumable

TENSORBOARD = "RECON_TENSORBOARD"  # a folder for TensorBoard's logs; they change no result, so it is no param


@dataclass(frozen=True)
class Measure:
    """The entry of `logs` that decides which of two epochs was better."""

    name: str
    mode: Literal["max", "min"]

    def is_better(self, value: float, than: float | None) -> bool:
        """Return whether `value` beats the best so far, None where there is none."""
        return than is None or (value > than if self.mode == "max" else value < than)


class BestWeights(Resumable, keras.callbacks.Callback):
    """Keeps the weights, or their moving averages, of the epoch with the best measure.

    Each best is saved to `path` at once and atomically; the last one is put back when training ends.
    """

    kept = ("value", "weights")

    def __init__(self, measure: Measure, path: Path | None = None) -> None:
        super().__init__()
        self._measure, self.path = measure, path
        self.value: float | None = None
        self.weights: list[np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep and save the weights if the measure is the best so far."""
        if self._measure.is_better(logs[self._measure.name], self.value):
            self.value, self.weights = logs[self._measure.name], self._measured()
            self._save()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Put the best back."""
        self.model.set_weights(self.weights)

    def resume(self, state: dict) -> None:
        """Restore the best of an interrupted run, and save it again: its file may be gone."""
        super().resume(state)
        self._save()

    def _measured(self) -> list[np.ndarray]:
        with weights.averaged(self.model):
            return self.model.get_weights()

    def _save(self) -> None:
        if self.path:
            with weights.holding(self.model, self.weights):
                weights.save_network(self.model, self.path)


class LowestLoss(BestWeights):
    """The best by training loss, which is measured before the updates.

    So with one step an epoch it is the loss of the weights that the epoch began with: those are kept.
    """

    def __init__(self) -> None:
        super().__init__(Measure("loss", "min"))

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Keep the weights that the epoch's loss will be measured of."""
        self._current = super()._measured()

    def _measured(self) -> list[np.ndarray]:
        return self._current


class StopAtNaN(keras.callbacks.Callback):
    """Ends training with a UserError when the loss or a weight is not finite, before any of them is saved."""

    def __init__(self, learning_rate: float, best: BestWeights | None = None) -> None:
        super().__init__()
        self._rate, self._best = learning_rate, best

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Keep the epoch, for the message."""
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Check the loss."""
        if not np.isfinite(logs["loss"]):
            self.stop("the loss is")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Check the weights: the last step may have spoiled them after its loss was computed."""
        if not all(np.isfinite(values).all() for values in self.model.get_weights()):
            self.stop("weights are")

    def stop(self, subject: str) -> None:
        """Raise the error; `subject` begins its sentence: "the loss is", "weights are"."""
        remedy = f"; the last good weights are in {self._best.path}" if self._best and self._best.weights else ""
        raise UserError(
            f"training diverged in epoch {self._epoch}: {subject} not finite any more; "
            f"lower learning_rate (now {self._rate:g}){remedy}"
        )


class Validation(keras.callbacks.Callback):
    """Adds to `logs` what `validate` returns for the model, with averaged weights if averages are kept."""

    def __init__(self, validate: Callable[[keras.Model], dict[str, float]], watch: StopAtNaN) -> None:
        super().__init__()
        self._validate, self._watch = validate, watch

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Validate; a FloatingPointError means that training has diverged, whatever the loss is."""
        try:
            with weights.averaged(self.model):
                logs.update({name: float(value) for name, value in self._validate(self.model).items()})
        except FloatingPointError:
            self._watch.stop("the reconstructions of validation images are")


class Curves(Resumable, keras.callbacks.Callback):
    """Writes a CSV file: epoch (from 1), loss, the measures of validation, learning_rate (at the epoch's end)."""

    kept = ("rows",)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._due = path, 0.0
        self.rows: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep a row, and write all rows once a second, so that the file can be looked at during training."""
        rate = float(f"{float(self.model.optimizer.learning_rate):.7g}")  # the digits that float32 has
        self.rows.append({"epoch": epoch + 1, **logs, "learning_rate": rate})
        if monotonic() >= self._due:
            files.write_csv(self._path, self.rows)
            self._due = monotonic() + 1

    def on_train_end(self, logs: dict | None = None) -> None:
        """Write all rows."""
        files.write_csv(self._path, self.rows)


class Progress(keras.callbacks.Callback):
    """Shows the epochs done, the time left and the last epoch's values on `bar`."""

    def __init__(self, bar: tqdm) -> None:
        super().__init__()
        self._bar = bar

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Move on by one epoch."""
        self._bar.set_postfix({name: f"{value:.4g}" for name, value in logs.items()}, refresh=False)
        self._bar.update()


def tensorboard(run: Path) -> list[keras.callbacks.Callback]:
    """Return the callback that writes logs for TensorBoard to RECON_TENSORBOARD/run; none where that is not set.

    Raises:
        UserError: the package is not installed.
    """
    folder = os.environ.get(TENSORBOARD)
    if not folder:
        return []
    if importlib.util.find_spec("tensorboard") is None:
        raise UserError(
            f"{TENSORBOARD} is set, but TensorBoard is not installed: pip install tensorboard, or unset it"
        )
    logs = Path(folder) / run.relative_to(run.anchor)
    return [keras.callbacks.TensorBoard(str(logs), write_graph=False)]
