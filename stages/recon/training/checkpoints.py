"""Resuming an interrupted run: its whole state in one file, outside of what DVC deletes.

    .checkpoints/FAMILY/ENTRY[/VARIANT]/state.npz

`model.save_weights` leaves out the states of dropout's seeds, and Keras' BackupAndRestore those of callbacks; with
either, a resumed run would not equal an uninterrupted one to the bit.
"""

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import keras
import numpy as np

from recon.core import files
from recon.core.errors import UserError
from recon.core.reconstruction import CHECKPOINTS

_ENGINES = ("keras", "tensorflow", "numpy", "pillow")
_TYPES = {"fingerprint": str, "epochs_done": int, "seconds": float, "variables": list, "callbacks": list}


class Resumable:
    """A callback whose attributes `kept`, of JSON's types, arrays among them, are part of a checkpoint."""

    kept: tuple[str, ...]

    def state(self) -> dict[str, Any]:
        """Return what is kept."""
        return {name: getattr(self, name) for name in self.kept}

    def resume(self, state: dict[str, Any]) -> None:
        """Restore what was kept; called when training begins."""
        vars(self).update(state)


class EarlyStopping(Resumable, keras.callbacks.EarlyStopping):
    """Keras' own, whose state is lost when training begins again."""

    kept = ("best", "best_epoch", "wait")


class ReduceLROnPlateau(Resumable, keras.callbacks.ReduceLROnPlateau):
    """Keras' own, whose state is lost when training begins again."""

    kept = ("best", "cooldown_counter", "wait")


class Checkpoint(keras.callbacks.Callback):
    """Saves the whole state of a run at the end of an epoch, at most every `seconds`; always the last callback.

    The last epoch is always saved, so that a stage that is interrupted after training need not train again. Call
    `remove` when the stage is done.
    """

    def __init__(self, folder: Path, *, fingerprint: str, seconds: float = 30) -> None:
        """Keep the state in `folder`; a state with another `fingerprint` is not resumed."""
        super().__init__()
        self._path = folder / "state.npz"
        self._fingerprint, self._seconds = fingerprint, seconds
        self.spent_before = 0.0  # seconds of training in the interrupted runs

    def open(self, callbacks: Iterable[keras.callbacks.Callback]) -> int:
        """Return the number of epochs that are done, and keep those of the `callbacks` that are Resumable.

        Raises:
            UserError: the file is damaged.
        """
        self._callbacks = [callback for callback in callbacks if isinstance(callback, Resumable)]
        saved = _read(self._path) if self._path.exists() else {}
        self._saved = saved if saved.get("fingerprint") == self._fingerprint else {}
        if saved and not self._saved:
            print(f"{self._path}: of other settings, data or code; training starts from the beginning")
        self.spent_before = self._saved.get("seconds", 0.0)
        return self._saved.get("epochs_done", 0)

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Restore the state, after other callbacks have reset themselves."""
        self._began = monotonic()
        self._due = self._began + self._seconds
        if self._saved:
            for variable, value in zip(self._variables(), self._saved["variables"], strict=True):
                variable.assign(value)
            for callback, state in zip(self._callbacks, self._saved["callbacks"], strict=True):
                callback.resume(state)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save the state if it is time."""
        ended = self.model.stop_training or epoch + 1 == self.params["epochs"]
        if ended or monotonic() >= self._due:
            state = {
                "fingerprint": self._fingerprint,
                "epochs_done": self.params["epochs"] if ended else epoch + 1,
                "seconds": self.spent_before + monotonic() - self._began,
                "variables": [variable.numpy() for variable in self._variables()],
                "callbacks": [callback.state() for callback in self._callbacks],
            }
            _write(self._path, state)
            self._due = monotonic() + self._seconds

    def _variables(self) -> list[keras.Variable]:
        """Return the weights, the states of seeds, and the variables of the optimizer."""
        optimizer = self.model.optimizer
        if not optimizer.built:
            optimizer.build(self.model.trainable_variables)
        return [*self.model.variables, *optimizer.variables]


def folder(*, family: str, entry: str, variant: str = "") -> Path:
    """Return the folder of the checkpoint of an entry, or of one of its runs."""
    return CHECKPOINTS / family / entry / variant


def remove(*, family: str, entry: str) -> None:
    """Remove the checkpoints of an entry and of its runs: its stage is done."""
    shutil.rmtree(folder(family=family, entry=entry), ignore_errors=True)


def fingerprint(described: Any, *contents: Path) -> str:
    """Return a hash of everything that decides a run's bits.

    That is `described` (JSON: settings, network, seed, threads), the content of the files `contents` (data), the
    project's code as far as it is loaded, and the versions of the libraries that compute.
    """
    engines = {name: version(name) for name in _ENGINES}
    digest = hashlib.sha256(json.dumps([described, engines], sort_keys=True).encode())
    loaded = [module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] == "recon"]
    for path in [*contents, *sorted(Path(file) for file in loaded if file)]:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _write(path: Path, state: dict[str, Any]) -> None:
    """Write JSON, and its arrays, as one .npz file."""
    arrays: list[np.ndarray] = []

    def put_aside(array: np.ndarray) -> dict[str, int]:
        arrays.append(array)
        return {"array": len(arrays) - 1}

    text, buffer = json.dumps(state, default=put_aside), BytesIO()
    np.savez(buffer, state=text, **{str(number): array for number, array in enumerate(arrays)})
    files.write_bytes(path, buffer.getvalue())


def _read(path: Path) -> dict[str, Any]:
    """Return the state that `_write` wrote; UserError where the file holds anything else."""

    def put_back(value: dict[str, Any]) -> Any:
        return stored[str(value["array"])] if value.keys() == {"array"} else value

    try:
        with path.open("rb") as file, np.load(file) as stored:
            state = json.loads(str(stored["state"]), object_hook=put_back)
        if {name: type(value) for name, value in state.items()} != _TYPES:
            raise ValueError("not what `on_epoch_end` keeps")
        return state
    except (OSError, EOFError, ValueError, LookupError, AttributeError, RuntimeError, zipfile.BadZipFile):
        raise UserError(f"{path}: damaged checkpoint; remove it to train from the start") from None
