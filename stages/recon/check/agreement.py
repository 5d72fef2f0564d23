"""How far two folders of metrics agree: the same bytes, numbers within a tolerance, or something else.

Two machines that compute with the same instructions give the same bytes; with others, weights differ in their last
bits, training amplifies that, and scores differ by some thousandths.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAME, WITHIN, DIFFERENT = "same", "within tolerance", "different"
# Seconds, which differ between any two runs, and what the pipeline does not write.
_LEFT_OUT = {"timings", "benchmarks"}


@dataclass(frozen=True)
class Agreement:
    """How far a file agrees with its counterpart.

    Attributes:
        path: below both folders.
        verdict: SAME, WITHIN or DIFFERENT.
        difference: the largest difference of two numbers; infinite where something else differs.
        place: where that is, and the two values.
    """

    path: Path
    verdict: str
    difference: float = 0.0
    place: str = ""


def compare_folders(old: Path, new: Path, *, tolerance: float) -> list[Agreement]:
    """Return how far each JSON and CSV file of two folders agrees, by path, without `timings` and `benchmarks`.

    Args:
        old: a folder.
        new: another.
        tolerance: the largest |a - b| / max(|a|, |b|, 1): relative for large numbers, absolute for small ones.
    """
    paths = {path.relative_to(folder) for folder in (old, new) for path in _list_files(folder)}
    return [_compare_files(old, new, path, tolerance) for path in sorted(paths)]


def _list_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in (".json", ".csv") and not _LEFT_OUT & set(path.relative_to(folder).parts):
            yield path


def _compare_files(old: Path, new: Path, path: Path, tolerance: float) -> Agreement:
    for here, there in ((old, new), (new, old)):
        if not (there / path).is_file():
            return Agreement(path, DIFFERENT, float("inf"), f"only in {here}")
    if (old / path).read_bytes() == (new / path).read_bytes():
        return Agreement(path, SAME)
    before, after = _read_values(old / path), _read_values(new / path)
    places = [*before, *(place for place in after if place not in before)]
    worst = max(places, key=lambda place: _difference(before.get(place), after.get(place)), default="")
    difference = _difference(before.get(worst), after.get(worst))
    verdict = WITHIN if difference <= tolerance else DIFFERENT
    return Agreement(path, verdict, difference, f"{worst}: {before.get(worst)} and {after.get(worst)}")


def _difference(a: Any, b: Any) -> float:
    """Return |a - b| / max(|a|, |b|, 1) of two numbers; 0 or infinity for anything else."""
    if a == b:
        return 0.0
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (a, b))
    return abs(a - b) / max(abs(a), abs(b), 1) if numbers else float("inf")


def _read_values(path: Path) -> dict[str, Any]:
    """Return the values of a file by their place in it; a cell of a table is a number where it reads as one."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return dict(_flatten(json.loads(text)))
    rows = csv.DictReader(text.splitlines())
    return {
        f"row {number}, {name}": _parse(cell) for number, row in enumerate(rows, 1) for name, cell in row.items()
    }


def _flatten(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict | list):
        yield place, value
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        yield from _flatten(item, f"{place}.{name}" if place else str(name))


def _parse(cell: str | None) -> float | str | None:
    try:
        return float(cell)
    except (ValueError, TypeError):
        return cell
