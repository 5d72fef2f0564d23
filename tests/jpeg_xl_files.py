"""JPEG XL files taken apart, and put together as no encoder would."""

import struct

BOXES = b"\0\0\0\x0cJXL \r\n\x87\n"


def split_boxes(content):
    """Return kind and content of each box after the first."""
    boxes, place = [], len(BOXES)
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        boxes.append((content[place + 4 : place + 8], content[place + 8 : place + length]))
        place += length
    return boxes


def join_boxes(boxes):
    """Return the file of these boxes."""
    return BOXES + b"".join(struct.pack(">I4s", 8 + len(data), kind) + data for kind, data in boxes)


class BitString:
    """Numbers as bits, the least significant one first."""

    def __init__(self):
        self.bits = ""

    def put(self, number, count):
        self.bits += f"{number:0{count}b}"[::-1] if count else ""
        return self

    def to_bytes(self):
        padded = self.bits + "0" * (-len(self.bits) % 8)
        return bytes(int(padded[start : start + 8][::-1], 2) for start in range(0, len(padded), 8))

    def put_enum(self, number):
        if number < 2:
            return self.put(number, 2)
        return self.put(2, 2).put(number - 2, 4) if number < 18 else self.put(3, 2).put(number - 18, 6)


def write_header(rows, columns, metadata=None):
    """Return the start of a codestream of these sides, without a frame; `metadata` are all by default."""
    bits = BitString().put(0, 1).put(2, 2).put(rows - 1, 18).put(0, 3).put(2, 2).put(columns - 1, 18)
    bits.bits += "1" if metadata is None else metadata.bits
    return b"\xff\x0a" + bits.put(1, 1).to_bytes()


def write_metadata(*, orientation=1, white_point=1, primaries=1, transfer=13, gamma=None):
    """Return the metadata of an XYB picture of 8 bits in a color space of RGB."""
    bits = (
        BitString().put(0, 1).put(1, 1).put(orientation - 1, 3).put(0, 3).put(0, 3).put(1, 1).put(0, 2).put(1, 1)
    )
    bits.put(0, 2).put_enum(0).put_enum(white_point).put_enum(primaries)
    if gamma is None:
        bits.put(0, 1).put_enum(transfer)
    else:
        bits.put(1, 1).put(gamma, 24)
    return bits.put_enum(1).put(1, 1).put(0, 2)
