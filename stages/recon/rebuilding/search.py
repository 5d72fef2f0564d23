"""The search for the setting that keeps to a rate or reaches a quality, by bisection."""

import operator
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from tqdm import tqdm

from recon.coding import rate
from recon.core.errors import UserError
from recon.core.reconstruction import Reconstruction, timed
from recon.families.shared.family import Dial, Family
from recon.referee import distortion

UNITS = {"bpp": "bpp", "psnr": "dB"}
Measure = Literal["bpp", "psnr"]


@dataclass(frozen=True)
class Point:
    """A dial at one value: the payload and, decoded at its first use, the picture."""

    dial: Dial
    value: float
    payload: bytes
    decode: Callable[[bytes], np.ndarray]

    @classmethod
    def encode(cls, dial: Dial, value: float, family: Family) -> "Point":
        """Return the point at `value`."""
        return cls(dial, value, dial.encode(value), family.decode)

    @cached_property
    def reconstruction(self) -> Reconstruction:
        """The decoded picture, and the seconds that decoding took."""
        return timed(lambda: self.payload, self.decode)

    @cached_property
    def bpp(self) -> float:
        """Bits per pixel."""
        rows, columns, _ = self.dial.reference.shape
        return rate.bpp(payload_bytes=len(self.payload), rows=rows, columns=columns)

    @cached_property
    def psnr(self) -> float:
        """PSNR against the dial's reference, in dB."""
        return distortion.psnr_db(reference=self.dial.reference, reconstruction=self.reconstruction.pixels)

    def describe(self, measure: Measure) -> str:
        """Return a measure and the setting, such as `0.415 bpp (quality=20)`."""
        return f"{format_measure(getattr(self, measure), measure)} ({self.dial.setting}={self.value:g})"


def format_measure(value: float, measure: Measure) -> str:
    """Return a value with its unit, such as `0.415 bpp`."""
    return f"{value:.{3 if measure == 'bpp' else 2}f} {UNITS[measure]}"


def find_point(dial: Dial, measure: Measure, target: float, family: Family) -> Point:
    """Return the finest point that takes at most `target` bpp, or the coarsest that reaches `target` dB.

    Where the measure is not monotonic along the dial, it is one such point next to one that misses the target.

    Raises:
        UserError: no point does; the message states the range.
    """
    points: dict[int, Point] = {}
    last = len(dial.values) - 1
    with tqdm(total=len(dial.values).bit_length(), desc="searching", unit="try", ascii=True) as bar:

        def measure_at(position: int) -> float:
            if position not in points:
                points[position] = Point.encode(dial, dial.values[position], family)
                bar.set_postfix_str(points[position].describe(measure), refresh=False)
                bar.total = max(bar.total, bar.n + 1)
                bar.update()
            return getattr(points[position], measure)

        compare = operator.gt if measure == "bpp" else operator.ge
        position = bisect_left(range(last + 1), True, key=lambda place: compare(measure_at(place), target))
        position -= measure == "bpp"
        if not 0 <= position <= last:
            measure_at(0), measure_at(last)
    if not 0 <= position <= last:
        ends = " to ".join(points[place].describe(measure) for place in (0, last))
        raise UserError(
            f"{format_measure(target, measure)} is out of reach for this picture: {family.method} goes from {ends}"
        )
    return points[position]
