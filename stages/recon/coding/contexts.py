"""The neighbors that the context model sees of a latent, all decoded before it, and the order of decoding.

They are chosen by Cool-chic's priorities (`get_priority_order` in coolchic/enc/component/core/arm.py of
github.com/Orange-OpenSource/Cool-Chic, version 5.0): the left one, the upper one, its left and right ones, ...

Latents are decoded in waves: wave t has the latents (row, column) with column + delay x row = t, none of which is
a neighbor of another. All of a wave are decoded at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

REACH = 4  # rows up and columns to either side
# For the REACH rows above a latent and its own: the rank of the columns from -REACH on.
_RANKS = (
    (38, 35, 30, 25, 23, 31, 36, 37, 39),
    (33, 28, 21, 20, 6, 15, 22, 29, 34),
    (32, 18, 12, 10, 5, 9, 14, 19, 27),
    (24, 13, 8, 2, 1, 3, 11, 17, 26),
    (16, 7, 4, 0),
)
MOST_CONTEXTS = sum(map(len, _RANKS))


class Offset(NamedTuple):
    """Where a neighbor is: rows down (0 or less) and columns to the right."""

    row: int
    column: int


class NeighborRun(NamedTuple):
    """Neighbors side by side: the first one's offset, and their number."""

    first: Offset
    count: int


def list_offsets(contexts: int) -> list[Offset]:
    """Return the neighbors of the highest priorities, in the order of these."""
    ranked = {
        rank: Offset(row - REACH, column - REACH)
        for row, ranks in enumerate(_RANKS)
        for column, rank in enumerate(ranks)
    }
    return [ranked[rank] for rank in range(contexts)]


def find_runs(offsets: Sequence[Offset]) -> list[NeighborRun]:
    """Return the neighbors, sorted by row and column, as runs of adjacent ones."""
    runs: list[NeighborRun] = []
    for offset in sorted(offsets):
        last = runs[-1] if runs else None
        if last and offset == (last.first.row, last.first.column + last.count):
            runs[-1] = NeighborRun(last.first, last.count + 1)
        else:
            runs.append(NeighborRun(offset, 1))
    return runs


def find_delay(offsets: Sequence[Offset]) -> int:
    """Return the smallest delay of a row to the one above it with which all neighbors are in earlier waves."""
    return max([1, *(offset.column // -offset.row + 1 for offset in offsets if offset.row)])


def wave_rows(wave: int, shape: tuple[int, int], delay: int) -> range:
    """Return the rows that have a latent in a wave, in a grid of this shape."""
    rows, columns = shape
    return range(max(0, -((columns - 1 - wave) // delay)), min(rows - 1, wave // delay) + 1)


def count_waves(shape: tuple[int, int], delay: int) -> int:
    """Return the number of waves of a grid."""
    rows, columns = shape
    return columns + delay * (rows - 1)
