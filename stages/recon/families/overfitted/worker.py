"""What a process of `recon.families.overfitted.pool` does: fits, one after the other, in one TensorFlow thread."""

from recon.training import runtime

# isort: split
import shutil
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from typing import Any

import keras
import tensorflow as tf

from recon.coding.payload import PayloadError
from recon.core import files
from recon.core.errors import UserError
from recon.core.reconstruction import Reconstruction, timed, variant_name
from recon.data.manifest import pixels_sha256
from recon.families.overfitted import fitting  # noqa: F401 - fingerprints are of code that is loaded
from recon.families.overfitted.jobs import FitJob, FitProgress
from recon.families.overfitted.method import OverfittedCodec
from recon.families.overfitted.refinement import UncodableError
from recon.settings.core import Runtime
from recon.training import checkpoints
from recon.training.checkpoints import Checkpoint, Resumable

_DONE = "fit.json"  # of a finished fit
_STATES = "states"  # of a running one
_KEPT = {"fingerprint": str, "payload": str, "seconds": float}

ReportProgress = Callable[[FitProgress], None]


def serve(connection: Connection, instructions: str) -> None:
    """Answer each job with `FitProgress`, then with a `Reconstruction` or an error, until no job comes.

    Where memory is short the error is Python's, which the other process can read without TensorFlow.
    """
    runtime.prepare(Runtime(seed=0, threads=1, instructions=instructions))
    while True:
        try:
            connection.send(fit(connection.recv(), connection.send))
        except (EOFError, ConnectionError):  # whoever has started this process is gone
            return
        except (UserError, OSError, MemoryError) as error:
            connection.send(error)
        except tf.errors.ResourceExhaustedError:
            connection.send(MemoryError())
        except Exception:
            connection.send(RuntimeError(f"a fit has failed\n{traceback.format_exc()}"))


def fit_anywhere(job: FitJob) -> Reconstruction:
    """Return a job's picture, made in a process of a cluster."""
    runtime.prepare(job.runtime.model_copy(update={"threads": 1}))
    return fit(job, lambda _: None)


def fit(job: FitJob, report: ReportProgress) -> Reconstruction:
    """Return a job's picture, and keep its payload; what an interrupted run has kept is not fitted again.

    `encode_seconds` are CPU seconds, those of interrupted runs included: they do not depend on what runs beside.

    Raises:
        UserError: what an interrupted run has kept is damaged, or the fit has ended in weights that no
            decoder takes.
    """
    fingerprint = _compute_fingerprint(job)
    watched = _Watch(job, fingerprint, report)
    codec, path = job.open_codec(watched.open_checkpoint), job.folder / _DONE
    if path.is_file() and (kept := _read(path, fingerprint, codec)):
        return kept
    began = process_time()
    try:
        payload = codec.encode(job.lmbda)
    except UncodableError as error:
        place = f"{job.image} at {variant_name(job.settings)}"
        raise UserError(f"{place}: the fit has ended in {error}; a smaller `network_rate` may help") from None
    seconds = process_time() - began + watched.seconds_before
    files.write_json(path, {"fingerprint": fingerprint, "payload": payload.hex(), "seconds": seconds})
    shutil.rmtree(job.folder / _STATES, ignore_errors=True)
    return _decode(codec, payload, seconds)


class _Watch:
    """Opens the checkpoints of a job's tiles, each of which reports how far its fit is."""

    def __init__(self, job: FitJob, fingerprint: str, report: ReportProgress) -> None:
        self._job, self._fingerprint, self._report = job, fingerprint, report
        self._checkpoints: list[_ReportingCheckpoint] = []

    def open_checkpoint(self, tile: int) -> Checkpoint:
        """Return that of a tile."""
        steps, skipped = self._job.run.fit.steps, sum(checkpoint.skipped for checkpoint in self._checkpoints)

        def report(step: int, skipped_here: int, **measured: float) -> None:
            self._report(FitProgress(tile * steps + step, skipped + skipped_here, **measured))

        checkpoint = _ReportingCheckpoint(
            self._job.folder / _STATES / f"{tile}",
            fingerprint=self._fingerprint,
            every=self._job.run.fit.evaluate_every,
            report=report,
        )
        self._checkpoints.append(checkpoint)
        return checkpoint

    @property
    def seconds_before(self) -> float:
        """The CPU seconds of fitting in interrupted runs."""
        return sum(checkpoint.clock.before for checkpoint in self._checkpoints)


class _CpuClock(Resumable, keras.callbacks.Callback):
    """Counts the CPU seconds of this process, and is part of a checkpoint.

    Attributes:
        before: those of interrupted runs, up to their checkpoint.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before, self._began = 0.0, process_time()

    def state(self) -> dict[str, Any]:
        """Return the seconds up to now, those of interrupted runs included."""
        return {"before": self.before + process_time() - self._began}

    def resume(self, state: dict[str, Any]) -> None:
        """Take what `state` returned in an interrupted run."""
        self.before = state["before"]


class _ReportingCheckpoint(Checkpoint):
    """Reports the steps done after each measurement, with bits per pixel and PSNR."""

    def __init__(self, folder: Path, *, fingerprint: str, every: int, report: Callable[..., None]) -> None:
        super().__init__(folder, fingerprint=fingerprint)
        self._every, self._report = every, report
        self.skipped, self.clock = 0, _CpuClock()

    def open(self, callbacks: Iterable[keras.callbacks.Callback]) -> int:
        """Open it, and report what an interrupted run had done."""
        done = super().open([*callbacks, self.clock])
        self.skipped = done * self._every
        self._report(self.skipped, self.skipped)
        return done

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save the state if it is time, and report."""
        super().on_epoch_end(epoch, logs)
        self._report((epoch + 1) * self._every, self.skipped, bpp=logs["bpp"], psnr_db=logs["psnr_db"])


def _compute_fingerprint(job: FitJob) -> str:
    """Return a hash of all that decides the bytes of a fit."""
    run, start = job.run, job.start.model_id.hex() if job.start else None
    runtime = job.runtime.model_dump(exclude={"threads"})
    decides = [run.fit.model_dump(), run.networks.model_dump(), job.lmbda, runtime, start]
    return checkpoints.fingerprint([*decides, pixels_sha256(job.pixels)])


def _read(path: Path, fingerprint: str, codec: OverfittedCodec) -> Reconstruction | None:
    """Return what a finished fit has kept, None where it was another fit; UserError where it is damaged."""
    try:
        kept = files.read_json(path)
        if kept["fingerprint"] != fingerprint:
            return None
        if {name: type(value) for name, value in kept.items()} != _KEPT:
            raise ValueError("not what `fit` keeps")
        return _decode(codec, bytes.fromhex(kept["payload"]), kept["seconds"])
    except (ValueError, TypeError, LookupError, PayloadError):
        raise UserError(f"{path}: damaged; remove it to fit again") from None


def _decode(codec: OverfittedCodec, payload: bytes, seconds: float) -> Reconstruction:
    """Return the picture of a payload that took so many seconds to encode."""
    return replace(timed(lambda: payload, codec.decode), encode_seconds=seconds)
