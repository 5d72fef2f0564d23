"""Reading and writing pictures and compressed files, without overwriting the user's input."""

import errno
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from recon.core import files, images
from recon.core.errors import UserError
from recon.rebuilding.methods import CONTAINER

PICTURE = ".png"
_UPRIGHT = 1


def read_file(path: Path) -> bytes:
    """Return the bytes of a file; UserError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; name one image file") from None


def read_picture(path: Path, *, longest: int | None) -> np.ndarray:
    """Return a picture as the pipeline reads it, uint8 (rows, columns, 1 or 3), no side longer than `longest`.

    Raises:
        UserError: the file is not a picture, or is too small or too large.
    """
    read_file(path)  # has the clearer message where the file is missing
    if path.suffix.lower() == CONTAINER:
        raise UserError(f"{path}: a compressed file, not a picture; decode it with --decode")
    pixels = images.read_image(path)
    rows, columns, _ = pixels.shape
    if longest is None or longest >= max(rows, columns):
        return pixels
    sides = (max(1, round(side * longest / max(rows, columns))) for side in (rows, columns))
    scaled = images.fit_to(pixels, *sides, "resize")
    if min(scaled.shape[:2]) < images.MIN_SIDE:
        raise UserError(f"{path}: --longest {longest} makes a side shorter than {images.MIN_SIDE} pixels")
    return scaled


def check_output(out: Path, *, sources: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Raise UserError where `out` is one of the sources or a folder, or has none of the suffixes."""
    if out.suffix.lower() not in suffixes:
        expected = " or ".join(filter(None, (", ".join(suffixes[:-1]), suffixes[-1])))
        raise UserError(f"-o {out}: the name of the file to write must end in {expected}")
    if out.is_dir():
        raise UserError(f"-o {out}: a folder; name the file to write")
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            raise UserError(f"-o {out}: would overwrite the input; choose another name")


def write_output(out: Path, content: bytes | np.ndarray) -> None:
    """Write a compressed file, or pixels as PNG, whole or not at all; an existing file is replaced.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        if isinstance(content, bytes):
            files.write_bytes(out, content)
        else:
            images.write_png(out, content)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise UserError(f"-o {out}: cannot be written: {error.strerror}") from None


def turn_upright(pixels: np.ndarray, data: bytes) -> np.ndarray:
    """Return the pixels decoded from `data`, rotated by the EXIF orientation in it, if there is one."""
    try:
        with Image.open(BytesIO(data)) as image:
            orientation = image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT)
    except (*images.UNREADABLE, Image.DecompressionBombError):
        return pixels
    picture = images.to_pillow(pixels)
    picture.getexif()[ExifTags.Base.Orientation] = orientation
    return images.from_pillow(ImageOps.exif_transpose(picture))
