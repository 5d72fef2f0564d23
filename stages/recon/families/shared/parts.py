"""A large picture through a network part by part, so that memory has room for it and the time left is known."""

from collections.abc import Callable, Iterator

import numpy as np
from tqdm import tqdm

SIDE = 512  # of a part; a multiple of every network's stride, so that grids stay where they were
MARGIN = 64  # shown around a part: beyond the reach of networks that look at their surroundings only


def by_parts(pixels: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return what `change`, from and to uint8 (rows, columns, channels), makes of a picture.

    Up to 2 x SIDE on a side it goes through as a whole. What differs from that in a larger one are last bits; and
    more where a network weighs a pixel by all of the picture.
    """
    rows, columns, _ = pixels.shape
    if max(rows, columns) <= 2 * SIDE:
        return change(pixels)
    made = np.empty_like(pixels)
    places = [(down, across) for down in _parts(rows) for across in _parts(columns)]
    for (down, shown_down), (across, shown_across) in tqdm(places, desc="restoring", unit="part", ascii=True):
        part = change(pixels[shown_down, shown_across])
        top, left = down.start - shown_down.start, across.start - shown_across.start
        made[down, across] = part[top:, left:][: down.stop - down.start, : across.stop - across.start]
    return made


def _parts(length: int) -> Iterator[tuple[slice, slice]]:
    """Yield where the parts lie along one axis, and what they are shown."""
    for start in range(0, length, SIDE):
        stop = min(length, start + SIDE)
        yield slice(start, stop), slice(max(0, start - MARGIN), min(length, stop + MARGIN))
