"""Pictures and compressed files in and out, with care for the files of whoever typed the command."""

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


def content(path: Path) -> bytes:
    """Return the bytes of a file; UserError where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; name one image file") from None


def read(path: Path, *, longest: int | None) -> np.ndarray:
    """Return a picture as the pipeline reads it, uint8 (rows, columns, 1 or 3), no side longer than `longest`.

    Raises:
        UserError: no picture, but a compressed file perhaps, or one too small or too large.
    """
    content(path)  # says it better where there is nothing to be read
    if path.suffix.lower() == CONTAINER:
        raise UserError(f"{path}: a compressed file, no picture; --decode makes one of it")
    pixels = images.read_image(path)
    rows, columns, _ = pixels.shape
    if longest is None or longest >= max(rows, columns):
        return pixels
    sides = (max(1, round(side * longest / max(rows, columns))) for side in (rows, columns))
    scaled = images.fit_to(pixels, *sides, "resize")
    if min(scaled.shape[:2]) < images.MIN_SIDE:
        raise UserError(f"{path}: with --longest {longest} it has a side below {images.MIN_SIDE} pixels")
    return scaled


def check_out(out: Path, *, sources: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse an output that is read too, a folder, or of a suffix that says something else than it will hold.

    Raises:
        UserError: it is.
    """
    if out.suffix.lower() not in suffixes:
        *others, last = suffixes
        known = f"{', '.join(others)} or {last}" if others else last
        raise UserError(f"-o {out}: the file to write ends in {known}")
    if out.is_dir():
        raise UserError(f"-o {out}: a folder; name the file to write")
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            raise UserError(f"-o {out}: is what is read, and would be lost; choose another name")


def write(out: Path, what: bytes | np.ndarray) -> None:
    """Write a compressed file, or pixels as PNG, whole or not at all; a file that is there is replaced.

    Raises:
        UserError: it cannot be written there.
    """
    try:
        if isinstance(what, bytes):
            files.write_bytes(out, what)
        else:
            images.write_png(out, what)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise UserError(f"-o {out}: cannot be written: {error.strerror}") from None


def upright(pixels: np.ndarray, data: bytes) -> np.ndarray:
    """Return the pixels of a codec's file turned as its EXIF data says; those of other files as they are."""
    try:
        with Image.open(BytesIO(data)) as image:
            orientation = image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT)
    except (*images.UNREADABLE, Image.DecompressionBombError):
        return pixels
    turned = images.to_pillow(pixels)
    turned.getexif()[ExifTags.Base.Orientation] = orientation
    return images.from_pillow(ImageOps.exif_transpose(turned))
