"""Turning a dial until a rate is kept, or a quality reached, by bisection."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Literal

import numpy as np
from tqdm import tqdm

from recon.coding import rate
from recon.core.errors import UserError
from recon.families.shared.family import Dial, Family
from recon.referee import distortion

UNITS = {"bpp": "bpp", "psnr": "dB"}
What = Literal["bpp", "psnr"]


@dataclass(frozen=True)
class Point:
    """A position of a dial: its payload, and, when it is asked for, the picture that this stands for."""

    dial: Dial
    value: float
    payload: bytes
    decode: Callable[[bytes], np.ndarray]

    @classmethod
    def at(cls, dial: Dial, value: float, decode: Callable[[bytes], np.ndarray]) -> "Point":
        """Encode at `value`."""
        return cls(dial, value, dial.encode(value), decode)

    @property
    def pixels(self) -> np.ndarray:
        """The decoded picture."""
        return self._decoded[0]

    @property
    def decode_seconds(self) -> float:
        """The time that decoding takes."""
        return self._decoded[1]

    @cached_property
    def _decoded(self) -> tuple[np.ndarray, float]:
        start = perf_counter()
        return self.decode(self.payload), perf_counter() - start

    @cached_property
    def bpp(self) -> float:
        """Bits per pixel."""
        rows, columns, _ = self.dial.reference.shape
        return rate.bpp(payload_bytes=len(self.payload), rows=rows, columns=columns)

    @cached_property
    def psnr(self) -> float:
        """PSNR against the picture that was given, in dB."""
        return distortion.psnr_db(reference=self.dial.reference, reconstruction=self.pixels)

    def told(self, what: What) -> str:
        """Return a measure and where the dial stood, such as `0.415 bpp (quality=20)`."""
        return f"{shown(getattr(self, what), what)} ({self.dial.setting}={self.value:g})"


def shown(value: float, what: What) -> str:
    """Return a measure in words."""
    return f"{value:.{3 if what == 'bpp' else 2}f} {UNITS[what]}"


def found(dial: Dial, what: What, target: float, family: Family) -> Point:
    """Return the finest position that takes at most `target` bpp, or the coarsest that reaches `target` dB.

    Where the measure goes up and down along the dial, it is one such position, whose neighbor is none.

    Raises:
        UserError: there is none; it names the range.
    """
    points: dict[int, Point] = {}
    last = len(dial.values) - 1
    with tqdm(total=len(dial.values).bit_length(), desc="searching", unit="try", ascii=True) as bar:

        def measured(position: int) -> float:
            if position not in points:
                points[position] = Point.at(dial, dial.values[position], family.decode)
                bar.set_postfix_str(points[position].told(what), refresh=False)
                bar.total = max(bar.total, bar.n + 1)
                bar.update()
            return getattr(points[position], what)

        reached = (lambda value: value > target) if what == "bpp" else (lambda value: value >= target)
        position = bisect_left(range(last + 1), True, key=lambda place: reached(measured(place)))
        position -= what == "bpp"
        if not 0 <= position <= last:
            measured(0), measured(last)
    if not 0 <= position <= last:
        ends = " to ".join(points[place].told(what) for place in (0, last))
        raise UserError(
            f"{shown(target, what)} is out of reach for this picture: {family.method} goes from {ends}"
        )
    return points[position]
