"""Several fits at once, each in a process with one TensorFlow thread.

So the bytes of a fit do not depend on how many run beside it. This process imports no TensorFlow. It gives each
`FitJob` to a worker (`recon.families.overfitted.worker`), which answers with `FitProgress`, then with the picture.
Workers of a cluster answer with the picture only.
"""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from io import StringIO
from math import prod
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import RLock
from typing import Self

from tqdm import tqdm

from recon.core import parallel
from recon.core.errors import UserError
from recon.core.reconstruction import Reconstruction, variant_name
from recon.families.overfitted.jobs import FitJob, FitProgress

_BAR = "{desc}: {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]{postfix}"


def fit_all(jobs: Sequence[FitJob], *, workers: int, remedy: str) -> Iterator[Reconstruction]:
    """Yield the pictures of all jobs, in their order; a line shows where they are.

    Workers end with the generator, whatever ends it.

    Args:
        jobs: what to fit.
        workers: the number of fits at once.
        remedy: what the user can do where memory is short, for the message.

    Raises:
        UserError: that of a fit, or memory is short, or a worker was ended from outside.
        RuntimeError: another error of a fit, with its traceback.
    """
    if parallel.has_cluster():
        pictures = parallel.run_all(partial(_fit_anywhere, job) for job in jobs)
        yield from tqdm(pictures, total=len(jobs), desc="fits", unit="fit", mininterval=1, ascii=True)
        return
    team = [_Worker(job.runtime.instructions) for job in jobs[:workers]]
    try:
        with _ProgressLine(jobs) as line:
            yield from _fit_in_order(jobs, team, line)
    except _LostFitError as error:
        raise UserError(f"{error}; {remedy}") from None
    finally:
        for worker in team:
            worker.end()


class _LostFitError(Exception):
    """A fit has ended without its picture, for lack of memory or a signal."""


def _fit_in_order(
    jobs: Sequence[FitJob], team: Sequence["_Worker"], line: "_ProgressLine"
) -> Iterator[Reconstruction]:
    waiting, done = iter(enumerate(jobs)), {}
    busy: dict[Connection, tuple[int, _Worker]] = {}

    def take_next(worker: _Worker) -> None:
        if (following := next(waiting, None)) is not None:
            worker.give(following[1])
            busy[worker.connection] = following[0], worker

    for worker in team:
        take_next(worker)
    for number in range(len(jobs)):
        while number not in done:
            for connection in wait(busy):
                current, worker = busy[connection]
                answer = worker.receive(jobs[current])
                if isinstance(answer, FitProgress):
                    line.show(current, answer)
                else:
                    line.close_job(current)
                    done[current] = answer
                    del busy[connection]
                    take_next(worker)
        yield done.pop(number)


class _Worker:
    """A process that takes one job after the other."""

    def __init__(self, instructions: str) -> None:
        context = get_context("spawn")  # TensorFlow does not survive a fork
        self.connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, instructions), daemon=True)
        with _ignoring_interrupts():
            self._process.start()
        other.close()  # here, so that the end of the process is noticed

    def give(self, job: FitJob) -> None:
        """Send a job; if the process has ended, `receive` says so."""
        with suppress(ConnectionError):
            self.connection.send(job)

    def receive(self, job: FitJob) -> FitProgress | Reconstruction:
        """Return the next answer; raise it where it is an error."""
        fit = f"{job.image} at {variant_name(job.settings)}"
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode
            raise _LostFitError(
                f"{fit}: the process of this fit has ended with exit code {code}, maybe for lack of memory"
            ) from None
        if isinstance(answer, MemoryError):
            raise _LostFitError(f"{fit}: not enough memory for this fit")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self) -> None:
        """End the process, and what it is doing."""
        self._process.terminate()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection, instructions: str) -> None:
    """Run a worker: in the process that `_Worker` starts."""
    from recon.families.overfitted import worker

    tqdm.set_lock(RLock())  # its own would be left behind in the system
    sys.stderr = StringIO()  # for the progress of each fit by itself
    worker.serve(connection, instructions)


def _fit_anywhere(job: FitJob) -> Reconstruction:
    from recon.families.overfitted import worker

    return worker.fit_anywhere(job)


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which goes to all: whoever has started them ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _ProgressLine:
    """How many fits are done, where those that run are, and the time that is left."""

    def __init__(self, jobs: Sequence[FitJob]) -> None:
        self._jobs, self._done = jobs, 0
        self._pixels = [prod(job.pixels.shape[:2]) * job.run.fit.steps / job.steps for job in jobs]
        self._running: dict[int, FitProgress] = {}

    def __enter__(self) -> Self:
        # Counted in steps times the pixels of a tile, of which each takes about the same time.
        total = sum(job.steps * pixels for job, pixels in zip(self._jobs, self._pixels, strict=True))
        options = {"bar_format": _BAR, "mininterval": 1, "ascii": True, "dynamic_ncols": True}
        self._bar = tqdm(total=total, desc=self._describe(), **options)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, number: int, progress: FitProgress) -> None:
        """Show where the fit of a job is."""
        before = self._running.get(number, FitProgress(0, 0))
        skipped, steps = progress.skipped - before.skipped, progress.step - before.step
        self._running[number] = progress
        self._move(number, skipped, steps - skipped)

    def close_job(self, number: int) -> None:
        """Count a job as done: it may have ended early, or been kept from an earlier run."""
        last = self._running.pop(number, None)
        self._done += 1
        left = self._jobs[number].steps - (last.step if last else 0)
        self._move(number, left, 0)

    def _move(self, number: int, skipped: int, steps: int) -> None:
        """Go on by `steps`, and leave out the skipped ones, so that the time that is left is right."""
        self._bar.total -= skipped * self._pixels[number]
        self._bar.set_description_str(self._describe(), refresh=False)
        self._bar.set_postfix_str("; ".join(map(self._format, self._running)), refresh=False)
        self._bar.update(steps * self._pixels[number])

    def _describe(self) -> str:
        return f"{self._done} of {len(self._jobs)} fits"

    def _format(self, number: int) -> str:
        job, progress = self._jobs[number], self._running[number]
        place = f"step {progress.step}/{job.steps}" if progress.step < job.steps else "coding the weights"
        text = f"{job.image} at {job.lmbda:g}: {place}"
        if progress.bpp is None:
            return text
        return f"{text}, {progress.bpp:.3g} bpp, {progress.psnr_db:.2f} dB"
