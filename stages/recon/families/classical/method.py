"""Classical codecs through Pillow: the baselines of every other method.

The payload is the codec's own file, not wrapped in this project's container: that file is what its users
store and send, it holds its size and format itself, and the container's bytes would be charged to the codec
for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import Any

import numpy as np
from PIL import features

from recon.core.images import MAX_SIDE, from_pillow, to_pillow
from recon.families.shared.codec import Codec
from recon.jpeg.codec_files import opened
from recon.jpeg.degradation import jpeg_encode

FAMILY = "classical"
MOST_PIXELS = MAX_SIDE**2  # the codecs take 14 to 22 bytes of memory for each, where networks take hundreds


@dataclass(frozen=True)
class FileCodec:
    """A codec that Pillow opens the files of.

    Attributes:
        pillow_format: Pillow's name of its files.
        suffixes: of its files, the usual one first.
        setting: what its points vary: `quality`, a whole number from 1 to 100, or `target_bpp`, bits per pixel.
        encode: from uint8 (rows, columns, 1 or 3) and a value of the setting to a file.
        library: the name of the library that does the work.
        feature: Pillow's name of that library, or the package that adds it to Pillow.
        holds_gray: its files of gray pictures open as gray, not as color.
    """

    pillow_format: str
    suffixes: tuple[str, ...]
    setting: str
    encode: Callable[[np.ndarray, Any], bytes]
    library: str
    feature: str
    holds_gray: bool = True


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


def _save(pixels: np.ndarray, pillow_format: str, **options: Any) -> bytes:
    file = BytesIO()
    to_pillow(pixels).save(file, format=pillow_format, **options)
    return file.getvalue()


# Another codec is a row here, and an entry in params.yaml.
CODECS = {
    "jpeg": FileCodec("JPEG", (".jpg", ".jpeg"), "quality", _jpeg, "libjpeg-turbo", "libjpeg_turbo"),
    "jpeg2000": FileCodec("JPEG2000", (".jp2",), "target_bpp", _jpeg2000, "OpenJPEG", "jpg_2000"),
    "webp": FileCodec("WEBP", (".webp",), "quality", _webp, "libwebp", "webp", holds_gray=False),
    "avif": FileCodec("AVIF", (".avif",), "quality", _avif, "libavif", "avif", holds_gray=False),
}
FORMATS = tuple(codec.pillow_format for codec in CODECS.values())


class ClassicalCodec(Codec):
    """One picture, and a codec by its name in CODECS."""

    def __init__(self, pixels: np.ndarray, codec: str) -> None:
        """Take uint8 `pixels` (rows, columns, 1 or 3)."""
        self.pixels, self._codec = pixels, CODECS[codec]

    def encode(self, setting: float) -> bytes:
        """Return the codec's file at a value of its `FileCodec.setting`."""
        return self._codec.encode(self.pixels, setting)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of a file, with as many channels as the picture's; see `decode`."""
        return decode(payload, channels=self.pixels.shape[-1])


def decode(payload: bytes, *, channels: int | None = None) -> np.ndarray:
    """Decompress a file of any of the codecs to uint8 (rows, columns, channels).

    The number of channels, 1 or 3, is the caller's, because some files hold gray as color; by default the file's.

    Raises:
        PayloadError: not such a file, a damaged one, or one that is laid out as no encoder here does.
    """
    with opened(payload, FORMATS, called=f"file of {', '.join(CODECS)}", most_pixels=MOST_PIXELS) as image:
        return from_pillow(image.convert({1: "L", 3: "RGB", None: image.mode}[channels]))


def library_version(codec: str) -> str:
    """Return the name and version of the library that does the work, such as `libwebp 1.6.0`."""
    row = CODECS[codec]
    return f"{row.library} {features.version(row.feature) or version(row.feature)}"
