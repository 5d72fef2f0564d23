"""JPEG XL with loss, by libjxl on one thread."""

import imagecodecs
import numpy as np

from recon.jpeg.degradation import check_quality
from recon.jpeg.jpegxl_files import checked

_EFFORT = 7  # libjxl's default


def jpegxl_encode(pixels: np.ndarray, *, quality: int) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) at a quality of 1 to 100.

    Raises:
        UserError: `quality` outside 1..100.
    """
    check_quality(quality)
    gray = pixels.shape[-1] == 1
    samples = np.ascontiguousarray(pixels[..., 0] if gray else pixels)
    return imagecodecs.jpegxl_encode(samples, effort=_EFFORT, distance=to_distance(quality), numthreads=1)


def to_distance(quality: float) -> float:
    """Return libjxl's distance for a quality, by the rule of `JxlEncoderDistanceFromQuality`.

    1 is a difference that is just noticed, and 0 the finest.
    """
    if quality >= 100:
        return 0.0
    if quality >= 30:
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25


def jpegxl_decode(content: bytes, *, most_pixels: int) -> np.ndarray:
    """Decompress a JPEG XL file, upright, to uint8 (rows, columns, 1) if it is gray, else (rows, columns, 3).

    Raises:
        PayloadError: not a JPEG XL file, a damaged one, of more than `most_pixels`, or of a kind that is not read:
            see `recon.jpeg.codestreams`.
    """
    with checked(content, called="JPEG XL file", most_pixels=most_pixels) as header:
        pixels = imagecodecs.jpegxl_decode(content, keeporientation=False, numthreads=1)
        return pixels.reshape(header.rows, header.columns, header.channels)
