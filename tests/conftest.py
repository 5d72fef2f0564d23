"""Which files run first, and less work for Python's garbage collector."""

import gc
from pathlib import Path

import pytest

# The longest, longest first: with two workers (--dist loadfile --no-loadscope-reorder) the last file of a worker is
# then a short one, and no worker is left alone with a long one.
LONGEST = ["test_reproducible.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and leave the others as they are."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(Path(item.path).name, len(rank)))


def pytest_collection_finish() -> None:
    """Look no more through what is imported by now: TensorFlow's 400,000 objects take 0.25 s each time, no garbage.

    Keras collects garbage whenever a session is cleared, as before each network that is trained or compared.
    """
    gc.collect()
    gc.freeze()
