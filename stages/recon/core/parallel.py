"""Independent pieces of work, several at once: on the cores of this machine, or on a Dask cluster.

Each piece is single-threaded and depends on its arguments alone, so results are equal, whatever computes them and
however many do.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from recon.core.errors import UserError

if TYPE_CHECKING:
    from distributed import Client

SCHEDULER = "RECON_SCHEDULER"  # of the environment: the address of a Dask scheduler, tcp://HOST:8786
WORKERS = "RECON_WORKERS"  # how many pieces this machine does at once, its cores if it is not set
_PATIENCE = 10  # seconds in which a scheduler must answer, and a worker be there
_AHEAD = 3  # pieces for each core of a cluster that are sent before the first is asked for

By = Literal["workers", "processes", "threads"]
T = TypeVar("T")


def run_all(calls: Iterable[Callable[[], T]], *, by: By = "workers") -> Iterator[T]:
    """Yield what the calls return, in their order, while others are under way; the first error is raised here.

    Calls are taken as workers become free, so memory holds a few of them, whatever their number.

    Args:
        calls: each a `functools.partial` of a function of a module.
        by: workers are the cluster's where RECON_SCHEDULER names one, which need not share a disk: what they are
            to read is among the arguments, and what they make is returned. Otherwise they are processes of this
            machine, as `processes` are in any case. Threads do where a library computes without Python's lock.

    Raises:
        UserError: no scheduler or worker answers, or a process was ended from outside.
    """
    if by == "workers" and has_cluster():
        yield from _run_on_cluster(os.environ[SCHEDULER], calls)
        return
    prefer, do = ("threads", _do) if by == "threads" else ("processes", partial(_do_in, Path.cwd()))
    parallel = joblib.Parallel(count_workers(), return_as="generator", prefer=prefer)
    try:
        yield from parallel(map(joblib.delayed(do), calls))
    except TerminatedWorkerError:
        raise UserError(
            f"a process was ended from outside, maybe for lack of memory; set {WORKERS} to a smaller number"
        ) from None


def count_workers() -> int:
    """Return how many pieces this machine does at once; UserError names a wrong RECON_WORKERS."""
    text = os.environ.get(WORKERS) or f"{joblib.cpu_count()}"
    if not text.isdecimal() or not int(text):
        raise UserError(f"{WORKERS}={text}: must be a whole number of at least 1")
    return int(text)


def has_cluster() -> bool:
    """Return whether workers are those of a Dask cluster."""
    return bool(os.environ.get(SCHEDULER))


def _do(call: Callable[[], T]) -> T:
    return call()


def _do_in(folder: Path, call: Callable[[], T]) -> T:
    """Do the work in a folder: a process may have been started from another one."""
    os.chdir(folder)
    return call()


def _run_on_cluster(address: str, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Yield what the calls return; joblib would do the work of a cluster with a single worker here."""
    client, sent = _connect(address), deque()
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        for call in calls:
            sent.append(client.submit(_do, call, pure=False))
            if len(sent) >= _AHEAD * sum(client.ncores().values()):
                yield sent.popleft().result()
        while sent:
            yield sent.popleft().result()
    except (CancelledError, CommClosedError):
        raise UserError(
            f"{SCHEDULER}={address}: the scheduler is gone; start it and its workers, and run again"
        ) from None
    except KilledWorker:
        raise UserError(
            f"{SCHEDULER}={address}: several workers were lost over one piece of work; give them more memory"
        ) from None
    finally:
        for future in sent:
            future.release()


@cache
def _connect(address: str) -> "Client":
    """Return the client of a cluster that has a worker."""
    try:
        from distributed import Client
    except ImportError:
        raise UserError(f"{SCHEDULER}: Dask is missing; install it: pip install distributed") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(
            f"{SCHEDULER}={address}: no Dask scheduler answers ({error}); start one with `dask scheduler`, or "
            f"unset {SCHEDULER} to compute here"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise UserError(
            f"{SCHEDULER}={address}: the scheduler has no workers; start some, see stages/README.md"
        ) from None
    return client
