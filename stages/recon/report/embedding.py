"""Pictures inside the page, as data URIs: as small as possible without hiding the differences."""

import base64
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence

from recon.core import parallel
from recon.core.images import to_pillow

# Of photographs, from best to smallest; None is lossless. All photographs share the first at which they fit, since
# pictures that are compared must not differ by their packing.
QUALITIES = (None, 95, 90, 80, 60)
FIGURE_QUALITY = 85
MOST_PHOTOGRAPH_BYTES = 8_200_000  # 11 MB as text; the rest of the page takes 3.5
_METHOD = 2  # of libwebp's search; 4 takes twice as long for 3 % less, 6 twenty times as long for 4 %


def data_uri(content: bytes, kind: str) -> str:
    """Return `content` as a data URI of an `image/` type."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def webp(picture: Image.Image, quality: int | None, **options: Any) -> bytes:
    """Return a picture as WebP of this quality, lossless where it is None; `options` are Pillow's."""
    packed = io.BytesIO()
    options |= {"lossless": True} if quality is None else {"quality": quality}
    picture.save(packed, "WEBP", method=_METHOD, **options)
    return packed.getvalue()


def figure(path: str | Path) -> tuple[str, tuple[int, int]]:
    """Return a chart as a data URI, and its width and height: lossless, or lossy where that is smaller."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    packed = min((webp(picture, quality) for quality in (None, FIGURE_QUALITY)), key=len)
    return data_uri(packed, "webp"), picture.size


def animation(path: str | Path) -> tuple[str, str, tuple[int, int]]:
    """Return an animated GIF and its last frame, which is the result, as data URIs, and width and height."""
    with Image.open(path) as opened:
        frames = [(frame.convert("RGB"), frame.info["duration"]) for frame in ImageSequence.Iterator(opened)]
    pictures, milliseconds = zip(*frames, strict=True)
    options = {"save_all": True, "append_images": pictures[1:], "duration": milliseconds, "loop": 0}
    moving = webp(pictures[0], FIGURE_QUALITY, **options)
    return data_uri(moving, "webp"), data_uri(webp(pictures[-1], FIGURE_QUALITY), "webp"), pictures[0].size


def pack(pictures: Sequence[np.ndarray], *, budget: int = MOST_PHOTOGRAPH_BYTES) -> tuple[list[str], int | None]:
    """Return uint8 pictures (rows, columns, channels) as data URIs, and their common quality.

    It is the best of QUALITIES at which they take at most `budget` bytes together, or else the last.
    """
    images = [to_pillow(np.ascontiguousarray(pixels)) for pixels in pictures]
    for quality in QUALITIES:
        packed = list(parallel.run_all((partial(webp, image, quality) for image in images), by="threads"))
        if sum(map(len, packed)) <= budget:
            break
    return [data_uri(content, "webp") for content in packed], quality
