"""Large pictures through a network part by part, so that they fit into memory and the remaining time is shown."""

from collections.abc import Callable, Iterator

import numpy as np
from tqdm import tqdm

SIDE = 512  # of a part; a multiple of every network's stride, so that grids stay where they were
MARGIN = 64  # shown around a part: beyond the reach of networks that look at their surroundings only


def transform_by_parts(pixels: np.ndarray, transform: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return `transform(pixels)`, from and to uint8 (rows, columns, channels), computed part by part.

    A picture of up to 2 x SIDE pixels a side is transformed as a whole. In larger ones last bits differ from that,
    and more than last bits where a network weighs a pixel by all of the picture.
    """
    rows, columns, _ = pixels.shape
    if max(rows, columns) <= 2 * SIDE:
        return transform(pixels)
    joined = np.empty_like(pixels)
    places = [(down, across) for down in _parts(rows) for across in _parts(columns)]
    for (down, shown_down), (across, shown_across) in tqdm(places, desc="restoring", unit="part", ascii=True):
        part = transform(pixels[shown_down, shown_across])
        top, left = down.start - shown_down.start, across.start - shown_across.start
        joined[down, across] = part[top:, left:][: down.stop - down.start, : across.stop - across.start]
    return joined


def _parts(length: int) -> Iterator[tuple[slice, slice]]:
    """Yield the parts along one axis, each with the slice that the network is shown."""
    for start in range(0, length, SIDE):
        stop = min(length, start + SIDE)
        yield slice(start, stop), slice(max(0, start - MARGIN), min(length, stop + MARGIN))
