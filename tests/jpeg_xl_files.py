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


def claim(rows, columns):
    """Return the start of a codestream that claims a picture of these sides, all else by default, and no frame."""
    header = BitString().put(0, 1).put(2, 2).put(rows - 1, 18).put(0, 3).put(2, 2).put(columns - 1, 18)
    return b"\xff\x0a" + header.put(1, 1).put(1, 1).to_bytes()
