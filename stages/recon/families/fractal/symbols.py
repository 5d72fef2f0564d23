"""Transforms as bits, and back.

    6 bytes  largest and smallest side, domain_step, contrast_steps, max_contrast (in hundredths), brightness_step
    counts   of each class of planes: split blocks by side, blocks with a domain; 7 bits a byte
    the rest groups of entropy-coded symbols, by class: whether blocks are split, side after side; contrast;
             brightness; the domains' rows, columns and turns

A class of planes shares its tables: gray or luma is one, Cb and Cr are another.
"""

import struct
from dataclasses import dataclass

import numpy as np

from recon.coding import payload, rate
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.fractal.blocks import domain_grid, padded_sides
from recon.families.fractal.params import FAMILY, Coding
from recon.families.fractal.planes import plane_shapes
from recon.families.fractal.quadtree import Transforms, leaves
from recon.settings.core import parse

_CODING = struct.Struct("6B")
_MOST_DIGITS = 5  # of a count: 35 bits
Shapes = list[list[tuple[int, int]]]  # of the padded planes, class by class


@dataclass(frozen=True)
class Code:
    """The content of a payload: the image's sides and channels, how blocks are coded, and its planes by class."""

    rows: int
    columns: int
    channels: int
    coding: Coding
    classes: list[list[Transforms]]


def to_payload(code: Code) -> bytes:
    """Return the payload of a code."""
    shape = {"rows": code.rows, "columns": code.columns, "channels": code.channels}
    return payload.pack(family=FAMILY, body=to_body(code.classes, code.coding), **shape)


def from_payload(data: bytes) -> Code:
    """Return the content of a payload; PayloadError where it is of another family, or damaged."""
    head = payload.unpack(data, family=FAMILY)
    coding = read_coding(head.body)
    shapes = [
        [padded_sides(*shape, coding.largest) for shape in part]
        for part in plane_shapes(head.rows, head.columns, head.channels)
    ]
    return Code(head.rows, head.columns, head.channels, coding, from_body(head.body, coding, shapes))


def to_body(classes: list[list[Transforms]], coding: Coding) -> bytes:
    """Return the body of a payload, for planes class by class."""
    groups, counts = [], b""
    for planes in classes:
        of_class = _groups(planes)
        counts += b"".join(_count(int(group.sum())) for group in of_class[: len(coding.sides) - 1])
        counts += _count(len(of_class[-1]))
        groups += [group for group in of_class if group.size]
    sides = (coding.largest, coding.smallest, coding.domain_step)
    contrast = (coding.contrast_steps, round(100 * coding.max_contrast))
    return _CODING.pack(*sides, *contrast, coding.brightness_step) + counts + rate.encode_groups(groups)


def _groups(planes: list[Transforms]) -> list[np.ndarray]:
    by_side = zip(*(plane.splits for plane in planes), strict=True)
    domains = np.concatenate([plane.domains for plane in planes])
    return [
        *(np.concatenate(splits).astype(np.int32) for splits in by_side),
        np.concatenate([plane.contrast for plane in planes]),
        np.concatenate([plane.brightness for plane in planes]),
        *domains.T,
    ]


def read_coding(body: bytes) -> Coding:
    """Return the coding that a body begins with; PayloadError where no encoder writes it."""
    if len(body) < _CODING.size:
        raise PayloadError("payload is cut: it does not say how blocks were coded")
    largest, smallest, domain_step, contrast_steps, hundredths, brightness_step = _CODING.unpack_from(body)
    settings = {"largest": largest, "smallest": smallest, "domain_step": domain_step}
    settings |= {"max_contrast": hundredths / 100, "contrast_steps": contrast_steps}
    settings |= {"brightness_step": brightness_step}
    try:
        return parse(Coding, settings, "payload")
    except UserError as error:
        raise PayloadError(f"payload describes no fractal code: {error}") from None


