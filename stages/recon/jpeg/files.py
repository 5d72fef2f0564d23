"""JPEG files as families send them: by which encoder, with which tables, in which container."""

from typing import Literal

import imagecodecs
import numpy as np
from PIL import features

from recon.jpeg.degradation import CHROMA_FACTORS, Subsampling, check_quality, jpeg_encode
from recon.jpeg.libraries import MOZJPEG, write_jpeg
from recon.jpeg.repacking import repack
from recon.settings.core import Section

Encoder = Literal["libjpeg", "mozjpeg"]
Tables = Literal["standard", "flat", "psnr"]
Container = Literal["jpeg", "jxl"]

_STEP = 16  # at quality 50, as at the lowest frequency of the standard's table
_SLOPE, _CHROMA_RATIO = 0.1, 0.6  # of `psnr`: per unit of frequency, and of luma's steps
_LARGEST_STEP = 255


class JpegFile(Section):
    """How a JPEG file is written.

    encoder    libjpeg, or mozjpeg 4.0.3: indices chosen by their cost in bits (trellis), always progressive
    tables     standard: the encoder's own, for the eye; flat: equal steps, for PSNR; psnr: made for PSNR over R, G
               and B, of files whose chroma is halved
    container  jpeg, or jxl: losslessly repacked as JPEG XL; a decoder gets the JPEG file back, byte for byte
    """

    encoder: Encoder = "libjpeg"
    tables: Tables = "standard"
    container: Container = "jpeg"


PLAIN = JpegFile()


def encode_file(
    pixels: np.ndarray,
    *,
    quality: int,
    file: JpegFile = PLAIN,
    subsampling: Subsampling = "4:2:0",
    progressive: bool = False,
) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) to a JPEG file, or to one inside a JPEG XL file.

    `progressive` is for libjpeg: mozjpeg's files always are.

    Raises:
        UserError: `quality` outside 1..100.
    """
    check_quality(quality)
    tables = None if file.tables == "standard" else tables_for_psnr(quality, file.tables)[: pixels.shape[-1]]
    if file.encoder == "mozjpeg":
        samples = [CHROMA_FACTORS[subsampling], (1, 1), (1, 1)] if pixels.shape[-1] == 3 else [(1, 1)]
        quantizer = quality if tables is None else tables
        content = write_jpeg(pixels, version=MOZJPEG, samples=samples, quantizer=quantizer)
    else:
        options = {"subsampling": subsampling, "progressive": progressive}
        content = jpeg_encode(pixels, quality=quality, tables=tables, **options)
    return repack(content) if file.container == "jxl" else content


def tables_for_psnr(quality: int, kind: Literal["flat", "psnr"]) -> np.ndarray:
    """Return a table of equal steps, uint16 (1, 8, 8), or two made for PSNR over R, G and B, (2, 8, 8).

    Those of quality 50 are scaled as libjpeg scales its own. At high rates equal steps are best, at low rates
    larger ones at high frequencies. An error in a sample of halved chroma is spread over four pixels, and counts
    1.1 times as much in R, G and B; so its step should be half of luma's, and somewhat more at low rates, where
    most of it is zero. Slope and ratio are the best of a few by the BD-rate on twelve photographs of BSDS500: 7 %
    fewer bits than with equal steps.
    """
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps = np.full((1, 8, 8), _STEP)
    if kind == "psnr":
        luma = _STEP * (1 + _SLOPE * np.hypot.outer(range(8), range(8)))
        steps = np.stack([luma, _CHROMA_RATIO * luma])
    return np.clip((steps * percent + 50) // 100, 1, _LARGEST_STEP).astype(np.uint16)


def name_libraries(file: JpegFile) -> str:
    """Return the libraries that write such a file, joined by ` and `, each with its version as its last word."""
    encoder = (
        "mozjpeg 4.0.3" if file.encoder == "mozjpeg" else f"libjpeg-turbo {features.version('libjpeg_turbo')}"
    )
    return encoder if file.container == "jpeg" else f"{encoder} and {imagecodecs.jpegxl_version()}"
