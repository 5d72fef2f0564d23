"""The quantized DCT coefficients of a JPEG file.

libjpeg reads them, through the package jpeglib and a temporary file, since jpeglib reads only files. The DCT of
the decoded pixels is no substitute, because pixels are rounded and clipped to 0..255: on LIVE1's full-range luma
it gives another index in 0.6 % of the blocks at quality 20, and in 54 % at quality 95.
"""

import jpeglib
import numpy as np

from recon.coding.payload import PayloadError
from recon.jpeg.codec_files import bare_jpeg
from recon.jpeg.libraries import LIBJPEG, library_in_use
from recon.jpeg.quantization import BLOCK, decode, read_layout


def coefficients(content: bytes) -> list[np.ndarray]:
    """Return the coefficients of Y, of Y, Cb and Cr, or of R, G and B: int16 (block rows, block columns, 8, 8).

    They count the table's steps, by vertical, then horizontal frequency. Only blocks that hold samples of the
    picture are returned; a file may have more.

    Raises:
        PayloadError: not a JPEG file that `recon.jpeg.quantization` reads, or a damaged one.
    """
    rows, columns, channels = decode(content).shape  # so that libjpeg 6b, which is old, meets no damaged file
    with library_in_use(LIBJPEG) as path:
        path.write_bytes(bare_jpeg(content))  # jpeglib keeps remarks, and trusts their lengths and number
        try:
            read = jpeglib.read_dct(path)
            planes = [read.Y, read.Cb, read.Cr][:channels]
        except OSError as error:
            raise PayloadError("not a readable JPEG file: libjpeg 6b refuses it") from error
    return [
        plane[: -(-rows // (BLOCK * down)), : -(-columns // (BLOCK * across))]
        for plane, (down, across) in zip(planes, read_layout(content).factors, strict=True)
    ]
