"""Silence for what libraries write to the terminal."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

_lock, _silence = Lock(), ExitStack()
_blocks = 0  # that are running, in any thread


@contextmanager
def silenced() -> Iterator[None]:
    """Discard Python's warnings, and what C code writes to stderr, while the block runs.

    Both belong to the process: the first of several threads in a block starts it, the last one out ends it.
    """
    global _blocks
    with _lock:
        if not _blocks:
            _silence.enter_context(_discarded())
        _blocks += 1
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if not _blocks:
                _silence.close()


@contextmanager
def _discarded() -> Iterator[None]:
    if sys.stderr is None:  # closed by the shell: nobody listens
        yield
        return
    sys.stderr.flush()
    stderr, devnull = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(devnull)
