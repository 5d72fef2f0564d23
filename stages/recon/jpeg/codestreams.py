"""The headers of a JPEG XL codestream (ISO 18181-1), read as far as they tell what decoding will cost.

Files with an ICC profile are refused: it is compressed, and what follows it cannot be read without decoding it.
"""

from typing import NamedTuple

START = b"\xff\x0a"
_MOST_REFERENCES = 2  # reference-only frames; an encoder keeps patches in one, and copies them from there
_SPARE_PIXELS = 2**16  # that these may have beyond the picture's own number

_SIDE = ((9, 1), (13, 1), (18, 1), (30, 1))  # distributions of a U32: bits to read, and what is added to them
_FRAME_SIDE = ((8, 0), (11, 256), (14, 2304), (30, 18688))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))
# Flags are a U64, whose fourth form is 12 bits and maybe more, with nothing added. No flag needs it, so it is
# refused: 273 makes any number in it larger than the largest of the others.
_MOST_FLAGS = 272
_FLAGS = ((0, 0), (4, 1), (8, 17), (12, _MOST_FLAGS + 1))
_USES_LF_FRAME = 32  # a flag
_UPSAMPLING = ((0, 1), (0, 2), (0, 4), (0, 8))
_SECTION = ((10, 0), (14, 1024), (22, 17408), (30, 4211712))
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_ON_ITS_SIDE = 4  # orientations from there on, by EXIF's numbers less 1
_GRAY, _D65, _SRGB, _SRGB_TRANSFER = 1, 1, 1, 13  # a color space, white point, primaries and transfer function
_REGULAR, _REFERENCE = 0, 2


class PictureHeader(NamedTuple):
    """What the header says of the picture: its sides when upright, 1 or 3 channels, and if it is coded in XYB."""

    rows: int
    columns: int
    channels: int
    is_xyb: bool


