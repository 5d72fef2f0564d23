"""Classical codecs, most of them through Pillow: the baselines of every other method.

The payload is the codec's own file, not wrapped in this project's container: that file is what its users
store and send, it holds its size and format itself, and the container's bytes would be charged to the codec
for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import imagecodecs
import numpy as np
from PIL import features

from recon.core.images import MAX_SIDE, from_pillow, to_color, to_pillow
from recon.families.shared.codec import Codec
from recon.jpeg.codec_files import opened
from recon.jpeg.files import PLAIN, JpegFile, encode_file, name_libraries
from recon.jpeg.jpegxl import jpegxl_decode, jpegxl_encode
from recon.jpeg.jpegxl_files import holds_jpeg, is_jpegxl
from recon.jpeg.repacking import unpack

FAMILY = "classical"
MOST_PIXELS = MAX_SIDE**2  # the codecs take 14 to 22 bytes of memory for each, where networks take hundreds


@dataclass(frozen=True)
class FileCodec:
    """A codec and its files.

    Attributes:
        pillow_format: Pillow's name of its files; None for JPEG XL, which Pillow does not open.
        suffixes: of its files, the usual one first.
        setting: what its points vary: `quality`, a whole number from 1 to 100, or `target_bpp`, bits per pixel.
        encode: from uint8 (rows, columns, 1 or 3) and a value of the setting to a file.
        name_library: returns name and version of the library that does the work, such as `libwebp 1.6.0`.
        holds_gray: its files of gray pictures open as gray, not as color.
    """

    pillow_format: str | None
    suffixes: tuple[str, ...]
    setting: str
    encode: Callable[[np.ndarray, Any], bytes]
    name_library: Callable[[], str]
    holds_gray: bool = True


def _jpeg(pixels: np.ndarray, quality: int, *, file: JpegFile = PLAIN) -> bytes:
    """Optimized and progressive: the same pixels in 18 % fewer bytes than without (Kodak, quality 10)."""
    return encode_file(pixels, quality=quality, file=file, subsampling="4:2:0", progressive=True)


def _jpeg2000(pixels: np.ndarray, target_bpp: float) -> bytes:
    """Constant rate; 9/7 wavelet and multiple-component transform, where Pillow's default is lossless 5/3."""
    ratio = 8 * pixels.shape[-1] / target_bpp
    return _save(pixels, "JPEG2000", irreversible=True, mct=1, quality_mode="rates", quality_layers=[ratio])


def _webp(pixels: np.ndarray, quality: int) -> bytes:
    return _save(pixels, "WEBP", quality=quality, method=6)


def _avif(pixels: np.ndarray, quality: int) -> bytes:
    """One thread, since the bytes depend on their number."""
    return _save(pixels, "AVIF", quality=quality, speed=4, subsampling="4:2:0", max_threads=1)


def _jpegxl(pixels: np.ndarray, quality: int) -> bytes:
    return jpegxl_encode(pixels, quality=quality)


def _pillow_library(name: str, feature: str) -> Callable[[], str]:
    """Return a function that asks Pillow for the version of one of its libraries."""
    return lambda: f"{name} {features.version(feature)}"


def _save(pixels: np.ndarray, pillow_format: str, **options: Any) -> bytes:
    file = BytesIO()
    to_pillow(pixels).save(file, format=pillow_format, **options)
    return file.getvalue()


# Another codec is a row here, and an entry in params.yaml.
CODECS = {
    "jpeg": FileCodec("JPEG", (".jpg", ".jpeg", ".jxl"), "quality", _jpeg, partial(name_libraries, PLAIN)),
    "jpeg2000": FileCodec("JPEG2000", (".jp2",), "target_bpp", _jpeg2000, _pillow_library("OpenJPEG", "jpg_2000")),
    "webp": FileCodec("WEBP", (".webp",), "quality", _webp, _pillow_library("libwebp", "webp"), holds_gray=False),
    "avif": FileCodec("AVIF", (".avif",), "quality", _avif, _pillow_library("libavif", "avif"), holds_gray=False),
    "jpegxl": FileCodec(None, (".jxl",), "quality", _jpegxl, imagecodecs.jpegxl_version),
}
FORMATS = tuple(codec.pillow_format for codec in CODECS.values() if codec.pillow_format)


class ClassicalCodec(Codec):
    """One picture, a codec by its name in CODECS, and how its JPEG files are written, if it is `jpeg`."""

    def __init__(self, pixels: np.ndarray, codec: str, file: JpegFile = PLAIN) -> None:
        """Take uint8 `pixels` (rows, columns, 1 or 3)."""
        self.pixels, self._encode = pixels, CODECS[codec].encode
        if file != PLAIN:
            self._encode = partial(self._encode, file=file)

    def encode(self, setting: float) -> bytes:
        """Return the codec's file at a value of its `FileCodec.setting`."""
        return self._encode(self.pixels, setting)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of a file, with as many channels as the picture's; see `decode`."""
        return decode(payload, channels=self.pixels.shape[-1])


def decode(payload: bytes, *, channels: int | None = None) -> np.ndarray:
    """Decompress a file of any of the codecs to uint8 (rows, columns, channels).

    The number of channels, 1 or 3, is the caller's, because some files hold gray as color; by default the file's.

    Raises:
        PayloadError: not such a file, a damaged one, or one that is laid out as no encoder here does.
    """
    if holds_jpeg(payload):
        payload = unpack(payload, most_pixels=MOST_PIXELS)
    if is_jpegxl(payload):
        pixels = jpegxl_decode(payload, most_pixels=MOST_PIXELS)
        return (
            pixels
            if channels in (None, pixels.shape[-1])
            else to_color(pixels, "gray" if channels == 1 else "rgb")
        )
    with opened(payload, FORMATS, called=f"file of {', '.join(CODECS)}", most_pixels=MOST_PIXELS) as image:
        return from_pillow(image.convert({1: "L", 3: "RGB", None: image.mode}[channels]))


def library_version(codec: str, file: JpegFile = PLAIN) -> str:
    """Return the name and version of the library that does the work, such as `libwebp 1.6.0`."""
    return CODECS[codec].name_library() if file == PLAIN else name_libraries(file)
