"""What stands on top of a restoration record, and the tables made of it."""

import pandas as pd
import pytest

from recon.families.restoration import tables
from recon.families.restoration.records import summary

POINT = {"psnr_db": 29.0, "psnr_b_db": 28.5, "ssim": 0.8, "macs_per_pixel": 100.0, "num_params": 10}
RESULTS = {"one": {f"quality={q}": POINT | {"psnr_db": 28.0 + q / 10} for q in (10, 20, 30, 40)}}
SECONDS = {"one": {"train_seconds": 90.0, "total_seconds": 100.0}}


def curve(method: str, family: str, factor: float) -> pd.DataFrame:
    """Return a curve of the leaderboard whose rates are `factor` times those of the first."""
    rates = [0.2, 0.4, 0.8, 1.6]
    values = {"bpp": [factor * rate for rate in rates], "psnr_db": [26.0, 28.0, 30.0, 32.0]}
    return pd.DataFrame({"method": method, "family": family} | values)


def test_a_summary_has_the_figures_that_papers_print():
    top = summary(RESULTS, SECONDS, None)
    assert top["psnr_db"] == {"10": 29.0, "20": 30.0, "30": 31.0, "40": 32.0}
    assert top["ssim"]["40"] == 0.8
    assert (top["macs_per_pixel"], top["num_params"], top["training_minutes"]) == (100.0, 10, 1.5)
    assert "bd_rate_percent" not in top


def test_two_entries_have_no_summary():
    assert summary(RESULTS | {"two": RESULTS["one"]}, SECONDS, None) == {}


def test_rates_are_held_against_each_other_method_of_the_plane():
    """0.7 of the bits at each PSNR is a BD-rate of -30 %; a codec whose PSNRs lie apart has none."""
    apart = curve("coarse", "classical", 1.0).assign(psnr_db=[10.0, 11.0, 12.0, 13.0])
    curves = [curve("jpeg", "classical", 1.0), curve("restoration", "restoration", 0.7), apart]
    top = summary(RESULTS, SECONDS, pd.concat(curves))
    assert top["bd_rate_percent"] == {"jpeg": pytest.approx(-30)}
    assert top["bd_rate_range_db"] == {"jpeg": [26.0, 32.0]}


def test_the_record_stands_above_the_published_rows():
    record = summary(RESULTS, SECONDS, None) | {"params": {"restoration": {"experiments": {"one": {}}}}}
    header, rows = tables.live1(record, {"results": {"plain": RESULTS["one"]}})
    assert {len(row) for row in rows} == {len(header)}
    scores = [f"{psnr_db}.00 / 28.50 / 0.800" for psnr_db in (29, 30, 31, 32)]
    assert rows[0] == ["plain", *scores, "", ""]
    assert rows[1] == ["**this project**", *scores, "100", "yes"]
    assert [row[0] for row in rows[2:]] == ["ARCNN", "DnCNN-3", "QGAC", "FBCNN"]
    assert rows[3][1] == "29.19 / 28.90 / 0.812"


def test_a_recorded_curve_has_its_points():
    record = {"results": {"one": {"quality=10": {"bpp": 0.25, "psnr_db": 28.0, "ssim": 0.8}}}}
    assert tables.kodak_curve(record)[1] == [["10", "0.250", "28.00", "0.800"]]


def test_the_bytes_of_a_recorded_network_are_those_of_its_float32_weights():
    assert "10 parameters (40 bytes, shared" in tables.costs(summary(RESULTS, SECONDS, None))


def test_the_comparison_has_a_line_for_each_method_and_leaves_empty_what_has_no_meaning():
    rows = pd.DataFrame(
        {
            "method": ["jpeg", "net", "net"],
            "quality": [10, 10, 40],
            "gain_db": [0.0, 0.5, -0.25],
            "ssim": [0.7, 0.8, 0.9],
            "num_params": [None, 1000, 1000],
            "macs_per_pixel": [None, 20.0, 20.0],
            "beats_baselines": [None, "yes", "no"],
        }
    )
    _, lines = tables.comparison(rows)
    assert lines[0] == ["jpeg", "0.00", "", "0.700", "", "", ""]
    assert lines[1] == ["net", "+0.50", "-0.25", "0.800", "1,000", "20", "partly"]
