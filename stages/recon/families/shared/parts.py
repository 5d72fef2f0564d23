"""Large pictures through a network part by part, so that they fit into memory and the remaining time is shown."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from tqdm import tqdm

SIDE = 512  # of a part; a multiple of every network's stride, so that grids stay where they were
MARGIN = 64  # shown around a part: beyond the reach of networks that look at their surroundings only
_BLOCK = 8  # pixels a side: answers depend on the place in JPEG's block
_BEYOND = 16  # pixels, on which a network that looks farther than MARGIN depends too

Transform = Callable[[np.ndarray], np.ndarray]


def transform_by_parts(pixels: np.ndarray, transform: Transform) -> np.ndarray:
    """Return `transform(pixels)`, from and to uint8 (rows, columns, channels), computed part by part.

    A picture of up to 2 x SIDE pixels a side is transformed as a whole. In larger ones last bits differ from that,
    and more than last bits where a network looks farther than MARGIN, which a line says.
    """
    rows, columns, channels = pixels.shape
    if max(rows, columns) <= 2 * SIDE:
        return transform(pixels)
    if (levels := measure_seams(transform, channels)) > 1:
        line = f"where parts of this picture meet, they may differ by up to {levels} gray levels, since the "
        line += f"network looks farther than {MARGIN} pixels"
        tqdm.write(line, file=sys.stderr)
    joined = np.empty_like(pixels)
    places = [(down, across) for down in _parts(rows) for across in _parts(columns)]
    for (down, shown_down), (across, shown_across) in tqdm(places, desc="restoring", unit="part", ascii=True):
        part = transform(pixels[shown_down, shown_across])
        top, left = down.start - shown_down.start, across.start - shown_across.start
        joined[down, across] = part[top:, left:][: down.stop - down.start, : across.stop - across.start]
    return joined


def measure_seams(transform: Transform, channels: int) -> int:
    """Return by how many gray levels a pixel changes, at most, when all beyond MARGIN around it turns black.

    The picture is noise: to whatever a network reacts, it is there.
    """
    near = slice(_BEYOND, _BEYOND + 2 * MARGIN + _BLOCK)
    block, side = slice(near.start + MARGIN, near.stop - MARGIN), near.stop + _BEYOND
    seen = np.random.default_rng(0).integers(0, 256, (side, side, channels), np.uint8)
    alone = np.zeros_like(seen)
    alone[near, near] = seen[near, near]
    answers = [transform(shown)[block, block].astype(int) for shown in (seen, alone)]
    return int(np.abs(answers[0] - answers[1]).max())


def _parts(length: int) -> Iterator[tuple[slice, slice]]:
    """Yield the parts along one axis, each with the slice that the network is shown."""
    for start in range(0, length, SIDE):
        stop = min(length, start + SIDE)
        yield slice(start, stop), slice(max(0, start - MARGIN), min(length, stop + MARGIN))