class Bits:
    """A reader of numbers in bytes, whose bits come from the least significant one on."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def take(self, count: int = 1) -> int:
        """Return the number in the next bits; ValueError where there are not so many."""
        start, end = self._place, self._place + count
        if end > 8 * len(self._data):
            raise ValueError("it is cut")
        self._place = end
        return int.from_bytes(self._data[start // 8 : -(-end // 8)], "little") >> start % 8 & ((1 << count) - 1)

    def read_u32(self, distributions: tuple[tuple[int, int], ...]) -> int:
        """Return a U32: two bits choose one of four distributions, (bits to read, what is added to them)."""
        count, offset = distributions[self.take(2)]
        return self.take(count) + offset

    def align(self, skipped: int = 0) -> None:
        """Move to the start of the next byte unless at one, then skip `skipped` bytes."""
        self._place = 8 * (-(-self._place // 8) + skipped)


def check_codestream(codestream: bytes) -> PictureHeader:
    """Return the picture's header, after a check of the headers of all frames.

    Raises:
        ValueError: it is cut or damaged, or no gray or sRGB picture of 8 bits in one frame; it has an ICC profile,
            or more reference-only frames, or larger ones, than an ordinary encoder writes.
    """
    if not codestream.startswith(START):
        raise ValueError("it is damaged: its picture does not begin where it should")
    bits = Bits(codestream[len(START) :])
    rows, columns = _read_sides(bits)
    is_gray, is_xyb, is_on_its_side = _read_metadata(bits)
    if is_on_its_side:
        rows, columns = columns, rows
    picture = PictureHeader(rows, columns, 1 if is_gray else 3, is_xyb)
    bits.align()
    spare = rows * columns + _SPARE_PIXELS
    references = 0
    while (pixels := _read_frame(bits, picture, spare)) is not None:
        spare -= pixels
        references += 1
        _refuse(references > _MOST_REFERENCES, f"more than {_MOST_REFERENCES} reference-only frames")
    return picture


def _read_sides(bits: Bits) -> tuple[int, int]:
    """Return rows and columns."""
    small = bits.take()
    rows = _read_side(bits, small)
    ratio = bits.take(3)
    if not ratio:
        return rows, _read_side(bits, small)
    across, down = _RATIOS[ratio - 1]
    return rows, rows * across // down


def _read_side(bits: Bits, small: int) -> int:
    return 8 * (bits.take(5) + 1) if small else bits.read_u32(_SIDE)


def _read_metadata(bits: Bits) -> tuple[bool, bool, bool]:
    """Return whether the picture is gray, whether it is coded in XYB, and whether it lies on its side."""
    is_gray, is_xyb, is_on_its_side = False, True, False
    if not bits.take():  # all of it by default
        if has_more := bits.take():
            is_on_its_side = bits.take(3) >= _ON_ITS_SIDE
            for kind in ("a size to be shown at", "a preview", "an animation"):
                _refuse(bits.take(), kind)
        _refuse(bits.take(), "floating-point samples")
        _refuse(bits.take(2), "samples of other than 8 bits")
        bits.take()  # whether 16 bits suffice
        _refuse(bits.take(2), "an alpha channel, or another one")
        is_xyb = bool(bits.take())
        is_gray = _read_color(bits)
        if has_more:
            _refuse(not bits.take(), "a non-default tone mapping")
        _refuse(bits.take(2), "extensions")
    _refuse(not bits.take(), "custom color transforms")
    return is_gray, is_xyb, is_on_its_side


def _read_color(bits: Bits) -> bool:
    """Return whether the color space is gray."""
    if bits.take():  # sRGB
        return False
    _refuse(bits.take(), "an ICC profile")
    space = bits.read_u32(_ENUM)
    _refuse(space > _GRAY, "colors that are neither gray nor RGB")
    is_srgb = bits.read_u32(_ENUM) == _D65 and (space == _GRAY or bits.read_u32(_ENUM) == _SRGB)
    has_gamma = bits.take()
    _refuse(not is_srgb or has_gamma or bits.read_u32(_ENUM) != _SRGB_TRANSFER, "colors other than sRGB")
    bits.read_u32(_ENUM)  # rendering intent
    return space == _GRAY


def _read_frame(bits: Bits, picture: PictureHeader, spare: int) -> int | None:
    """Go to the end of a frame, and return its number of pixels, or None where it is the picture, and the last.

    A frame of more than `spare` pixels is refused before its sections, whose number grows with them, are read.
    """
    if bits.take():  # all of it by default
        return None
    kind = bits.take(2)
    _refuse(kind not in (_REGULAR, _REFERENCE), "an LF or skip-progressive frame")
    is_modular = bits.take()
    flags = bits.read_u32(_FLAGS)
    _refuse(flags > _MOST_FLAGS or flags & _USES_LF_FRAME, "a frame that builds on another")
    is_subsampled = not picture.is_xyb and bits.take()  # Y, Cb and Cr
    if is_subsampled:
        bits.take(6)
    is_scaled = bits.read_u32(_UPSAMPLING) > 1
    group_side = 128 << bits.take(2) if is_modular else 256
    if picture.is_xyb and not is_modular:
        bits.take(6)  # steps of X and B
    if kind == _REGULAR:
        _skip_passes(bits)
    has_sides = bits.take()
    if kind == _REGULAR:
        _refuse(has_sides, "a frame of another size")
        _refuse(bits.take(2), "frames that are blended")
        _refuse(not bits.take(), "more than one frame")
        return None
    _refuse(is_subsampled or is_scaled, "a reference-only frame of another scale")
    rows, columns = picture[:2]
    if has_sides:
        columns, rows = bits.read_u32(_FRAME_SIDE), bits.read_u32(_FRAME_SIDE)
    _refuse(rows * columns > spare, "reference-only frames of more pixels than the picture")
    bits.take(3)  # where to it is kept, and in which colors
    _refuse(bits.take(2), "a frame with a name")
    _skip_loop_filter(bits, is_modular)
    _refuse(bits.take(2), "extensions")
    groups, lf_groups = (-(-rows // side) * -(-columns // side) for side in (group_side, 8 * group_side))
    _skip_toc(bits, 1 if groups == 1 else 2 + lf_groups + groups)
    return rows * columns


def _skip_passes(bits: Bits) -> None:
    passes = bits.read_u32(((0, 1), (0, 2), (0, 3), (3, 4)))
    if passes > 1:
        downsampled = bits.read_u32(((0, 0), (0, 1), (0, 2), (1, 3)))
        bits.take(2 * (passes - 1))  # shifts
        for distributions in (_UPSAMPLING, ((0, 0), (0, 1), (0, 2), (3, 0))):
            for _ in range(downsampled):
                bits.read_u32(distributions)


def _skip_loop_filter(bits: Bits, is_modular: int) -> None:
    """Skip the settings of the loop filter: Gaborish, then the edge-preserving filter (EPF)."""
    if bits.take():  # all by default
        return
    if bits.take() and bits.take():  # Gaborish weights
        bits.take(6 * 16)
    if bits.take(2):  # EPF iterations
        if not is_modular and bits.take():
            bits.take(8 * 16)
        if bits.take():
            bits.take(5 * 16)
        if bits.take():
            bits.take((3 if is_modular else 4) * 16)
        if is_modular:
            bits.take(16)
    _refuse(bits.take(2), "extensions")


def _skip_toc(bits: Bits, count: int) -> None:
    """Skip the TOC, the lengths of a frame's sections, and the sections."""
    _refuse(bits.take(), "sections in another order")
    bits.align()
    lengths = sum(bits.read_u32(_SECTION) for _ in range(count))
    bits.align(lengths)


def _refuse(present: object, kind: str) -> None:
    if present:
        raise ValueError(f"it has {kind}; such files are not read")
