"""The quantization of a JPEG file, from its header, and applied to other pixels."""

from functools import partial
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import JpegImagePlugin

from recon.coding.payload import MOST_PIXELS
from recon.core.images import from_pillow, to_pillow
from recon.core.noise import silenced
from recon.core.segments import SCAN, walk
from recon.jpeg.codec_files import opened
from recon.jpeg.degradation import CHROMA_FACTORS
from recon.jpeg.libraries import LIBJPEG, write_jpeg

BLOCK = 8
_PILLOW_SAMPLING = {factors: name for name, factors in CHROMA_FACTORS.items()}
_RGB_IDS, _RGB_TRANSFORM = tuple(b"RGB"), 0
_JFIF, _ADOBE = 0xE0, 0xEE  # segments
_JFIF_BYTES, _ADOBE_BYTES = 14, 12  # of data; libjpeg ignores shorter ones, Pillow does not
_MOST_BLOCKS = 10  # in a unit of the scan, the least part of a picture that has whole blocks of all components
_opened = partial(opened, formats=["JPEG"], called="JPEG file", most_pixels=None)


class Layout(NamedTuple):
    """What the header of a JPEG file says of its components: one, gray, or three.

    Attributes:
        tables: uint16 (components, 8, 8), the step of each coefficient of the orthonormal DCT of samples 0 to 255,
            by vertical, then horizontal frequency (not in zigzag).
        factors: for each component, the rows and columns of pixels that a sample covers, such as (2, 2).
        is_rgb: three components are R, G and B; else they are Y, Cb and Cr.
    """

    tables: np.ndarray
    factors: list[tuple[int, int]]
    is_rgb: bool

    @property
    def samples(self) -> list[tuple[int, int]]:
        """For each component, the rows and columns of samples where another has only one."""
        down, across = (max(factors) for factors in zip(*self.factors, strict=True))
        return [(down // high, across // wide) for high, wide in self.factors]

    @property
    def is_ordinary(self) -> bool:
        """Whether Pillow can write such a file: with one table and one of three samplings for Cb and Cr."""
        first, *others = self.factors
        alike = len(set(others)) <= 1 and (self.tables[1:] == self.tables[1:2]).all()
        return not self.is_rgb and first == (1, 1) and alike and set(others) <= _PILLOW_SAMPLING.keys()


def decode(content: bytes) -> np.ndarray:
    """Decompress a JPEG file to uint8 (rows, columns, 1) if it is gray, else to RGB (rows, columns, 3).

    Raises:
        PayloadError: not a JPEG file, a damaged one, or of a kind that is not read: CMYK, or components whose
            sizes are not in whole ratios. All functions here raise it.
    """
    with _opened(content) as image:
        return from_pillow(image)


def read_layout(content: bytes) -> Layout:
    """Return the tables, the sampling and the color space of a JPEG file."""
    with _opened(content) as image:
        return _layout(image, content)


def quantization_tables(content: bytes) -> np.ndarray:
    """Return the tables, uint16 (1, 8, 8) of a gray file, (2, 8, 8), luma and chroma, of a color one.

    See `Layout`. Two tables for chroma are reported as their geometric mean. Of R, G and B, the first counts as
    luma.
    """
    first, *others = read_layout(content).tables
    if not others:
        return first[np.newaxis]
    return np.stack([first, np.rint(np.exp(np.log(others).mean(axis=0))).astype(np.uint16)])


def encode_alike(pixels: np.ndarray, content: bytes) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) with the tables, sampling and color space of the file `content`."""
    layout = read_layout(content)
    if not layout.is_ordinary:
        return _encode(pixels, layout)
    file = BytesIO()
    with silenced():  # libjpeg complains about each table of large steps
        tables = [table.ravel().tolist() for table in layout.tables[:2]]
        subsampling = _PILLOW_SAMPLING[layout.factors[-1]]
        to_pillow(pixels).save(file, format="JPEG", qtables=tables, subsampling=subsampling)
    return file.getvalue()


def check(content: bytes, *, most_pixels: int = MOST_PIXELS) -> None:
    """Raise PayloadError for a payload that is too large, or no file that the functions here read."""
    with _opened(content, most_pixels=most_pixels) as image:
        _layout(image, content)


def _encode(pixels: np.ndarray, layout: Layout) -> bytes:
    """Compress pixels to a file of any layout, which Pillow cannot."""
    return write_jpeg(
        pixels, version=LIBJPEG, samples=layout.samples, quantizer=layout.tables, is_rgb=layout.is_rgb
    )


def _layout(image: JpegImagePlugin.JpegImageFile, content: bytes) -> Layout:
    if missing := {table for *_, table in image.layer} - image.quantization.keys():
        raise ValueError(f"its table {min(missing)} of quantizer steps is missing")
    tables = np.array([image.quantization[table] for *_, table in image.layer], np.uint16)
    if not tables.all():
        raise ValueError("a quantizer step is 0")
    samples = np.array([(down, across) for _, across, down, _ in image.layer])
    factors, rest = np.divmod(samples.max(axis=0), samples)
    if rest.any():
        listed = ", ".join(f"{across}x{down}" for down, across in samples)
        raise ValueError(f"its components are sampled {listed}, which are no whole ratios")
    pairs = [tuple(pair) for pair in factors.tolist()]
    layout = Layout(tables.reshape(-1, BLOCK, BLOCK), pairs, _is_rgb(image, content))
    if (blocks := sum(down * across for down, across in layout.samples)) > _MOST_BLOCKS:
        raise ValueError(f"its sampling puts {blocks} blocks in a unit, of {_MOST_BLOCKS} at most; save it anew")
    return layout


def _is_rgb(image: JpegImagePlugin.JpegImageFile, content: bytes) -> bool:
    """Return whether the components are R, G and B, by libjpeg's rule: JFIF says no, else Adobe, else the ids."""
    if len(image.layer) == 1:
        return False
    transform = None
    for code, start, end in walk(content):
        data = content[start + 4 : end]
        if code == SCAN:
            break
        if code == _JFIF and len(data) >= _JFIF_BYTES and data.startswith(b"JFIF\0"):
            return False
        if code == _ADOBE and len(data) >= _ADOBE_BYTES and data.startswith(b"Adobe"):
            transform = data[_ADOBE_BYTES - 1]
    if transform is not None:
        return transform == _RGB_TRANSFORM
    return tuple(layer[0] for layer in image.layer) == _RGB_IDS
