"""Bjøntegaard's delta rate: the bits that a codec needs at equal PSNR, in percent more than another."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import bjontegaard

from recon.core.errors import UserError

Curve = Sequence[tuple[float, float]]
"""Points (bpp, psnr_db) of one codec, in any order."""


class BdRate(NamedTuple):
    """The delta rate in percent, negative where the test needs fewer bits, and the PSNRs it averages over."""

    percent: float
    lowest_db: float
    highest_db: float


def bd_rate_percent(*, anchor: Curve, test: Curve) -> BdRate:
    """Return the bits that `test` needs, in percent more than `anchor`, averaged over the PSNRs that both reach.

    Bjøntegaard 2001 (ITU-T VCEG-M33): the mean difference of log rate as a function of PSNR, here interpolated
    piecewise by Akima, which follows measured curves better than the cubic of the original (Herglotz et al. 2022,
    "Beyond Bjøntegaard", arXiv:2202.12565).

    Raises:
        UserError: a curve has fewer than 3 points, a rate of 0, or a PSNR that does not grow with the rate; or the
            curves share no PSNR.
    """
    (rates, values), (test_rates, test_values) = _sort_curve(anchor, "anchor"), _sort_curve(test, "test")
    lowest, highest = max(values[0], test_values[0]), min(values[-1], test_values[-1])
    if lowest >= highest:
        raise UserError(
            f"BD-rate: no PSNR is on both curves: {values[0]:.2f} to {values[-1]:.2f} dB and "
            f"{test_values[0]:.2f} to {test_values[-1]:.2f} dB; add points until they overlap"
        )
    percent = bjontegaard.bd_rate(
        rates, values, test_rates, test_values, method="akima", require_matching_points=False, min_overlap=0
    )
    return BdRate(float(percent), lowest, highest)


def _sort_curve(curve: Curve, name: str) -> tuple[list[float], list[float]]:
    """Return the rates and PSNRs of a curve in the order of the rate; UserError where BD-rate is undefined."""
    points = sorted(curve)
    rates, values = [float(bpp) for bpp, _ in points], [float(psnr_db) for _, psnr_db in points]
    if len(points) < 3 or not rates[0] > 0 or not all(low < high for low, high in pairwise(values)):
        raise UserError(
            f"BD-rate: the {name} needs 3 points or more, rates above 0, and a PSNR that grows with the rate; got "
            + (", ".join(f"{bpp:g} bpp {psnr_db:.2f} dB" for bpp, psnr_db in points) or "none")
        )
    return rates, values
