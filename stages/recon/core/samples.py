"""The samples of an image file, of any depth and meaning that Pillow decodes, as 8 bits."""

import struct
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COMPRESSION,
    PHOTOMETRIC_INTERPRETATION,
    PLANAR_CONFIGURATION,
    SAMPLEFORMAT,
)

from recon.core.errors import UserError

_UNCOMPRESSED, _MIN_IS_WHITE, _SIGNED, _SEPARATE = 1, 0, 2, 2  # values of TIFF's tags
_GRAY_MODES = ("1", "L", "LA")
# Pillow leaves the transparent value of a PNG file as it is where it scales samples to 8 bits, by so much.
_PNG_SCALES = {"L;2": 85, "L;4": 17, "RGB;16B": 1 / 256}
_PNG_DEEP_GRAY = "LA;16B"  # decoded as color
_BAD_EXIF = (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error)
_TURNS = {  # by EXIF's orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def to_eight_bits(path: str | Path, image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the colors of an opened file, "L", "RGB" or "CMYK", and its alpha channel, "L" or None, both upright.

    Raises:
        UserError: samples that have no one right scale, or that Pillow misreads.
    """
    tags = getattr(image, "tag_v2", {})
    raw_mode = image.tile[0].args if image.format == "PNG" and image.tile else None
    _check_tiff(path, tags)
    _scale_transparency(image, raw_mode)
    image.load()
    image = turn_upright(image, source=image)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep(path, image, tags)
    if image.mode.endswith("a"):  # colors multiplied by alpha
        image = image.convert(image.mode.upper())
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode == "CMYK":
        return image, alpha
    gray = image.mode in _GRAY_MODES or raw_mode == _PNG_DEEP_GRAY
    mode = "L" if gray else "RGB"
    return (image if image.mode == mode else image.convert(mode)), alpha


def turn_upright(image: Image.Image, *, source: Image.Image) -> Image.Image:
    """Return `image` turned by the orientation in the EXIF data of `source`, whatever else these data hold.

    `ImageOps.exif_transpose` writes all tags anew, and fails on any bad one.
    """
    try:
        turn = _TURNS.get(source.getexif().get(ExifTags.Base.Orientation))
    except _BAD_EXIF:
        return image
    return image if turn is None else image.transpose(turn)


def _check_tiff(path: str | Path, tags: dict[int, int | tuple[int, ...]]) -> None:
    """Refuse 8 and 16 bits with a sign, and 16 bits in uncompressed planes, which Pillow decodes to noise."""
    if not tags:
        return
    (bits, *others), signs = tags.get(BITSPERSAMPLE, (1,)), tags.get(SAMPLEFORMAT, (1,))
    if signs[0] == _SIGNED and bits <= 16:
        raise UserError(f"{path}: its samples have a sign; convert it to 8 or 16 bits per sample without one")
    separate = others and tags.get(PLANAR_CONFIGURATION) == _SEPARATE
    if separate and bits == 16 and tags.get(COMPRESSION) == _UNCOMPRESSED:
        raise UserError(f"{path}: 16-bit samples in a plane for each color; convert it to interleaved colors")


def _scale_transparency(image: Image.Image, raw_mode: str | None) -> None:
    value, scale = image.info.get("transparency"), _PNG_SCALES.get(raw_mode)
    if scale and value is not None:
        scaled = tuple(int(scale * part) for part in np.atleast_1d(value))
        image.info["transparency"] = scaled if len(scaled) > 1 else scaled[0]


def _from_deep(
    path: str | Path, image: Image.Image, tags: dict[int, int | tuple[int, ...]]
) -> tuple[Image.Image, Image.Image | None]:
    """Bring gray samples of more than 8 bits to "L"; beyond 0..largest they are refused, having no one scale."""
    bits = 12 if tags.get(BITSPERSAMPLE) == (12,) else 16
    largest = 1 if image.mode == "F" else 2**bits - 1
    samples = np.array(image)
    big_endian = getattr(tags, "prefix", None) == b"MM"
    if big_endian and samples.itemsize == 4 and tags.get(COMPRESSION) != _UNCOMPRESSED:
        samples = samples.byteswap()  # libtiff has done so, and Pillow does it again
    samples = samples.astype(np.float64 if image.mode == "F" else np.int64)
    if not (samples.min() >= 0 and samples.max() <= largest):  # NaN is refused too
        raise UserError(f"{path}: samples outside 0 to {largest}; convert it to 8 or 16 bits per sample")
    transparent = image.info.get("transparency")
    alpha = None if transparent is None else Image.fromarray(np.where(samples == transparent, 0, 255).astype("u1"))
    if tags.get(PHOTOMETRIC_INTERPRETATION) == _MIN_IS_WHITE:
        samples = largest - samples
    values = np.rint(samples * 255) if image.mode == "F" else samples >> (bits - 8)
    return Image.fromarray(values.astype(np.uint8)), alpha
