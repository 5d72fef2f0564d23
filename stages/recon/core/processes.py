"""Work that is Python's own, such as drawing, several at once: threads would take turns at it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Return what these return, in their order, made in as many processes as there are cores.

    Each is a `functools.partial` of a function of a module. The first error among them is raised here.
    """
    with ProcessPoolExecutor() as pool:
        return [made.result() for made in [pool.submit(call) for call in calls]]
