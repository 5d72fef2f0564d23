"""Payloads as damage, a mix-up or malice would leave them, from a seeded generator."""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import imagecodecs
import numpy as np

from jpeg_xl_files import BOXES
from recon.coding import rate

HEADER, SHAPE, CRC = 17, slice(8, 13), slice(13, 17)  # of the project's container, see recon.coding.payload
MAGIC = b"RCN"
_FIELDS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}
_BIG_ENDIAN = {1: ">B", 2: ">H", 4: ">I", 8: ">Q"}
_NUMBERS = (0, 1, 2, 7, 8, 64, 127, 128, 255, 256, 8192, 8193, 32767, 32768, 65535, 2**31 - 1, 2**31, 2**32 - 1)
_FLOATS = (0.0, -0.0, 1.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e-45, 1e-38, 3e38, -3e38)
_TEXTS = ("0", "-1", "1e9", "1e999", "NaN", "null", "true", "[]", "{}", '"x"', "1048576", "9" * 30, "64", '"\\n"')

Mutation = Callable[[np.random.Generator, bytearray, bytes], bytes]


def sealed(payload: bytes) -> bytes:
    """Return a payload of the container with its checksum made right, as a forger would."""
    if not payload.startswith(MAGIC) or len(payload) < HEADER:
        return payload
    head, rest = payload[: CRC.start], payload[CRC.stop :]
    return head + struct.pack("<I", zlib.crc32(rest, zlib.crc32(head))) + rest


def reshaped(payload: bytes, rows: int, columns: int, channels: int) -> bytes:
    """Return a payload of the container that claims another shape."""
    model = payload[SHAPE.stop - 1] & 0x80
    shape = struct.pack("<HHB", rows, columns, channels | model)
    return sealed(payload[: SHAPE.start] + shape + payload[SHAPE.stop :])


@dataclass(frozen=True)
class Payload:
    """A payload, and the groups of symbols that one part of it, their code, stands for; none: b"", []."""

    data: bytes
    code: bytes
    groups: Sequence[np.ndarray]


def mutated(rng: np.random.Generator, one: Payload, other: bytes) -> bytes:
    """Return a payload after one to three mutations; `other` is one of this or another method.

    Most keep the container's checksum right and its header as it is, so that the decoder behind it is reached.
    """
    payload = one.data
    if not payload.startswith(MAGIC):
        return _several(rng, payload, other)
    if rng.random() < 0.1:
        return _several(rng, payload, other)
    if rng.random() < 0.1:
        return _other_shape(rng, payload)
    if one.groups and rng.random() < 0.4:
        return sealed(payload.replace(one.code, rate.encode_groups(_other_symbols(rng, one.groups))))
    start = HEADER + (8 if payload[SHAPE.stop - 1] & 0x80 else 0)
    head, body = payload[:start], payload[start:]
    if body[2:3] == b"[" and rng.random() < 0.5:
        return sealed(head + _other_description(rng, body))
    foreign = other[HEADER:] if other.startswith(MAGIC) else other
    return sealed(head + _several(rng, body, foreign))


