"""Animations: a GIF file from frames, with equal bytes for equal frames."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from recon.core.files import atomic_path
from recon.core.images import to_pillow


def write_gif(
    path: str | Path, frames: Sequence[np.ndarray], *, milliseconds: int, last_milliseconds: int
) -> None:
    """Write uint8 frames (rows, columns, 1 or 3), all of one shape, as an animation that begins again for ever.

    Gray is kept exactly. Of color each frame keeps its own 256 most useful ones, without dithering, which would
    flicker. A frame that equals the one before it only lengthens that one's time.

    Args:
        path: where to; the file is written whole or not at all.
        frames: one at least.
        milliseconds: how long each is shown, in steps of 10.
        last_milliseconds: how long the last one is.
    """
    if len({frame.shape for frame in frames}) != 1:
        raise ValueError(f"frames are of one shape, and one at least. Received: {[f.shape for f in frames]}")
    if min(milliseconds, last_milliseconds) < 10 or milliseconds % 10 or last_milliseconds % 10:
        raise ValueError(f"GIF counts time in 10 ms. Received: {milliseconds} and {last_milliseconds} ms")
    first, *others = [_with_palette(frame) for frame in frames]
    times = [milliseconds] * len(others) + [last_milliseconds]
    with atomic_path(path) as temporary:
        first.save(temporary, "GIF", save_all=True, append_images=others, duration=times, loop=0, optimize=False)


def _with_palette(frame: np.ndarray) -> Image.Image:
    picture = to_pillow(frame)
    if picture.mode == "L":
        return picture
    return picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
