"""The front, the gain over JPEG and the BD-rates of invented curves, by hand."""

import numpy as np
import pandas as pd
import pytest

from recon.referee import curves, fields

STRAIGHT = [0.25, 0.5, 1.0, 2.0]  # rates at which PSNR grows by 6 dB for twice the bits, from 24 dB


def curve(method, rates, values, *, family="classical", decoder_bpp=None):
    columns = {"method": method, "family": family, "entry": method, "decoder_bpp": decoder_bpp}
    return pd.DataFrame({"bpp": rates, "psnr_db": values}).assign(**columns).astype({"decoder_bpp": float})


def straight(rates, *, above_db=0.0):
    return [30 + above_db + 6 * np.log2(2 * rate) for rate in rates]


def plane(*parts):
    return curves.compare(pd.concat([curve("jpeg", STRAIGHT, straight(STRAIGHT)), *parts], ignore_index=True))


def of(points, method, column):
    return points.loc[points["method"] == method, column].tolist()


def front(*points):
    return curves.is_on_front(*zip(*points, strict=True)).tolist()


def test_a_point_that_another_has_fewer_bits_and_more_quality_than_is_not_on_the_front():
    assert front(("a", 1, 30), ("b", 2, 29), ("c", 3, 31)) == [True, False, True]


def test_of_equal_rates_the_better_and_of_equal_qualities_the_smaller_is_on_the_front():
    assert front(("a", 1, 30), ("b", 1, 31), ("c", 2, 31)) == [False, True, False]


def test_equal_points_are_both_on_the_front():
    assert front(("a", 1, 30), ("b", 1, 30)) == [True, True]


def test_the_points_of_one_method_are_held_against_each_other_too():
    assert front(("a", 1, 30), ("a", 2, 29), ("a", 3, 31)) == [True, False, True]


def test_a_point_below_the_line_between_two_of_another_method_is_not_on_the_front():
    """Half way between 1 and 4 bits on a scale of factors are 2, where the line is at 35 dB."""
    ends = ("a", 1, 30), ("a", 4, 40)
    assert front(*ends, ("b", 2, 34.99)) == [True, True, False]
    assert front(*ends, ("b", 2, 35.01)) == [True, True, True]


def test_a_dip_of_a_curve_leaves_no_room_for_others():
    """From 2 to 4 bits the curve falls; with more bits than the first 2 no one must take the worse setting."""
    assert front(("a", 1, 30), ("a", 2, 40), ("a", 4, 35), ("b", 3, 39))[-1] is False


def test_beyond_the_ends_of_a_curve_there_is_no_line():
    assert front(("a", 1, 30), ("a", 2, 33), ("b", 0.5, 20), ("b", 4, 34)) == [True] * 4


def test_the_decoder_s_bytes_count_in_their_own_mark_only():
    """0.1 dB better than JPEG at its 1 bit; with as much again for the decoder, 5.9 dB worse than at 2 bits."""
    network = curve("network", [1.0], straight([1.0], above_db=0.1), family="some", decoder_bpp=1.0)
    points = plane(network)
    assert of(points, "network", "on_front") == ["yes"]
    assert of(points, "network", "on_front_with_decoder") == ["no"]
    assert of(points, "jpeg", "on_front") == ["yes", "yes", "no", "yes"]
    assert of(points, "jpeg", "on_front_with_decoder") == ["yes"] * 4


def test_the_gain_is_the_height_above_the_line_of_jpeg_at_the_same_rate():
    """Akima's interpolation keeps straight what is straight."""
    rates = [0.3, 0.7, 1.9]
    gains = of(plane(curve("other", rates, straight(rates, above_db=2.5))), "other", "gain_over_jpeg_db")
    assert gains == pytest.approx([2.5] * 3, abs=1e-9)


def test_jpeg_gains_nothing_over_itself():
    assert of(plane(), "jpeg", "gain_over_jpeg_db") == pytest.approx([0] * 4, abs=1e-9)


def test_beyond_the_ends_of_jpeg_s_curve_no_gain_is_told():
    gains = of(plane(curve("other", [0.2, 0.25, 2.0, 2.1], [30] * 4)), "other", "gain_over_jpeg_db")
    assert [bool(np.isnan(gain)) for gain in gains] == [True, False, False, True]


def test_of_two_settings_of_jpeg_with_equal_rates_the_better_one_counts():
    points = plane(curve("jpeg", [1.0], [20.0]), curve("other", [1.0], straight([1.0])))
    assert of(points, "other", "gain_over_jpeg_db") == pytest.approx([0], abs=1e-9)


def test_without_a_curve_of_jpeg_no_gain_is_told():
    """One of that name in another family is another's."""
    other = curve("jpeg", STRAIGHT, straight(STRAIGHT), family="deblocking")
    point = curve("jpeg", [0.5], [30.0])
    assert curves.compare(pd.concat([other, point], ignore_index=True))["gain_over_jpeg_db"].isna().all()


def test_half_the_bits_at_every_psnr_are_minus_50_percent_over_what_both_reach():
    """Half of JPEG's bits is 6 dB more at its rates, so both reach 30 to 42 dB."""
    points = plane(curve("other", STRAIGHT, straight(STRAIGHT, above_db=6)))
    row = curves.summarize(points).set_index("method").loc["other"]
    assert row["bd_rate_jpeg_percent"] == pytest.approx(-50, abs=1e-9)
    assert row[["bd_rate_jpeg_from_db", "bd_rate_jpeg_to_db"]].tolist() == [30, 42]


def test_a_method_is_counted_up():
    points = plane(curve("other", [1.0, 3.0], [41.0, 30.0]))
    row = curves.summarize(points).set_index("method").loc["other"]
    counts = row[["points", "points_on_front", "points_on_front_with_decoder", "lowest_bpp", "highest_bpp"]]
    assert counts.tolist() == [2, 1, 1, 1.0, 3.0]


@pytest.mark.parametrize(
    ("rates", "values"),
    [([0.5, 1.0], [30, 36]), ([0.5, 1.0, 2.0], [30, 36, 35]), ([0.1, 0.2, 0.3], [10, 11, 12])],
    ids=["two points", "a PSNR that falls", "no PSNR in common"],
)
def test_where_there_is_no_bd_rate_its_cells_are_empty(rates, values):
    row = curves.summarize(plane(curve("other", rates, values))).set_index("method").loc["other"]
    assert row[[column for column in fields.columns(fields.METHODS) if column.startswith("bd_rate")]].isna().all()


def test_a_plane_without_webp_has_rates_against_jpeg_alone():
    row = curves.summarize(plane(curve("other", STRAIGHT, straight(STRAIGHT)))).iloc[-1]
    assert row["bd_rate_jpeg_percent"] == pytest.approx(0, abs=1e-9)
    assert np.isnan(row["bd_rate_webp_percent"])
