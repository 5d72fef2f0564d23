"""The payload container: what a decoder must know beside the coded body, in as few bytes as are safe.

Every byte here is rate. The header has 17 bytes, and 8 more where a shared model takes part:

    bytes  field
    3      magic "RCN"
    1      version of this layout
    4      family: the first four letters of its name
    2 + 2  rows, columns
    1      channels (1 or 3); the highest bit is set where a model id follows
    4      CRC-32 of all other bytes
    0 or 8 model id: the first bytes of the SHA-256 of the shared model's weights

All numbers are little-endian. The families' four letters differ, so no list of families is kept here.

Whoever makes a payload can make its checksum too, so a decoder believes nothing: a damaged, foreign or forged
payload gives a picture of the shape that it claims, or a PayloadError. What decoding may cost is bounded before
anything is allocated: pixels here, symbols by the bytes there are (`recon.coding.rate` and `symbols`), weights by
their number (`recon.families.coordinates.method`), and what other libraries do in `recon.jpeg.codec_files`, for
Pillow, and in `recon.jpeg.jpegxl_files` and `codestreams`, for libjxl.
"""

import hashlib
import struct
import zlib
from typing import NamedTuple

import numpy as np

from recon.core.errors import UserError
from recon.core.images import MAX_SIDE, MIN_SIDE

_MAGIC, _VERSION = b"RCN", 1
_HEADER = struct.Struct("<3sB4sHHB")
_CRC = struct.Struct("<I")
_CRC_END = _HEADER.size + _CRC.size
_MODEL_ID_BYTES = 8
_HAS_MODEL = 0x80

# Pixels that a payload may claim, such as 4096 x 4096: a plain picture of any size takes a few bytes, and decoding
# by a network, or pass after pass, takes hundreds of bytes of memory for each pixel.
MOST_PIXELS = 2**24
_MOST_LETTERS = 300  # of an error


class PayloadError(UserError):
    """Bytes that are no payload, or are damaged, or belong to another family or model."""

    def __init__(self, message: str) -> None:
        """Bring a message, which may quote the payload, to one line of printable letters."""
        line = "".join(letter if letter.isprintable() else " " for letter in message)
        super().__init__(line if len(line) <= _MOST_LETTERS else line[:_MOST_LETTERS] + "...")


class Payload(NamedTuple):
    """A payload taken apart: the image's shape and the family's coded body."""

    rows: int
    columns: int
    channels: int
    body: bytes


def model_id(weights: bytes) -> bytes:
    """Return the 8 bytes that name a shared model: the start of the SHA-256 of its weights file."""
    return hashlib.sha256(weights).digest()[:_MODEL_ID_BYTES]


def pack(
    *,
    family: str,
    rows: int,
    columns: int,
    channels: int,
    body: bytes,
    model_id: bytes = b"",
    most_pixels: int = MOST_PIXELS,
) -> bytes:
    """Return the payload: header and body. `model_id` is empty for a family without a shared model.

    Raises:
        PayloadError: a picture that `unpack` would refuse.
    """
    check_shape(rows, columns, channels, most_pixels=most_pixels)
    flag = _HAS_MODEL if model_id else 0
    header = _HEADER.pack(_MAGIC, _VERSION, _tag(family), rows, columns, channels | flag)
    return header + _CRC.pack(_checksum(header, model_id + body)) + model_id + body


def unpack(payload: bytes, *, family: str, model_id: bytes = b"", most_pixels: int = MOST_PIXELS) -> Payload:
    """Check a payload against the decoder's family and shared model, and take it apart.

    The checksum is checked before any other field is believed, so damage is reported as damage.

    Raises:
        PayloadError: wrong magic, version, family, model or checksum, a cut payload, sides or channels that
            no image of this project has, more than `most_pixels`.
    """
    rows, columns, channels, needed, body = _take_apart(payload, family)
    if needed != model_id:
        raise PayloadError(
            f"payload needs model {needed.hex() or 'none'}, given is {model_id.hex() or 'none'}; "
            "decode with the model it was encoded with, or encode it again"
        )
    check_shape(rows, columns, channels, most_pixels=most_pixels)
    return Payload(rows, columns, channels, body)


def model_id_of(payload: bytes, *, family: str) -> bytes:
    """Return the id of the shared model that a payload needs, empty for none; PayloadError as of `unpack`."""
    return _take_apart(payload, family)[3]


def _take_apart(payload: bytes, family: str) -> tuple[int, int, int, bytes, bytes]:
    """Return rows, columns, channels, model id and body; PayloadError where damaged, or of another family."""
    if payload[: len(_MAGIC)] != _MAGIC:
        raise PayloadError(f"not a payload of this project: it starts with {payload[:3]!r}, not {_MAGIC!r}")
    if len(payload) < _CRC_END:
        raise PayloadError(f"payload of {len(payload)} bytes is cut: the header alone has {_CRC_END}")
    _, version, tag, rows, columns, channels = _HEADER.unpack_from(payload)
    if version != _VERSION:
        raise PayloadError(f"payload has version {version}, this decoder reads {_VERSION}; encode it again")
    rest = payload[_CRC_END:]
    if _CRC.unpack_from(payload, _HEADER.size) != (_checksum(payload[: _HEADER.size], rest),):
        raise PayloadError("payload is cut or damaged: its checksum is wrong; copy or encode it again")
    if tag != _tag(family):
        raise PayloadError(f"payload is of family {tag.decode('latin-1')!r}..., not {family!r}")
    id_bytes = _MODEL_ID_BYTES if channels & _HAS_MODEL else 0
    return rows, columns, channels & ~_HAS_MODEL, rest[:id_bytes], rest[id_bytes:]


def check_shape(rows: int, columns: int, channels: int, *, most_pixels: int = MOST_PIXELS) -> None:
    """Refuse, by a PayloadError, a picture that is none of this project's, or larger than a decoder will bear."""
    if not (MIN_SIDE <= rows <= MAX_SIDE and MIN_SIDE <= columns <= MAX_SIDE and channels in (1, 3)):
        raise PayloadError(
            f"payload claims {rows} rows x {columns} columns x {channels} channels; "
            f"sides from {MIN_SIDE} to {MAX_SIDE} and 1 or 3 channels are possible"
        )
    if rows * columns > most_pixels:
        raise PayloadError(
            f"payload claims {rows} rows x {columns} columns; at most {most_pixels} pixels are decoded"
        )


def check_values(values: np.ndarray) -> np.ndarray:
    """Return the values that a network made of a payload; PayloadError where they are no numbers."""
    if not np.isfinite(values).all():
        raise PayloadError("payload stands for values that are no numbers, which no pixel can show")
    return values


def _tag(family: str) -> bytes:
    return family[:4].encode("ascii").ljust(4)


def _checksum(header: bytes, rest: bytes) -> int:
    return zlib.crc32(rest, zlib.crc32(header))
