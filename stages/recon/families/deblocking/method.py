"""JPEG artifact reduction without a network: the baseline that a learned restorer has to beat.

The payload is the JPEG file itself, or a JPEG XL file that holds it, not wrapped in this project's container; a
filter is a decoder of it that does more than decompress.
"""

from collections.abc import Callable
from itertools import product

import numpy as np
from tqdm import tqdm

from recon.core.errors import UserError
from recon.data.params import Degrade
from recon.families.shared.jpegs import JpegCodec
from recon.jpeg.files import PLAIN, JpegFile
from recon.jpeg.projection import project
from recon.jpeg.quantization import check, encode_alike
from recon.jpeg.quantization import decode as decode_jpeg
from recon.jpeg.repacking import unpack

# All eight places on the grid of 8x8 blocks, and on the 16x16 grid of halved chroma as evenly as eight can be.
_OFFSETS = (0, 9, 2, 11, 4, 13, 6, 15)
# Width of the cells that the average is clipped to: the best of 0.3, 0.4 ... 0.8 and 1, to 0.005 dB, on the luma
# of ten validation images of BSDS500 at quality 10 and 40.
_CELL_WIDTH = 0.6


class DeblockingCodec(JpegCodec):
    """One picture, sent as a JPEG file, and the filter that decodes it."""

    def __init__(self, filter: str, pixels: np.ndarray, degrade: Degrade, file: JpegFile = PLAIN) -> None:
        """Take a name among FILTERS, uint8 `pixels` (rows, columns, 1 or 3), and the options of JPEG files."""
        super().__init__(pixels, degrade, file)
        self._filter = filter

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the filtered pixels of a JPEG file."""
        return decode(payload, filter=self._filter)


def shift_average(payload: bytes) -> np.ndarray:
    """Compress the decoded picture once more at 64 offsets of the grid, and average: float64, 0 to 255.

    Nosratinia 2001, "Enhancement of JPEG-compressed images by re-application of JPEG", J. VLSI Signal Processing
    27, 69-79. Color is compressed as RGB, by the file's own tables and subsampling: on LIVE1 that is 0.02 to
    0.03 dB better than averaging Y, Cb and Cr apart. The sum is of whole numbers, so it is exact.
    """
    pixels = decode_jpeg(payload)
    total = np.zeros(pixels.shape, np.int64)
    places = list(product(_OFFSETS, repeat=2))
    for down, right in tqdm(places, desc="averaging", unit="offset", delay=1, leave=False, ascii=True):
        shifted = np.pad(pixels, ((down, 0), (right, 0), (0, 0)), mode="edge")
        total += decode_jpeg(encode_alike(shifted, payload))[down:, right:]
    return total / len(_OFFSETS) ** 2


FILTERS: dict[str, Callable[[bytes], np.ndarray]] = {
    "none": decode_jpeg,
    "shift_average": lambda payload: np.rint(shift_average(payload)).astype(np.uint8),
    "shift_average_clipped": lambda payload: project(shift_average(payload), payload, width=_CELL_WIDTH),
}


def decode(payload: bytes, *, filter: str) -> np.ndarray:
    """Return the filtered pixels of a JPEG file, uint8 (rows, columns, 1) of a gray one, else (rows, columns, 3).

    Raises:
        PayloadError: no JPEG file, alone or in a JPEG XL file, that `recon.jpeg.quantization` reads; or damaged.
    """
    if filter not in FILTERS:
        raise UserError(f"unknown filter `{filter}`; known: {', '.join(FILTERS)}")
    content = unpack(payload)
    check(content)
    return FILTERS[filter](content)
