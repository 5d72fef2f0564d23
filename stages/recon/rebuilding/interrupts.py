"""Ctrl-C: it ends the process at once, or raises KeyboardInterrupt where files have to be removed first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_at_once() -> Iterator[None]:
    """End the process without a traceback at Ctrl-C, or where the reader of a pipe is gone, in the block."""
    with _handling(signal.SIGINT, signal.SIG_DFL), _handling(signal.SIGPIPE, signal.SIG_DFL):
        yield


@contextmanager
def raised() -> Iterator[None]:
    """Raise KeyboardInterrupt at Ctrl-C in the block."""
    with _handling(signal.SIGINT, signal.default_int_handler):
        yield


@contextmanager
def _handling(number: int, handler: object) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)
