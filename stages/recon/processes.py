"""Figures drawn at once: Matplotlib is Python's own work, for which threads take turns."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor


def at_once(draws: Iterable[Callable[[], None]]) -> None:
    """Call all of these, in as many processes as there are cores; the first error is raised here.

    Each is a `functools.partial` of a function of a module, and writes its figure to a file.
    """
    with ProcessPoolExecutor() as pool:
        for drawn in [pool.submit(draw) for draw in draws]:
            drawn.result()