def _several(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    for _ in range(rng.integers(1, 4)):
        data = MUTATIONS[rng.integers(len(MUTATIONS))](rng, bytearray(data), other)
    return bytes(data)


def _place(rng: np.random.Generator, data: bytes) -> int:
    """Return a place in `data`, every other time in its first bytes, where headers are."""
    return int(rng.integers(max(1, min(len(data), 64 if rng.random() < 0.5 else len(data)))))


def _cut(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    return data[: _place(rng, data)]


def _lengthened(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    return data + rng.bytes(int(rng.integers(1, 40)))


def _flipped(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    for _ in range(rng.integers(1, 9) if data else 0):
        data[_place(rng, data)] ^= 1 << int(rng.integers(8))
    return data


def _overwritten(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Put an extreme number, whole or not, of 1 to 8 bytes in either order, over some bytes."""
    size = int(rng.choice(list(_FIELDS)))
    order = _FIELDS if rng.random() < 0.5 else _BIG_ENDIAN
    word = struct.pack(order[size], int(rng.choice(_NUMBERS)) % 256**size)
    if rng.random() < 0.25:
        word = struct.pack("<f", rng.choice(_FLOATS))
    start = _place(rng, data)
    data[start : start + len(word)] = word
    return data


def _moved(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Take some bytes away, or put them in once more elsewhere."""
    start, length, to = _place(rng, data), int(rng.integers(1, 20)), _place(rng, data)
    part = data[start : start + length]
    if rng.random() < 0.5:
        del data[start : start + length]
        return data
    return data[:to] + part + data[to:]


def _spliced(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    return data[: _place(rng, data)] + other[_place(rng, other) :]


def _replaced(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    return bytearray(other if rng.random() < 0.5 else rng.bytes(int(rng.integers(200))))


def _letter(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Change a letter or digit, of which descriptions and the names of boxes are made."""
    places = [place for place, byte in enumerate(data[:400]) if 32 <= byte < 127]
    if places:
        data[rng.choice(places)] = int(rng.integers(32, 127))
    return data


def _marked(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Make another segment of one of JPEG or JPEG 2000, whose markers are two bytes, the first of them 255."""
    places = [place for place, byte in enumerate(data[:-1]) if byte == 0xFF]
    if places:
        data[rng.choice(places) + 1] = int(rng.integers(0xC0, 0x100) if rng.random() < 0.7 else rng.integers(256))
    return data


def _boxed(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Put compressed boxes behind those of a JPEG XL file: few bytes, and as much to unpack as may be, or more."""
    bomb = b"brobExif" + imagecodecs.brotli_encode(bytes(int(rng.choice([0, 2**10, 2**16, 2**24]))))
    box = struct.pack(">I", 4 + len(bomb)) + bomb
    return data + box * int(rng.choice([1, 4, 5, 1000])) if data.startswith(BOXES) else data


def _enlarged(rng: np.random.Generator, data: bytearray, other: bytes) -> bytes:
    """Let a JPEG file claim more pixels than it holds: a few bytes that ask for much work."""
    frame = re.search(rb"\xff[\xc0-\xc2]\x00.\x08", data, re.DOTALL)
    if frame:
        rows, columns = rng.choice([1, 64, 1000, 4096, 8192, 13_000, 65_535], size=2)
        data[frame.end() : frame.end() + 4] = struct.pack(">HH", rows, columns)
    return data


MUTATIONS: Sequence[Mutation] = (
    _cut,
    _lengthened,
    _flipped,
    _flipped,
    _overwritten,
    _overwritten,
    _moved,
    _spliced,
    _replaced,
    _letter,
    _marked,
    _enlarged,
    _boxed,
)


def _other_shape(rng: np.random.Generator, payload: bytes) -> bytes:
    rows, columns, channels = struct.unpack("<HHB", payload[SHAPE])
    side = (0, 1, 7, 8, 9, 64, rows, columns, 4 * rows, 8192, 8193, 65535, int(rng.integers(65536)))
    claimed = (int(rng.choice((rows, *side))), int(rng.choice((columns, *side))))
    return reshaped(payload, *claimed, int(rng.choice((channels & 0x7F, 0, 1, 2, 3, 127))))


def _other_symbols(rng: np.random.Generator, groups: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Change the symbols of one group in three, or their number: what is coded is a code as it should be."""
    changed = [group.copy() for group in groups]
    for number in np.flatnonzero(rng.random(len(groups)) < 1 / 3):
        group = changed[number]
        symbols = rng.choice([-(2**15), -(2**10), -8, -1, 0, 1, 2, 7, 8, 63, 2**10, 2**15 - 1], size=len(group))
        kind = rng.integers(4)
        if kind == 0:
            group[rng.integers(len(group))] = symbols[0]
        elif kind == 1:
            group[:] = symbols[0]
        elif kind == 2:
            group[:] = symbols
        else:
            changed[number] = np.resize(group, max(1, len(group) + int(rng.integers(-2, 3))))
    return changed


def _other_description(rng: np.random.Generator, body: bytes) -> bytes:
    """Put another value for one of those in the JSON at the body's start, and make its length right."""
    end = 2 + int.from_bytes(body[:2], "little")
    text = body[2:end].decode("latin-1")
    values = list(re.finditer(r'"[^"]*"|[\d.]+', text))
    value = values[rng.integers(len(values))] if values else re.match("", text)
    text = text[: value.start()] + str(rng.choice(_TEXTS)) + text[value.end() :]
    coded = text.encode("latin-1")
    return struct.pack("<H", len(coded)) + coded + body[end:]
