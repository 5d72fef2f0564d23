"""Classical codecs through Pillow: the referees that every other method meets.

The payload is the codec's own file, not wrapped in this project's container: that file is what its users
store and send, it tells its size and format itself, and the container's bytes would be charged to the codec
for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import Any

import numpy as np
from PIL import features

from recon.core.errors import UserError
from recon.core.images import MAX_SIDE, from_pillow, to_pillow
from recon.core.reconstruction import Reconstruction
from recon.jpeg.codec_files import opened
from recon.jpeg.degradation import jpeg_encode

FORMATS = ("JPEG", "JPEG2000", "WEBP", "AVIF")
MOST_PIXELS = MAX_SIDE**2  # the codecs take 14 to 22 bytes of memory for each, where networks take hundreds


@dataclass(frozen=True)
class Codec:
    """A codec: what is swept, pixels and a value of it to bytes, and who does the work.

    `parameter` is `quality`, a whole number from 1 to 100, or `target_bpp`, bits per pixel; `feature` is what
    Pillow calls the library.
    """

    parameter: str
    encode: Callable[[np.ndarray, Any], bytes]
    library: str
    feature: str


def _jpeg(pixels: np.ndarray, quality: int) -> bytes:
    """Optimized and progressive: the same pixels in 18 % fewer bytes than without (Kodak, quality 10)."""
    return jpeg_encode(pixels, quality=quality, subsampling="4:2:0", optimize=True, progressive=True)


def _jpeg2000(pixels: np.ndarray, target_bpp: float) -> bytes:
    """Constant rate; 9/7 wavelet and multiple-component transform, where Pillow's default is lossless 5/3."""
    ratio = 8 * pixels.shape[-1] / target_bpp
    return _save(pixels, "JPEG2000", irreversible=True, mct=1, quality_mode="rates", quality_layers=[ratio])


def _webp(pixels: np.ndarray, quality: int) -> bytes:
    return _save(pixels, "WEBP", quality=quality, method=6)


def _avif(pixels: np.ndarray, quality: int) -> bytes:
    """One thread, since the bytes depend on their number."""
    return _save(pixels, "AVIF", quality=quality, speed=4, subsampling="4:2:0", max_threads=1)


CODECS = {
    "jpeg": Codec("quality", _jpeg, "libjpeg-turbo", "libjpeg_turbo"),
    "jpeg2000": Codec("target_bpp", _jpeg2000, "OpenJPEG", "jpg_2000"),
    "webp": Codec("quality", _webp, "libwebp", "webp"),
    "avif": Codec("quality", _avif, "libavif", "avif"),
}


def encode(pixels: np.ndarray, *, codec: str, setting: float) -> bytes:
    """Compress uint8 (rows, columns, 1 or 3) to the codec's file; `setting` is a value of its parameter."""
    return _named(codec).encode(pixels, setting)


def decode(payload: bytes, *, channels: int) -> np.ndarray:
    """Decompress a file of any of the codecs to uint8 (rows, columns, channels).

    The number of channels is the caller's, because WebP and AVIF files from Pillow hold gray as color.

    Raises:
        PayloadError: not such a file, a damaged one, or one that is laid out as no encoder here does.
    """
    with opened(payload, FORMATS, called=f"file of {', '.join(CODECS)}", most_pixels=MOST_PIXELS) as image:
        return from_pillow(image.convert("L" if channels == 1 else "RGB"))


def rebuild(pixels: np.ndarray, *, codec: str, setting: float) -> Reconstruction:
    """Encode, decode what was encoded, and time both."""
    start = perf_counter()
    payload = encode(pixels, codec=codec, setting=setting)
    encoded = perf_counter()
    rebuilt = decode(payload, channels=pixels.shape[-1])
    return Reconstruction(
        pixels=rebuilt,
        payload=payload,
        encode_seconds=encoded - start,
        decode_seconds=perf_counter() - encoded,
    )


def library_version(codec: str) -> str:
    """Return the name and version of the library that does the work, such as `libwebp 1.6.0`."""
    row = _named(codec)
    return f"{row.library} {features.version(row.feature)}"


def _named(codec: str) -> Codec:
    if codec not in CODECS:
        raise UserError(f"unknown codec `{codec}`; known: {', '.join(CODECS)}")
    return CODECS[codec]


def _save(pixels: np.ndarray, pillow_format: str, **options: Any) -> bytes:
    file = BytesIO()
    to_pillow(pixels).save(file, format=pillow_format, **options)
    return file.getvalue()
