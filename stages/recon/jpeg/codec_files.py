"""Checks on files of classical codecs before a codec's library decodes them.

The libraries believe a file's header: 626 bytes of JPEG 2000 make OpenJPEG take 12 GB and two minutes, by blocks
of one pixel, and a JPEG file may draw the same picture in thousands of scans. So files of these two formats are
parsed here as far as needed, and refused where they hold what no ordinary encoder writes. WebP and AVIF leave a
file less choice: only their shape is checked.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from recon.coding.payload import PayloadError, check_shape
from recon.core.images import UNREADABLE
from recon.core.noise import silenced
from recon.core.segments import END, SCAN, START, walk

# What damage makes Pillow raise: libavif's complaints come as RuntimeError, absurd sides as a "bomb".
_DAMAGED = (*UNREADABLE, EOFError, KeyError, RuntimeError, Image.DecompressionBombError)

_JPEG2000 = (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended and progressive, all by Huffman's code
_MOST_SAMPLES = 4  # of a component, across or down, in a unit of the scan
_STEPS_TABLE = 0xDB
_TABLES = (0xC4, _STEPS_TABLE, 0xDD)  # Huffman's, steps, restart interval
_REMARKS = (*range(0xE0, 0xF0), 0xFE)
_OTHER_CODES = {0xC3: "it is lossless", **dict.fromkeys((0xC9, 0xCA, 0xCC), "it is coded arithmetically")}

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
        with silenced():
            length = len(bare_jpeg(content)) if content.startswith(START) else 0
            if content.startswith(_JPEG2000):
                check_jpeg2000(content)
            with Image.open(BytesIO(content), formats=formats) as image:
                if image.mode not in ("L", "RGB"):
                    raise ValueError(f"its colors are {image.mode}, neither gray nor RGB")
                if length:
                    _check_length(image, length)
                if most_pixels is not None:
                    check_shape(image.height, image.width, len(image.getbands()), most_pixels=most_pixels)
                yield image
    except _DAMAGED as error:
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "its header is damaged, or of another format" if unknown else error
        raise PayloadError(f"not a readable {called}: {reason}") from error


def bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG file without remarks (EXIF, color profiles, comments) and without what follows its end.

    Raises:
        ValueError: it is cut or damaged, or not one picture of 8 bits per sample by Huffman's code.
    """
    kept, frames, scans = [START], 0, 0
    for code, start, end in walk(content):
        frames, scans = frames + (code in _FRAMES), scans + (code == SCAN)
        if code not in (*_FRAMES, *_TABLES, *_REMARKS, SCAN, END):
            kind = _OTHER_CODES.get(code, f"it has a segment of kind {code:02X}")
            raise ValueError(f"{kind}, which is not read; save it as an ordinary JPEG file")
        if code in _FRAMES and content[start + 4 : start + 5] != b"\b":
            raise ValueError("it has more than 8 bits per sample, which are not read; save it with 8")
        if code == _STEPS_TABLE and scans:
            raise ValueError("it has tables of steps between its scans, which are not read; save it anew")
        if frames > 1 or (code == SCAN and not frames):
            raise ValueError("it is damaged: a scan without a frame, or more than one frame")
        if code not in _REMARKS:
            kept.append(content[start:end])
    return b"".join(kept)


def _check_length(image: JpegImagePlugin.JpegImageFile, length: int) -> None:
    """Raise ValueError where a JPEG file is too short for its blocks, or samples them by an impossible factor.

    A block takes two bits at least, the end of its coefficients being one; in progressive files one, in the scan
    of the means.
    """
    if not all(1 <= factor <= _MOST_SAMPLES for _, *factors, _ in image.layer for factor in factors):
        raise ValueError(f"it is damaged: a sampling factor outside 1 to {_MOST_SAMPLES}")
    most_across, most_down = (max(layer[axis] for layer in image.layer) for axis in (1, 2))
    blocks = sum(
        -(-image.width * across // (8 * most_across)) * -(-image.height * down // (8 * most_down))
        for _, across, down, _ in image.layer
    )
    if 8 * length < blocks * (1 if image.info.get("progressive") else 2):
        raise ValueError(f"it is cut: {length} bytes cannot hold {image.height} rows x {image.width} columns")


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
