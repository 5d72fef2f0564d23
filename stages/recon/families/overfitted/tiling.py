"""How large pictures are cut into tiles, which are fitted, coded and decoded one after the other.

Nothing of this is in the file: the tiles follow from the picture's rows and columns.
"""

from itertools import pairwise, product
from typing import NamedTuple

MOST_PIXELS = 2**20  # of a picture that is one tile
MOST_SIDE = 1024  # of the tiles of larger pictures


class Region(NamedTuple):
    """A part of a picture: its rows and its columns."""

    rows: slice
    columns: slice

    @property
    def shape(self) -> tuple[int, int]:
        """The number of its rows and columns."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start


def cut(rows: int, columns: int) -> list[Region]:
    """Return the tiles of a picture, from left to right and from top to bottom.

    A picture of at most MOST_PIXELS is one tile. The sides of larger ones are cut into as few parts of at most
    MOST_SIDE as possible, whose lengths differ by at most 1.
    """
    if rows * columns <= MOST_PIXELS:
        return [Region(slice(0, rows), slice(0, columns))]
    return [Region(*parts) for parts in product(_cut_side(rows), _cut_side(columns))]


def _cut_side(length: int) -> list[slice]:
    parts = -(-length // MOST_SIDE)
    ends = [length * number // parts for number in range(parts + 1)]
    return [slice(first, last) for first, last in pairwise(ends)]
