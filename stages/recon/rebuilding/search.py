"""The search for the setting that keeps to a rate or reaches a quality, by bisection or by few fits."""

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
from recon.families.shared.family import Dial, Family, option_name
from recon.rebuilding import fit_search
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


def count_tries(dial: Dial) -> int:
    """Return about how many values a search tries."""
    return fit_search.USUAL_FITS if dial.refits else len(dial.values).bit_length()


def find_point(dial: Dial, measure: Measure, target: float, family: Family) -> Point:
    """Return the finest point that takes at most `target` bpp, or the coarsest that reaches `target` dB.

    Where the measure is not monotonic along the dial, it is one such point among those that were tried. Where each
    value is a fit of its own, it is one that is close enough to the target: see `fit_search`.

    Raises:
        UserError: no point that was tried does; the message states the range of these.
    """
    points: dict[int, Point] = {}
    last = len(dial.values) - 1
    misses = operator.gt if measure == "bpp" else operator.lt

    def measure_at(place: int) -> float:
        if place not in points:
            points[place] = Point.encode(dial, dial.values[place], family)
            bar.set_postfix_str(points[place].describe(measure), refresh=False)
            bar.total = max(bar.total, bar.n + 1)
            bar.update()
        return getattr(points[place], measure)

    def is_beyond(place: int) -> bool:
        return misses(measure_at(place), target) == (measure == "bpp")

    with tqdm(total=count_tries(dial), desc="searching", unit="try", ascii=True) as bar:
        if dial.refits:
            place = fit_search.find_fit(dial, measure, target, measure_at)
        else:
            place = bisect_left(range(last + 1), True, key=is_beyond) - (measure == "bpp")
        if place in points:
            return points[place]
        if not dial.refits:
            measure_at(0), measure_at(last)
    tried = sorted(points.values(), key=operator.attrgetter(measure))
    if not misses(getattr(best := tried[0 if measure == "bpp" else -1], measure), target):
        return best
    untried = f"; --{option_name(dial.setting)} takes other values, each a fit" if dial.refits else ""
    raise UserError(
        f"{format_measure(target, measure)} is out of reach for this picture: {family.method} goes from "
        f"{tried[0].describe(measure)} to {tried[-1].describe(measure)}, of {len(tried)} settings tried{untried}"
    )
