"""Transforms as bits, and back.

    6 bytes  largest and smallest side, domain_step, contrast_steps, max_contrast (in hundredths), brightness_step
    counts   of each class of planes: split blocks by side, blocks with a domain; 7 bits a byte
    the rest groups of entropy-coded symbols, by class: whether blocks are split, side after side; contrast;
             brightness; the domains' rows, columns and turns

A class of planes shares its tables: gray or luma is one, Cb and Cr are another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recon.coding import payload, rate
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.fractal.blocks import count_domains, pad_sides
from recon.families.fractal.params import FAMILY, Coding
from recon.families.fractal.planes import list_shapes
from recon.families.fractal.quadtree import Transforms, list_leaves
from recon.settings.core import parse

# In the order of their bytes; `max_contrast` is in hundredths there.
_FIELDS = ("largest", "smallest", "domain_step", "contrast_steps", "max_contrast", "brightness_step")
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
        [pad_sides(*shape, coding.largest) for shape in part]
        for part in list_shapes(head.rows, head.columns, head.channels)
    ]
    return Code(head.rows, head.columns, head.channels, coding, from_body(head.body, coding, shapes))


def to_body(classes: list[list[Transforms]], coding: Coding) -> bytes:
    """Return the body of a payload, for planes class by class."""
    groups, counts = [], b""
    for planes in classes:
        of_class = _collect_groups(planes)
        counts += b"".join(_encode_count(int(group.sum())) for group in of_class[: len(coding.sides) - 1])
        counts += _encode_count(len(of_class[-1]))
        groups += [group for group in of_class if group.size]
    settings = coding.model_dump() | {"max_contrast": round(100 * coding.max_contrast)}
    return bytes(settings[name] for name in _FIELDS) + counts + rate.encode_groups(groups)


def _collect_groups(planes: list[Transforms]) -> list[np.ndarray]:
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
    if len(body) < len(_FIELDS):
        raise PayloadError("payload is cut: it does not say how blocks were coded")
    settings = dict(zip(_FIELDS, body, strict=False))
    try:
        return parse(Coding, settings | {"max_contrast": settings["max_contrast"] / 100}, "payload")
    except UserError as error:
        raise PayloadError(f"payload describes no fractal code: {error}") from None


def from_body(body: bytes, coding: Coding, shapes: Shapes) -> list[list[Transforms]]:
    """Return the transforms of planes of these shapes; all counts and places are checked before they are used.

    Raises:
        PayloadError: the body is not that of such planes.
    """
    rest = iter(body[len(_FIELDS) :])
    wanted = [_Counts.of(planes, coding, [_read_count(rest) for _ in coding.sides]) for planes in shapes]
    sizes = [size for counts in wanted for size in counts.groups]
    decoded = iter(rate.decode_groups(bytes(rest), counts=[size for size in sizes if size]))
    groups = iter([next(decoded) if size else np.zeros(0, np.int32) for size in sizes])
    return [
        _split_class([next(groups) for _ in counts.groups], planes, coding, counts)
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


def _split_class(
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
        parts = list_leaves(shape, coding.sides, splits)
        whole = sum(len(part.numbers) for part in parts)
        mapped = np.count_nonzero(contrast[:whole])
        planes.append(Transforms(shape, splits, contrast[:whole], brightness[:whole], domains[:mapped]))
        _check_places(planes[-1], [(part.side, len(part.numbers)) for part in parts], coding)
        contrast, brightness, domains = contrast[whole:], brightness[whole:], domains[mapped:]
    return planes


def _check_places(plane: Transforms, sides: list[tuple[int, int]], coding: Coding) -> None:
    """Refuse domains beyond the grid of their side, and turns that there are not."""
    limits = [(*count_domains(plane.shape, side, coding.domain_step), 8) for side, _ in sides]
    most = np.repeat(np.array(limits), [count for _, count in sides], axis=0)[plane.contrast != 0]
    if (plane.domains < 0).any() or (plane.domains >= most).any():
        raise PayloadError("payload has a domain outside of its plane")


def _encode_count(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F)
    return bytes([*(digit | 0x80 for digit in digits[:-1]), digits[-1]])


def _read_count(rest: Iterator[int]) -> int:
    """Return the number that the next bytes stand for."""
    number = 0
    for place, digit in zip(range(_MOST_DIGITS), rest, strict=False):
        number |= (digit & 0x7F) << (7 * place)
        if digit < 0x80:
            return number
    raise PayloadError("payload is cut: a count has no end")
