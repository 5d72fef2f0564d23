"""Checks on files of classical codecs before a codec's library decodes them.

The libraries believe a file's header: 626 bytes of JPEG 2000 make OpenJPEG take 12 GB and two minutes, by blocks
of one pixel, and a JPEG file may draw the same picture in thousands of scans. So files of these two formats are
parsed here as far as needed, and refused where they hold what no ordinary encoder writes. WebP and AVIF leave a
file less choice: only their shape is checked.
"""

import re
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from recon.coding.payload import PayloadError, check_shape
from recon.core.images import UNREADABLE

MOST_SCANS = 64  # of a JPEG file; encoders write up to a dozen
# What damage makes Pillow raise: libavif's complaints come as RuntimeError, absurd sides as a "bomb".
_DAMAGED = (*UNREADABLE, EOFError, KeyError, RuntimeError, Image.DecompressionBombError)

_JPEG, _JPEG2000 = b"\xff\xd8", (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
_END, _SCAN = 0xD9, 0xDA
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended and progressive, all by Huffman's code
_TABLES = (0xC4, 0xDB, 0xDD)  # Huffman's, steps, restart interval
_REMARKS = (*range(0xE0, 0xF0), 0xFE)
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # stuffed zeros, restarts and fill bytes are part of a scan

# A JPEG 2000 file as Pillow writes it: boxes, sides, color, then the code's own header up to the number of levels.
_BOXES = bytes.fromhex(
    "0000000c6a5020200d0a870a 00000014667479706a703220000000006a703220 0000002d6a703268 0000001669686472"
)
_COLOR, _CODE = bytes.fromhex("07070000 0000000f636f6c72 010000"), b"jp2c\xff\x4f\xff\x51"
_STYLE, _BLOCKS = b"\xff\x52\0\x0c\0\0\0\1", b"\4\4\0\0"  # one layer; blocks of 64 x 64 coefficients
_LEAST = 128  # bytes up to there are in any such file
_STEPS, _COMMENT, _TILE, _DATA, _LAST = b"\xff\x5c", b"\xff\x64", b"\xff\x90", b"\xff\x93", b"\xff\xd9"


@contextmanager
def opened(
    content: bytes, formats: Sequence[str], *, called: str, most_pixels: int | None
) -> Iterator[Image.Image]:
    """Open a file of one of Pillow's `formats` by its header; faults, here or in the block, become a PayloadError.

    `called` names the kind of file in its message. The shape is checked before the picture is decoded, unless
    `most_pixels` is None, for files that were made here.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, on large headers and odd metadata: the checks here decide
            if content.startswith(_JPEG):
                bare_jpeg(content)
            if content.startswith(_JPEG2000):
                check_jpeg2000(content)
            with Image.open(BytesIO(content), formats=formats) as image:
                if image.mode not in ("L", "RGB"):
                    raise ValueError(f"neither gray nor RGB, but of mode {image.mode}")
                if most_pixels is not None:
                    check_shape(image.height, image.width, len(image.getbands()), most_pixels=most_pixels)
                yield image
    except _DAMAGED as error:
        reason = "its header is of none" if isinstance(error, UnidentifiedImageError) else error
        raise PayloadError(f"not a readable {called}: {reason}") from error


def bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG file without remarks (EXIF, color profiles, comments) and without what follows its end.

    Raises:
        ValueError: it is cut, has more than MOST_SCANS scans, or is not one picture by Huffman's code.
    """
    kept, place, frames, scans = [_JPEG], 2, 0, 0
    while True:
        if content[place : place + 2] == b"\xff\xff":  # a fill byte
            place += 1
            continue
        if content[place : place + 1] != b"\xff" or len(content) < place + 2:
            raise ValueError("it is cut or damaged: a segment does not begin where the last one ends")
        code = content[place + 1]
        if code == _END:
            return b"".join([*kept, content[place : place + 2]])
        if code not in (*_FRAMES, *_TABLES, *_REMARKS, _SCAN):
            raise ValueError(f"a segment of kind {code:02X}, which no ordinary encoder writes")
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        frames, scans = frames + (code in _FRAMES), scans + (code == _SCAN)
        if end < place + 4 or frames > 1 or scans > frames * MOST_SCANS:
            raise ValueError(f"more than one picture or {MOST_SCANS} scans, or a segment without a length")
        if code == _SCAN:
            marker = _MARKER.search(content, end)
            end = marker.start() if marker else len(content)
        if code not in _REMARKS:
            kept.append(content[place:end])
        place = end


def check_jpeg2000(content: bytes) -> None:
    """Raise ValueError for a JPEG 2000 file that is cut, or not laid out as Pillow does by default.

    That is one tile, one layer, blocks of 64 x 64 coefficients, no precincts, 1 or 3 channels of 8 bits, and no
    parts that would change this further on: the cost of such a file is in proportion to its pixels.
    """
    rows, columns, channels = struct.unpack(">IIH", content[48:58].ljust(10, b"\0"))
    color, sides = {1: 17, 3: 16}.get(channels), (columns, rows, 0, 0)
    if color is None or len(content) < _LEAST:
        raise ValueError("it is cut, or has neither 1 nor 3 channels")
    start = _BOXES + struct.pack(">IIH", rows, columns, channels) + _COLOR + struct.pack(">I", color)
    start += struct.pack(">I", len(content) - len(start)) + _CODE
    start += struct.pack(">HH8IH", 38 + 3 * channels, 0, *sides, *sides, channels) + b"\7\1\1" * channels
    start += _STYLE + bytes([channels == 3])
    place = len(start) + 1 + len(_BLOCKS)
    if not (content.startswith(start) and content[place - len(_BLOCKS) : place] == _BLOCKS):
        raise ValueError("its header is not that of one picture in one tile of 64 x 64 blocks")
    while content[place : place + 2] in (_STEPS, _COMMENT):
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    whole = struct.pack(">HHIBB", 10, 0, max(0, len(content) - len(_LAST) - place), 0, 1)
    if content[place : place + 14] != _TILE + whole + _DATA or not content.endswith(_LAST):
        raise ValueError("it is cut, or has more than one part")
