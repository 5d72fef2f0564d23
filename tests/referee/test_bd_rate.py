import numpy as np
import pytest

from recon.core.errors import UserError
from recon.referee.bd_rate import bd_rate_percent

# Two presets of x265, in kbit/s and dB: the example in the README of the package bjontegaard.
SLOW = [(9487.76, 40.037), (4593.60, 38.615), (2486.44, 36.845), (1358.24, 34.851)]
FAST = [(9787.80, 40.121), (4469.00, 38.651), (2451.52, 36.970), (1356.24, 34.987)]
JPEG = [(0.30, 27.8), (0.49, 30.1), (0.64, 31.4), (0.76, 32.4)]


def by_one_cubic(anchor, test, lowest, highest):
    """Return Bjøntegaard's own BD-rate (VCEG-M33): one cubic through four points of log rate over PSNR."""
    means = []
    for curve in (anchor, test):
        rates, values = np.array(curve).T
        primitive = np.polyint(np.polyfit(values, np.log10(rates), 3))
        means.append((np.polyval(primitive, highest) - np.polyval(primitive, lowest)) / (highest - lowest))
    return 100 * (10 ** (means[1] - means[0]) - 1)


def test_a_curve_needs_no_more_bits_than_itself():
    assert bd_rate_percent(anchor=JPEG, test=JPEG) == (pytest.approx(0, abs=1e-9), 27.8, 32.4)


@pytest.mark.parametrize("factor", [0.25, 0.9, 1.1, 3])
def test_all_rates_times_c_is_c_minus_one(factor):
    test = [(factor * bpp, psnr_db) for bpp, psnr_db in JPEG]
    assert bd_rate_percent(anchor=JPEG, test=test).percent == pytest.approx(100 * (factor - 1), abs=1e-9)


def test_the_order_of_the_points_does_not_matter():
    assert bd_rate_percent(anchor=SLOW[::-1], test=FAST[2:] + FAST[:2]) == bd_rate_percent(anchor=SLOW, test=FAST)


def test_exchanging_the_curves_inverts_the_ratio():
    forth, back = bd_rate_percent(anchor=SLOW, test=FAST), bd_rate_percent(anchor=FAST, test=SLOW)
    assert (1 + forth.percent / 100) * (1 + back.percent / 100) == pytest.approx(1, abs=1e-12)


def test_parallel_lines_over_a_partial_overlap_have_their_closed_form():
    """Log rate grows by 1 in 10 dB on both; at the same PSNR the test needs 10^(1/10) times the bits."""
    anchor = [(10 ** (value / 10), value) for value in (20.0, 25.0, 30.0, 35.0)]
    test = [(10 ** ((value + 1) / 10), value) for value in (28.0, 31.0, 40.0)]
    percent, lowest_db, highest_db = bd_rate_percent(anchor=anchor, test=test)
    assert percent == pytest.approx(100 * (10**0.1 - 1), abs=1e-9)
    assert (lowest_db, highest_db) == (28, 35)


def test_measured_curves_agree_with_the_original_method():
    """Akima and one cubic differ where curves are interpolated, here by 0.02 points of the 4.4 %."""
    percent, lowest_db, highest_db = bd_rate_percent(anchor=SLOW, test=FAST)
    assert (lowest_db, highest_db) == (34.987, 40.037)
    assert percent == pytest.approx(-4.425, abs=5e-4)
    assert percent == pytest.approx(by_one_cubic(SLOW, FAST, lowest_db, highest_db), abs=0.1)


def test_curves_that_share_no_psnr_are_refused():
    with pytest.raises(UserError, match=r"no PSNR is on both curves: 27\.80 to 32\.40 dB and 34\.85 to 40\.04 dB"):
        bd_rate_percent(anchor=JPEG, test=SLOW)


@pytest.mark.parametrize(
    "curve",
    [
        [],
        JPEG[:2],
        [(0.0, 20.0), *JPEG],
        [*JPEG, (0.9, 32.0)],
        [*JPEG, (0.9, 32.4)],
        [(float("nan"), 20.0), *JPEG],
    ],
)
def test_a_curve_without_a_shape_is_refused(curve):
    with pytest.raises(UserError, match="the test needs 3 points or more"):
        bd_rate_percent(anchor=JPEG, test=curve)