def from_body(body: bytes, coding: Coding, shapes: Shapes) -> list[list[Transforms]]:
    """Return the transforms of planes of these shapes; all counts and places are checked before they are used.

    Raises:
        PayloadError: the body is not that of such planes.
    """
    place = _CODING.size
    wanted = []
    for planes in shapes:
        numbers = []
        for _ in coding.sides:
            number, place = _read_count(body, place)
            numbers.append(number)
        wanted.append(_Counts.of(planes, coding, numbers))
    sizes = [size for counts in wanted for size in counts.groups]
    decoded = iter(rate.decode_groups(body[place:], counts=[size for size in sizes if size]))
    groups = iter([next(decoded) if size else np.zeros(0, np.int32) for size in sizes])
    return [
        _planes([next(groups) for _ in counts.groups], planes, coding, counts)
        for counts, planes in zip(wanted, shapes, strict=True)
    ]


@dataclass(frozen=True)
class _Counts:
    """What a class's planes hold together: split blocks by side, and the sizes of its groups."""

    split: list[int]
    groups: list[int]

    @classmethod
    def of(cls, planes: list[tuple[int, int]], coding: Coding, numbers: list[int]) -> "_Counts":
        *split, mapped = numbers
        there = [sum(rows * columns for rows, columns in planes) // coding.largest**2, *(4 * n for n in split)]
        if any(divided > blocks for divided, blocks in zip(split, there, strict=False)):
            raise PayloadError("payload splits more blocks than there are")
        whole = sum(there) - sum(split)
        if mapped > whole:
            raise PayloadError("payload has more domains than blocks")
        return cls(split, [*there[:-1], whole, whole, mapped, mapped, mapped])


def _planes(
    groups: list[np.ndarray], shapes: list[tuple[int, int]], coding: Coding, counts: _Counts
) -> list[Transforms]:
    """Take a class's groups apart into its planes."""
    *flags, contrast, brightness, row, column, isometry = groups
    if any(group.min(initial=0) < 0 or group.max(initial=0) > 1 for group in flags):
        raise PayloadError("payload has a split that is neither yes nor no")
    if [int(group.sum()) for group in flags] != counts.split or np.count_nonzero(contrast) != len(row):
        raise PayloadError("payload's counts are not those of its blocks")
    if np.abs(contrast).max(initial=0) > coding.contrast_steps:
        raise PayloadError("payload has a contrast beyond its largest")
    domains, planes = np.stack([row, column, isometry], axis=1), []
    for shape in shapes:
        there, splits = shape[0] * shape[1] // coding.largest**2, []
        for level, group in enumerate(flags):
            splits.append(group[:there].astype(bool))
            flags[level] = group[there:]
            there = 4 * int(splits[-1].sum())
        parts = leaves(shape, coding.sides, splits)
        whole = sum(len(part.numbers) for part in parts)
        mapped = np.count_nonzero(contrast[:whole])
        planes.append(Transforms(shape, splits, contrast[:whole], brightness[:whole], domains[:mapped]))
        _check_places(planes[-1], [(part.side, len(part.numbers)) for part in parts], coding)
        contrast, brightness, domains = contrast[whole:], brightness[whole:], domains[mapped:]
    return planes


def _check_places(plane: Transforms, sides: list[tuple[int, int]], coding: Coding) -> None:
    """Refuse domains beyond the grid of their side, and turns that there are not."""
    limits = [(*domain_grid(plane.shape, side, coding.domain_step), 8) for side, _ in sides]
    most = np.repeat(np.array(limits), [count for _, count in sides], axis=0)[plane.contrast != 0]
    if (plane.domains < 0).any() or (plane.domains >= most).any():
        raise PayloadError("payload has a domain outside of its plane")


def _count(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F)
    return bytes([*(digit | 0x80 for digit in digits[:-1]), digits[-1]])


def _read_count(body: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at `place`, and the place after it."""
    number = 0
    for digit in range(_MOST_DIGITS):
        if place + digit >= len(body):
            break
        number |= (body[place + digit] & 0x7F) << (7 * digit)
        if body[place + digit] < 0x80:
            return number, place + digit + 1
    raise PayloadError("payload is cut: a count has no end")
