"""JPEG compression of pixels, to bytes and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageFile

from recon.core.errors import UserError
from recon.core.images import from_pillow, to_pillow

Subsampling = Literal["4:4:4", "4:2:2", "4:2:0"]
# Rows and columns of pixels that a sample of chroma covers.
CHROMA_FACTORS: dict[Subsampling, tuple[int, int]] = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}


def check_quality(quality: float) -> None:
    """Raise UserError for a quality outside 1..100."""
    if not 1 <= quality <= 100:
        raise UserError(f"quality {quality} is outside 1 to 100; choose one inside")


def jpeg_encode(
    pixels: np.ndarray,
    *,
    quality: int,
    subsampling: Subsampling = "4:2:0",
    optimize: bool = True,
    progressive: bool = False,
    tables: np.ndarray | None = None,
) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) as JPEG with libjpeg's tables for `quality` (1 to 100).

    With `tables`, (1 or 2, 8, 8), the last one for chroma, these take the place of the quality's.

    `optimize` computes Huffman tables for the image: fewer bytes, the same pixels. `subsampling` is of the
    chroma of 3-channel pixels; gray has none.

    Raises:
        UserError: `quality` outside 1..100.
    """
    check_quality(quality)
    file = BytesIO()
    options: dict[str, Any] = {"subsampling": subsampling, "optimize": optimize, "progressive": progressive}
    if tables is None:
        options["quality"] = int(quality)  # Pillow takes no integer of NumPy
    else:
        options["qtables"] = [table.ravel().tolist() for table in tables]
    with _encoder_buffer(2 * pixels.size):
        to_pillow(pixels).save(file, format="JPEG", **options)
    return file.getvalue()


def jpeg_decode(content: bytes) -> np.ndarray:
    """Decompress a JPEG file to uint8 (rows, columns, 1) if it is gray, else to RGB (rows, columns, 3)."""
    with Image.open(BytesIO(content), formats=["JPEG"]) as image:
        return from_pillow(image)


def degraded_name(name: str, quality: int) -> str:
    """Return the name of the image `name` as a JPEG of this quality."""
    return f"{name}_q{quality:03}"


def degraded_path(name: str, quality: int) -> Path:
    """Return the file that the stage `degrade` writes of that image and quality."""
    return Path(f"data/degraded/q{quality:03}/{name}.jpg")


@contextmanager
def _encoder_buffer(least: int) -> Iterator[None]:
    """Give Pillow's encoder a buffer of at least `least` bytes.

    An optimized JPEG must fit into it whole, and Pillow reserves 1 or 2 bytes per pixel; noise at quality 100
    needs 3.4, and fails with "Suspension not allowed here".
    """
    usual = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(usual, least)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = usual
