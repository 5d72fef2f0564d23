"""The segments of a JPEG file, and what a decoder may be asked to do by their number."""

import re
from collections.abc import Iterator
from typing import NamedTuple

START, END, SCAN = b"\xff\xd8", 0xD9, 0xDA
MOST_SCANS = 64  # encoders write up to a dozen; each is a pass over all pixels
MOST_SEGMENTS = 10_000
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # stuffed zeros, restarts and fill bytes are part of a scan


class EffortError(ValueError):
    """More scans or segments than an ordinary encoder writes."""


class Segment(NamedTuple):
    """The code of its marker, and its place in the file from the marker on; a scan with its coded data."""

    code: int
    start: int
    end: int


def walk(content: bytes) -> Iterator[Segment]:
    """Yield the segments of the first picture of a JPEG file, its end marker as the last one.

    Raises:
        EffortError: it has more than MOST_SCANS scans or MOST_SEGMENTS segments.
        ValueError: it is cut or damaged.
    """
    place, code, scans = len(START), 0, 0
    for _ in range(MOST_SEGMENTS):
        while content[place : place + 2] == b"\xff\xff":  # a fill byte
            place += 1
        if len(content) < place + 2:
            raise ValueError("it is cut: its end marker is missing")
        if content[place] != 0xFF:
            raise ValueError("it is damaged: a segment does not begin where the last one ends")
        code, start = content[place + 1], place
        place += 2 + (int.from_bytes(content[place + 2 : place + 4], "big") if code != END else 0)
        if code != END and place < start + 4:
            raise ValueError("it is damaged: a segment without a length")
        if code == SCAN:
            scans += 1
            marker = _MARKER.search(content, place)
            place = marker.start() if marker else len(content)
        if scans > MOST_SCANS:
            raise EffortError(f"it has more than {MOST_SCANS} scans, which no ordinary encoder writes")
        yield Segment(code, start, place)
        if code == END:
            return
    raise EffortError(f"it has more than {MOST_SEGMENTS} segments, which no ordinary encoder writes")


def check_effort(content: bytes) -> None:
    """Raise EffortError where a file has too many scans or segments; other faults are left to the decoder."""
    try:
        for _ in walk(content):
            pass
    except EffortError:
        raise
    except ValueError:
        return
