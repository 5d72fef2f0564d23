"""The quantization of a JPEG file, from its header, and applied to other pixels."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import JpegImagePlugin

from recon.coding.payload import MOST_PIXELS
from recon.core.images import from_pillow, to_pillow
from recon.jpeg.codec_files import opened

BLOCK = 8


def decode(content: bytes) -> np.ndarray:
    """Decompress a JPEG file to uint8 (rows, columns, 1) if it is gray, else to RGB (rows, columns, 3).

    Raises:
        PayloadError: not a JPEG file, a damaged one, or of a kind that is not read. Gray and 4:4:4, 4:2:2 or 4:2:0
            color are, with one table for both chroma components. All functions here raise it.
    """
    with _opened(content) as image:
        return from_pillow(image)


def quantization_tables(content: bytes) -> np.ndarray:
    """Return the tables, uint16 (1, 8, 8) of a gray file, (2, 8, 8), luma and chroma, of a color one.

    A table has the step of each coefficient of the orthonormal DCT of samples 0 to 255, by vertical, then
    horizontal frequency (not in zigzag).
    """
    with _opened(content) as image:
        return _tables(image)


def sampling_factors(content: bytes) -> list[tuple[int, int]]:
    """Return the rows and columns of pixels that a sample covers, such as (2, 2), for each component."""
    with _opened(content) as image:
        layers = [(vertical, horizontal) for _, horizontal, vertical, _ in image.layer]
    luma = layers[0]
    return [(luma[0] // vertical, luma[1] // horizontal) for vertical, horizontal in layers]


def encode_alike(pixels: np.ndarray, content: bytes) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) with the tables and the chroma subsampling of the file `content`."""
    with _opened(content) as image:
        tables = [table.ravel().tolist() for table in _tables(image)]
        subsampling = JpegImagePlugin.get_sampling(image)
    file = BytesIO()
    to_pillow(pixels).save(file, format="JPEG", qtables=tables, subsampling=subsampling)
    return file.getvalue()


def check(content: bytes, *, most_pixels: int = MOST_PIXELS) -> None:
    """Raise PayloadError for a payload that is too large, or no file that the functions here read."""
    with _opened(content, most_pixels=most_pixels) as image:
        _tables(image)


def _tables(image: JpegImagePlugin.JpegImageFile) -> np.ndarray:
    luma, *chroma = [image.quantization[table] for *_, table in image.layer]
    if len({tuple(table) for table in chroma}) > 1:
        raise ValueError("its chroma components have different tables")
    tables = np.array([luma, *chroma[:1]], np.uint16).reshape(-1, BLOCK, BLOCK)
    if not tables.all():
        raise ValueError("a quantizer step is 0")
    return tables


@contextmanager
def _opened(content: bytes, most_pixels: int | None = None) -> Iterator[JpegImagePlugin.JpegImageFile]:
    """Open a JPEG file by its header; faults, here or in the block, become a PayloadError."""
    with opened(content, ["JPEG"], called="JPEG file", most_pixels=most_pixels) as image:
        if len(image.layer) != 1 and JpegImagePlugin.get_sampling(image) < 0:
            raise ValueError("neither gray nor color of 4:4:4, 4:2:2 or 4:2:0")
        yield image
