"""Switching between the versions of libjpeg in the package jpeglib: one at a time per process, via files only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Literal

import jpeglib
import numpy as np

from recon.core.noise import silenced

LIBJPEG, MOZJPEG = "6b", "mozjpeg403"
Version = Literal["6b", "mozjpeg403"]
_lock = Lock()


@contextmanager
def library_in_use(version: Version) -> Iterator[Path]:
    """Let jpeglib use a version in the block, in silence, and hand out the path of a temporary file.

    Both the choice and the libraries' markers are the process's, so that other threads wait.
    """
    with _lock, TemporaryDirectory() as folder, silenced():
        before = jpeglib.version.get() or LIBJPEG
        jpeglib.version.set(version)
        try:
            yield Path(folder, "image.jpg")
        finally:
            jpeglib.version.set(before)


def write_jpeg(
    pixels: np.ndarray,
    *,
    version: Version,
    samples: Sequence[tuple[int, int]],
    quantizer: int | np.ndarray,
    is_rgb: bool = False,
) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) to a JPEG file.

    Args:
        pixels: gray, or R, G and B.
        version: of libjpeg; mozjpeg chooses indices by their cost in bits (trellis), and writes progressive files.
        samples: for each component, the rows and columns of samples where another has only one.
        quantizer: a quality, 1 to 100, of the library's own tables, whose steps end at 255, or tables of steps,
            uint16 (1 to components, 8, 8), the last one for the remaining components.
        is_rgb: whether the three components are R, G and B; else they are Y, Cb and Cr.
    """
    image = jpeglib.from_spatial(np.ascontiguousarray(pixels))
    image.samp_factor = samples
    if pixels.shape[-1] == 3:
        image.jpeg_color_space = jpeglib.JCS_RGB if is_rgb else jpeglib.JCS_YCbCr
    numbers = None
    if isinstance(quantizer, np.ndarray):
        numbers = np.minimum(range(pixels.shape[-1]), len(quantizer) - 1)
        quantizer = quantizer[numbers]
    else:
        quantizer = int(quantizer)  # jpeglib takes no integer of NumPy
    with library_in_use(version) as path:
        image.write_spatial(path, qt=quantizer, quant_tbl_no=numbers, flags=["+FORCE_BASELINE"])
        return path.read_bytes()
