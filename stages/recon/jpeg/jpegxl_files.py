"""Checks on JPEG XL files before libjxl decodes them.

libjxl decodes as many reference-only frames as a file has, and unpacks whatever is compressed in its boxes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import imagecodecs

from recon.coding.payload import PayloadError, check_shape
from recon.core.noise import silenced
from recon.core.segments import MOST_SCANS
from recon.jpeg.codestreams import START, Bits, check_codestream

_BOXES = b"\0\0\0\x0cJXL \r\n\x87\n"
_LAST_PART = 1 << 31
_METADATA = (b"ftyp", b"jxll", b"Exif", b"xml ", b"jumb")  # boxes that are taken as they are
_MOST_COMPRESSED = 4  # metadata boxes; libjxl compresses one of each kind
_MOST_METADATA = 2**16  # bytes in a compressed one, the most that a segment of a JPEG file holds

# Of a JPEG file's segments, as the box `jbrd` lists them by their code less 0xC0; with data are those of
# applications, comments, and what is between segments.
_SCAN, _END, _WITH_DATA = 0x1A, 0x19, (*range(0x20, 0x30), 0x3E, 0x3F)
_MOST_WITH_DATA = 256  # of up to 64 KB each, for which libjxl takes 16 MB at most
_MOST_LISTED = 4000  # of all; scans with tables of their own make a few hundred


class FileHeader(NamedTuple):
    """The sides of a picture when upright, its channels (1 or 3), and whether the file holds a JPEG file."""

    rows: int
    columns: int
    channels: int
    holds_jpeg: bool


def is_jpegxl(content: bytes) -> bool:
    """Return whether a file is a JPEG XL file, by its first bytes."""
    return content.startswith((START, _BOXES))


def holds_jpeg(content: bytes) -> bool:
    """Return whether a file is a JPEG XL file that holds a JPEG file, if it is not damaged.

    The file may be cut behind the start of the box that says so, which libjxl writes as the third one.
    """
    try:
        return content.startswith(_BOXES) and any(kind == b"jbrd" for kind, _ in _walk(content))
    except ValueError:
        return False


def read_header(content: bytes) -> FileHeader:
    """Return what the header of a JPEG XL file says.

    Raises:
        ValueError: it is cut or damaged, or has what no ordinary encoder writes, or what is not read here: see
            `recon.jpeg.codestreams`.
    """
    if content.startswith(START):
        return FileHeader(*check_codestream(content)[:3], holds_jpeg=False)
    parts: list[bytes] = []
    jpegs, compressed, is_whole = 0, 0, False
    for kind, data in _walk(content):
        if kind in (b"jxlc", b"jxlp"):
            number = int.from_bytes(data[:4], "big") if kind == b"jxlp" else _LAST_PART
            if is_whole or number & ~_LAST_PART != len(parts):
                raise ValueError("it is damaged: the parts of its picture are out of order")
            is_whole = number >= _LAST_PART
            parts.append(data[4:] if kind == b"jxlp" else data)
        elif kind == b"jbrd":
            jpegs += 1
            _check_segments(data)
        elif kind == b"brob":
            compressed += 1
            if compressed > _MOST_COMPRESSED:
                raise ValueError(f"it has more than {_MOST_COMPRESSED} compressed boxes, which no encoder writes")
            _check_metadata(data)
        elif kind not in _METADATA:
            raise ValueError("it is damaged, or has a box of a kind that is not read")
    if not is_whole or jpegs > 1:
        raise ValueError("it is cut: the end of its picture is missing")
    return FileHeader(*check_codestream(b"".join(parts))[:3], holds_jpeg=jpegs == 1)


@contextmanager
def checked(content: bytes, *, called: str, most_pixels: int) -> Iterator[FileHeader]:
    """Check a JPEG XL file by its headers; errors of libjxl, in the block that decodes it, become a PayloadError.

    `called` names the kind of file in the message.

    Raises:
        PayloadError: `read_header` refuses it, or it claims more than `most_pixels`.
    """
    try:
        header = read_header(content)
    except ValueError as error:
        raise PayloadError(f"not a readable {called}: {error}") from error
    check_shape(header.rows, header.columns, header.channels, most_pixels=most_pixels)
    try:
        with silenced():
            yield header
    except (RuntimeError, ValueError, MemoryError) as error:
        raise PayloadError(f"not a readable {called}: it is cut or damaged") from error


def _walk(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each box after the first; one of length 0 reaches to the end.

    Raises:
        ValueError: a box is damaged, or after the last one, it is cut.
    """
    place = len(_BOXES)
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big") or len(content) - place
        if length < 8:
            raise ValueError("one of its boxes is damaged")
        yield content[place + 4 : place + 8], content[place + 8 : place + length]
        place += length
    if place > len(content):
        raise ValueError("it is cut, or one of its boxes is damaged")


def _check_metadata(data: bytes) -> None:
    """Raise ValueError where a compressed box is none of a JPEG file's, or larger than a segment of one."""
    if data[:4] not in _METADATA:
        raise ValueError("it is damaged, or has a compressed box of a kind that is not read")
    try:
        imagecodecs.brotli_decode(data[4:], out=_MOST_METADATA)
    except (RuntimeError, ValueError, IndexError) as error:
        raise ValueError(f"a compressed box is damaged, or holds more than {_MOST_METADATA} bytes") from error


def _check_segments(data: bytes) -> None:
    """Raise ValueError where the JPEG file has more segments or scans than an ordinary one."""
    bits, scans, with_data = Bits(data), 0, 0
    bits.take()  # whether it is gray
    for _ in range(_MOST_LISTED):
        if (code := bits.take(6)) == _END:
            return
        scans, with_data = scans + (code == _SCAN), with_data + (code in _WITH_DATA)
        if scans > MOST_SCANS:
            raise ValueError(f"it has more than {MOST_SCANS} scans, which no ordinary encoder writes")
        if with_data > _MOST_WITH_DATA:
            raise ValueError(
                f"it has more than {_MOST_WITH_DATA} segments of data, which no ordinary encoder writes"
            )
    raise ValueError(f"it has more than {_MOST_LISTED} segments, which no ordinary encoder writes")
