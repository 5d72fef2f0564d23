"""Which files run first, and less work for Python's garbage collector."""

import gc
from pathlib import Path

import pytest

# Longest first: whichever worker is done takes the next file, so that those at the end are short and none waits
# long for another. The option --no-loadscope-reorder leaves the order to us; else files of many tests go first.
LONGEST = [
    *("test_reproducible.py", "test_family.py", "test_browser.py", "test_methods.py", "test_numpy_mlp.py"),
    *("test_stages.py", "test_stage.py", "test_fitting.py", "test_networks.py", "test_hostile.py"),
    *("test_restorers.py", "test_checkpoints.py", "test_towers.py", "test_report.py", "test_comparison_stages.py"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and leave the others as they are."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(Path(item.path).name, len(rank)))


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of the search for garbage, of which it has none.

    There are 400,000 objects, most of them TensorFlow's, so that a search takes 0.25 s; and Keras asks for one
    whenever a session is cleared: before each network that is trained, or built to be compared.
    """
    _freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Leave out, too, what the tests of a file keep for good: TensorFlow's traced functions, and caches."""
    if nextitem is None or nextitem.path != item.path:
        _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()
