"""Reading and writing pictures and compressed files, without overwriting the user's input."""

import os
import stat
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from recon.core import files, images
from recon.core.errors import UserError
from recon.jpeg.jpegxl_files import holds_jpeg
from recon.jpeg.repacking import unpack
from recon.rebuilding import methods

PICTURE = ".png"
_UPRIGHT = 1
_MOST_BYTES = 2**28  # of a compressed file: more than the pixels of the largest picture
_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}


def is_folder(path: Path) -> bool:
    """Return whether there is a folder at `path`."""
    found = _read_status(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def check_input(path: Path) -> os.stat_result:
    """Return the status of a file to read; UserError where there is none, or it is no ordinary file."""
    if (found := _read_status(path)) is None:
        raise UserError(f"{path}: no such file")
    if not stat.S_ISREG(found.st_mode):
        remedy = "name the pictures in it" if stat.S_ISDIR(found.st_mode) else "save its content to a file first"
        raise UserError(f"{path}: {_describe_kind(found)}, not a file; {remedy}")
    return found


def read_file(path: Path) -> bytes:
    """Return the bytes of a compressed file; UserError where it cannot be read."""
    if check_input(path).st_size > _MOST_BYTES:
        raise UserError(f"{path}: more than {_MOST_BYTES:,} bytes, more than any method writes; name another")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; name a file that can") from None


def read_picture(path: Path, *, longest: int | None) -> np.ndarray:
    """Return a picture as the pipeline reads it, uint8 (rows, columns, 1 or 3), no side longer than `longest`.

    Raises:
        UserError: the file is not a picture, or is too small or too large.
    """
    check_input(path)
    if path.suffix.lower() == methods.CONTAINER or methods.find_format(path) not in (None, *images.FORMATS):
        raise UserError(f"{path}: a compressed file, not a picture; decode it first, with --decode")
    pixels = images.read_image(path)
    rows, columns, _ = pixels.shape
    if longest is None or longest >= max(rows, columns):
        return pixels
    sides = _scale_sides(rows, columns, longest)
    if min(sides) < images.MIN_SIDE:
        least = -(-images.MIN_SIDE * max(rows, columns) // min(rows, columns))
        raise UserError(
            f"{path}: --longest {longest} makes a side shorter than {images.MIN_SIDE} pixels; "
            f"the least for this picture is --longest {least}"
        )
    return images.fit_to(pixels, *sides, "resize")


def find_longest(rows: int, columns: int, *, most_pixels: int) -> int:
    """Return the longest side to which a picture is scaled to have at most `most_pixels`."""
    longest = int(max(rows, columns) * (most_pixels / (rows * columns)) ** 0.5)
    while np.prod(_scale_sides(rows, columns, longest)) > most_pixels:
        longest -= 1
    return longest


def check_output(out: Path, *, sources: Sequence[Path], suffixes: Sequence[str], replaces: bool) -> None:
    """Raise UserError where `out` cannot be the file to write.

    It is one of the sources or no ordinary file, has none of the suffixes, or exists though it `replaces` nothing.
    """
    if out.suffix.lower() not in suffixes:
        expected = " or ".join(filter(None, (", ".join(suffixes[:-1]), suffixes[-1])))
        raise UserError(f"-o {out}: the name of the file to write must end in {expected}")
    if (found := _read_status(out)) is None:
        return
    if not stat.S_ISREG(found.st_mode):
        raise UserError(f"-o {out}: {_describe_kind(found)}, not a file; choose another name")
    if any(other and os.path.samestat(found, other) for other in map(_read_status, sources)):
        raise UserError(f"-o {out}: would overwrite the input; choose another name")
    if not replaces:
        raise UserError(f"{out}: exists already; remove it, or choose another folder")


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
        raise UserError(f"-o {out}: cannot be written: {error.strerror}; choose another folder") from None


def finish(pixels: np.ndarray, data: bytes) -> np.ndarray:
    """Return the pixels decoded from `data` in sRGB and upright, by the ICC profile and EXIF data in it."""
    if holds_jpeg(data):
        data = unpack(data, most_pixels=images.MAX_SIDE**2)
    try:
        with Image.open(BytesIO(data)) as image:
            orientation = image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT)
            profile = image.info.get("icc_profile")
    except (*images.UNREADABLE, Image.DecompressionBombError):
        return pixels
    picture = images.to_pillow(images.to_srgb(pixels, profile))
    picture.getexif()[ExifTags.Base.Orientation] = orientation
    return images.from_pillow(ImageOps.exif_transpose(picture))


def _read_status(path: Path) -> os.stat_result | None:
    """Return the status of what is at `path`, or None; UserError where that cannot be known."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}; choose another name") from None


def _describe_kind(status: os.stat_result) -> str:
    return _KINDS.get(stat.S_IFMT(status.st_mode), "a device")


def _scale_sides(rows: int, columns: int, longest: int) -> tuple[int, int]:
    return tuple(max(1, round(side * longest / max(rows, columns))) for side in (rows, columns))
