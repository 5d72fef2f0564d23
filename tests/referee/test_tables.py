"""The tables of the pages, from invented points and curves of the plane."""

import pandas as pd
import pytest

from recon.core import files
from recon.referee import fields
from recon.referee.tables import TABLES, format_table, tabulate_curve

SCORES = {"images": 2, "psnr_db": 30.126, "psnr_of_mean_mse_db": 30.0, "ssim": 0.9, "ms_ssim": 0.95}
NETWORK = {"num_params": 1234, "macs_per_pixel": 56.4, "decoder_bytes": 4936, "decoder_bpp": 0.5}
POINTS = [
    {"method": "jpeg", "variant": "quality=10", "bpp": 0.2, "gain_over_jpeg_db": 0.0, "on_front": "no"},
    {"method": "jpeg", "variant": "quality=30", "bpp": 0.6, "gain_over_jpeg_db": 0.0, "on_front": "yes"},
    {"method": "net", "family": "some", "variant": "q_step=0.1", "bpp": 3.0, "on_front": "no"} | NETWORK,
    {"method": "fractal", "variant": "tolerance=4", "bpp": 0.5, "gain_over_jpeg_db": -1.5, "on_front": "no"},
]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_text("params.yaml", "plot: {bpp_scale: log, mosaic_bpp: 0.5}\n")
    points = pd.DataFrame([SCORES | point for point in POINTS], columns=fields.columns(fields.BOARD))
    files.write_csv("metrics/leaderboard.csv", points)


def test_the_leaderboard_shows_each_method_at_the_rate_of_the_mosaics():
    header, rows, note = TABLES["leaderboard"]()
    assert header[2:] == [
        *("rate (bpp)", "PSNR (dB)", "SSIM", "gain over JPEG (dB)", "Pareto front", "shared decoder (bytes)")
    ]
    assert rows == [
        ["jpeg", "quality=30", "0.600", "30.13", "0.900", "0.00", "yes", ""],
        ["net", "q_step=0.1", "3.000", "30.13", "0.900", "", "no", "4,936"],
        ["fractal", "tolerance=4", "0.500", "30.13", "0.900", "-1.50", "no", ""],
    ]
    assert note == "Means over 2 photographs, each method at its point nearest to 0.5 bpp."


def test_the_full_leaderboard_has_every_column_but_those_that_others_say():
    header, rows, _ = TABLES["leaderboard-full"]()
    assert len(header) == len(fields.columns(fields.BOARD)) - 3
    assert rows[1][header.index("parameters") :][:2] == ["1,234", "56"]


def test_a_family_s_curve_has_all_its_points():
    assert tabulate_curve("some")[1] == [["net", "q_step=0.1", "3.000", "30.13", "0.900", ""]]


def test_the_table_of_methods_shows_bd_rates_with_their_ranges_and_empty_cells_for_none():
    counts = {"points": 6, "points_on_front": 1, "points_on_front_with_decoder": 0}
    rates = {"bd_rate_jpeg_percent": -12.345, "bd_rate_jpeg_from_db": 24.5, "bd_rate_jpeg_to_db": 33.333}
    rows = [
        {"method": "one", "lowest_bpp": 0.1, "highest_bpp": 1.234} | counts | rates,
        {"method": "point", "lowest_bpp": 24.0, "highest_bpp": 24.0} | counts,
    ]
    table = pd.DataFrame(rows, columns=fields.columns(fields.METHODS))
    files.write_csv("metrics/methods.csv", table)
    header, rows = TABLES["methods"]()
    assert header[4:] == [
        *("BD-rate, JPEG (%)", "BD-rate, WebP (%)", "rates (bpp)"),
        *("PSNRs shared with JPEG (dB)", "PSNRs shared with WebP (dB)"),
    ]
    assert rows == [
        ["one", "6", "1", "0", "-12.3", "", "0.10 to 1.23", "24.50 to 33.33", ""],
        ["point", "6", "1", "0", "", "", "24.00", "", ""],
    ]


def test_words_stand_left_numbers_right_and_absent_ones_are_empty():
    assert format_table(["name", "n"], [["a", "1,000"], ["b", ""]]) == (
        "| name   |     n |\n"  #
        "|:-------|------:|\n"
        "| a      | 1,000 |\n"
        "| b      |       |"
    )


def test_numbers_are_shown_with_the_digits_they_were_given():
    assert "| 1.10 |" in format_table(["n"], [["1.10"], ["2.25"]])


def test_a_table_with_long_cells_is_not_padded():
    assert format_table(["name", "meaning"], [["a", "long " * 50], ["b", "short"]]).splitlines()[1:] == [
        "|:---|:---|",
        f"| a | {'long ' * 50}|",
        "| b | short |",
    ]
