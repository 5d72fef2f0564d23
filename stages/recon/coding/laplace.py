"""Discretized Laplace distributions as tables of integer frequencies, identical on every machine.

The exponential functions of two math libraries may differ in the last bit, and with other tables nothing can be
decoded. So Python's `decimal`, whose results are defined to the last digit, computes one number for each scale,
exp(-1 / (FRACTIONS scale)); all else is its powers and their differences, which are computed in a fixed order and
defined to the last bit by IEEE 754.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache

import numpy as np

FRACTIONS = 32  # of 1, in which the location is given
STEPS = 16  # of the natural logarithm of the scale, for a factor of e
LOWEST, HIGHEST = -5, 5  # of that logarithm
SCALES = (HIGHEST - LOWEST) * STEPS + 1
TOTAL = 2**24  # constriction's resolution of probabilities
_CONTEXT = Context(prec=40)


@dataclass(frozen=True)
class Tables:
    """The frequencies of -reach..reach for all locations and scales.

    Attributes:
        reach: the largest value.
        rows: the frequencies, float64 (starts, values), a view; `locate` returns which row is whose.
    """

    reach: int
    rows: np.ndarray
    _starts: np.ndarray
    _sums: np.ndarray
    _limits: tuple[np.ndarray, np.ndarray]

    def locate(self, rounded: np.ndarray) -> np.ndarray:
        """Return the starts of rows, int64 (n,).

        Args:
            rounded: whole numbers (2, n), changed in place: locations in units of 1 / FRACTIONS, and scales from 0
                to SCALES - 1. Both are clipped to their ranges.
        """
        np.maximum(rounded, self._limits[0], out=rounded)
        np.minimum(rounded, self._limits[1], out=rounded)
        location, scale = rounded.astype(np.int64)
        scale *= FRACTIONS * (4 * self.reach + 1)
        scale += self._starts[location + FRACTIONS * self.reach]
        return scale

    def count_bits(self, starts: np.ndarray, symbols: np.ndarray) -> float:
        """Return a lower bound of the bits of symbols, 0 for the lowest value, coded with the rows at `starts`.

        constriction rounds, and gives each symbol a probability of at least 1 / TOTAL, so a symbol may be likelier
        than its frequency says, by 2 / TOTAL.
        """
        sums = self._sums[starts + 2 * self.reach + 1] - self._sums[starts]
        return -float(np.log2(np.minimum(1, self.rows[starts, symbols] / sums + 2 / TOTAL)).sum())


@cache
def make_tables(reach: int) -> Tables:
    """Return the tables of values from -reach to reach, which is at least 1."""
    values, centers = 2 * reach + 1, 4 * reach + 1
    by_distance = np.stack([_frequencies(ratio, FRACTIONS * values) for ratio in _all_ratios()])
    # A row is a part of the frequencies of -2 reach..2 reach about a location from 0 up to 1.
    fraction, distance = np.arange(FRACTIONS)[:, np.newaxis], FRACTIONS * np.arange(-2 * reach, 2 * reach + 1)
    flat = by_distance[:, np.abs(distance - fraction)].ravel()
    whole, part = np.divmod(np.arange(FRACTIONS * (values - 1) + 1), FRACTIONS)
    limits = np.array([[[-FRACTIONS * reach], [0]], [[FRACTIONS * reach], [SCALES - 1]]], np.float64)
    return Tables(
        reach,
        np.lib.stride_tricks.sliding_window_view(flat, values),
        part * centers + (values - 1) - whole,
        np.concatenate([[0], np.cumsum(flat)]),
        (limits[0], limits[1]),
    )


def zero_mean(log_scale: float, reach: int) -> np.ndarray:
    """Return the frequencies of -reach..reach about 0, float64; `log_scale` is a natural logarithm."""
    ratio = _ratio(Decimal(log_scale))
    return _frequencies(ratio, FRACTIONS * (reach + 1))[FRACTIONS * np.abs(np.arange(-reach, reach + 1))]


def _frequencies(ratio: float, distances: int) -> np.ndarray:
    """Return the frequencies of values at distances 0, 1, ... from the location, in units of 1 / FRACTIONS."""
    half = FRACTIONS // 2
    tails = np.full(distances + half, ratio)
    tails[0] = 0.5
    np.multiply.accumulate(tails, out=tails)  # half of exp(-distance / scale): products, one after another
    around = np.arange(half)
    probabilities = np.empty(distances)
    probabilities[:half] = 1 - (tails[half + around] + tails[half - around])
    probabilities[half:] = tails[: distances - half] - tails[2 * half :]
    return np.rint(probabilities * TOTAL)


@cache
def _all_ratios() -> tuple[float, ...]:
    return tuple(_ratio(Decimal(number) / STEPS + LOWEST) for number in range(SCALES))


def _ratio(log_scale: Decimal) -> float:
    """Return exp(-1 / (FRACTIONS scale)), correctly rounded."""
    scale = _CONTEXT.exp(log_scale)
    return float(_CONTEXT.exp(_CONTEXT.divide(Decimal(-1), _CONTEXT.multiply(scale, Decimal(FRACTIONS)))))
