"""Animations: a GIF file from frames, with equal bytes for equal frames."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from recon.core.files import atomic_path
from recon.core.images import to_pillow
from recon.drawing.figures import reduce_palette

_GAP = 4  # pixels between the pictures of a frame


def write_gif(
    path: str | Path, frames: Sequence[np.ndarray], *, milliseconds: int = 500, last_milliseconds: int = 2000
) -> None:
    """Write uint8 frames (rows, columns, 1 or 3), all of one shape, as an animation that repeats forever.

    Gray is exact. A color frame is reduced to its 256 most useful colors, without dithering. A frame equal to the
    previous one only prolongs it.

    Args:
        path: the file, which is written atomically.
        frames: at least one.
        milliseconds: the duration of each frame, a multiple of 10.
        last_milliseconds: the duration of the last frame, likewise.
    """
    if len({frame.shape for frame in frames}) != 1:
        raise ValueError(f"expected at least one frame, all of one shape. Received: {[f.shape for f in frames]}")
    if min(milliseconds, last_milliseconds) < 10 or milliseconds % 10 or last_milliseconds % 10:
        raise ValueError(f"GIF counts time in 10 ms. Received: {milliseconds} and {last_milliseconds} ms")
    first, *others = [_to_gif_picture(frame) for frame in frames]
    times = [milliseconds] * len(others) + [last_milliseconds]
    with atomic_path(path) as temporary:
        first.save(temporary, "GIF", save_all=True, append_images=others, duration=times, loop=0, optimize=False)


def _to_gif_picture(frame: np.ndarray) -> Image.Image:
    picture = to_pillow(frame)
    return picture if picture.mode == "L" else reduce_palette(picture)


def side_by_side(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Return uint8 pictures of one shape in a row, as one frame with white gaps."""
    rows, _, channels = pictures[0].shape
    gap = np.full((rows, _GAP, channels), 255, np.uint8)
    return np.concatenate([part for picture in pictures for part in (picture, gap)][:-1], axis=1)
