"""The segments of a JPEG file, and what a decoder may be asked to do by their number."""

import re
from collections.abc import Iterator
from typing import NamedTuple

START, END, SCAN = b"\xff\xd8", 0xD9, 0xDA
MOST_SCANS = 64  # encoders write up to a dozen; each is a pass over all pixels
MOST_SEGMENTS = 10_000
# Stuffed zeros, restarts and fill bytes are part of a scan; codes below 0xC0 stand for no segment, or for faults.
_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")


class EffortError(ValueError):
    """More scans or segments than an ordinary encoder writes."""


class Segment(NamedTuple):
    """The code of its marker, and its place in the file from the marker on; a scan with its coded data."""

    code: int
    start: int
    end: int


def walk(content: bytes, *, strict: bool = True) -> Iterator[Segment]:
    """Yield the segments of the first picture of a JPEG file, its end marker as the last one.

    Unless `strict`, what is no segment is skipped up to the next marker, as libjpeg does.

    Raises:
        EffortError: it has more than MOST_SCANS scans or MOST_SEGMENTS segments.
        ValueError: it is cut or damaged.
    """
    place, scans = len(START), 0
    for _ in range(MOST_SEGMENTS):
        if (marker := _MARKER.search(content, place)) is None:
            raise ValueError("it is cut: its end marker is missing")
        start, code = marker.start(), content[marker.start() + 1]
        if strict and content[place:start].strip(b"\xff"):  # fill bytes may come before a marker
            raise ValueError("it is damaged: a segment does not begin where the last one ends")
        length = int.from_bytes(content[start + 2 : start + 4], "big") if code != END else 0
        if strict and code != END and length < 2:
            raise ValueError("it is damaged: a segment without a length")
        place = start + 2 + (max(length, 2) if code != END else 0)
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
        for _ in walk(content, strict=False):
            pass
    except EffortError:
        raise
    except ValueError:
        return
