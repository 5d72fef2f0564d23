"""What a restoration record begins with, and the tables made of it."""

import pandas as pd
import pytest

from invented import project, score
from recon.check.schema import read_project
from recon.core import files
from recon.families.restoration import comparison, tables
from recon.families.restoration.records import summarize
from recon.families.shared.record_input import RecordInput

QUALITIES = (10, 20, 30, 40)
SCORES = [score("one", 28.0 + q / 10, quality=q, image=image) for q in QUALITIES for image in "ab"]
SECONDS = {"one": {"train_seconds": 90.0, "total_seconds": 100.0}}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def summary(scores=SCORES, board=None, seconds=SECONDS):
    typed = read_project(project(one={}))
    return summarize(RecordInput(typed, typed.families["restoration"], pd.DataFrame(scores), seconds, board))


def curve(method: str, family: str, factor: float) -> pd.DataFrame:
    """Return a curve of the leaderboard whose rates are `factor` times those of the first."""
    rates = [0.2, 0.4, 0.8, 1.6]
    values = {"bpp": [factor * rate for rate in rates], "psnr_db": [26.0, 28.0, 30.0, 32.0]}
    return pd.DataFrame({"method": method, "family": family} | values)


def test_a_summary_has_the_numbers_that_papers_print():
    top = summary()
    assert top["psnr_db"] == {"10": 29.0, "20": 30.0, "30": 31.0, "40": 32.0}
    assert top["ssim"]["40"] == 0.8
    assert (top["macs_per_pixel"], top["num_params"], top["training_minutes"]) == (1000.0, 100, 1.5)
    assert "bd_rate_percent" not in top


def test_a_network_of_the_zoo_has_no_minutes_of_training():
    """Its seconds are of encoding and decoding alone."""
    top = summary(seconds={"one": {"total_seconds": 10.0}})
    assert "training_minutes" not in top
    write_live1(top)
    assert tables.TABLES["restoration-live1"]()[2].endswith(" 1,000 multiply-adds per pixel.")


def test_two_entries_have_no_summary():
    assert summary([*SCORES, score("two", 28.0)]) == {}


def test_rates_are_held_against_each_other_method_of_the_plane():
    """0.7 of the bits at each PSNR is a BD-rate of -30 %; a codec whose PSNRs lie apart has none."""
    apart = curve("coarse", "classical", 1.0).assign(psnr_db=[10.0, 11.0, 12.0, 13.0])
    curves = [curve("jpeg", "classical", 1.0), curve("restoration", "restoration", 0.7), apart]
    top = summary(board=pd.concat(curves))
    assert top["bd_rate_percent"] == {"jpeg": pytest.approx(-30)}
    assert top["bd_rate_range_db"] == {"jpeg": [26.0, 32.0]}


def test_a_curve_that_has_no_bd_rate_is_left_out_whatever_else_the_plane_holds():
    """A codec's PSNR may fall where its rate grows, as mozjpeg's may between two qualities."""
    falling = curve("falling", "classical", 1.0).assign(psnr_db=[26.0, 28.0, 27.9, 32.0])
    short = curve("short", "classical", 1.0).head(2)
    of_files = curve("mozjpeg_flat_jxl", "classical", 0.875)
    top = summary(board=pd.concat([falling, short, of_files, curve("restoration", "restoration", 0.7)]))
    assert top["bd_rate_percent"] == {"mozjpeg_flat_jxl": pytest.approx(-20)}


def write_live1(top=None):
    points = {f"quality={q}": {"psnr_db": 28.0, "psnr_b_db": 27.5, "ssim": 0.7} for q in QUALITIES}
    record = (top or summary()) | {"params": {"restoration": {"experiments": {"one": {}}}}}
    files.write_json(tables.LIVE1, record)
    files.write_json(tables.LIVE1_BASELINES, {"results": {"plain": points}})


def test_the_record_stands_above_the_published_rows():
    write_live1()
    header, rows, *_ = tables.TABLES["restoration-live1"]()
    assert {len(row) for row in rows} == {len(header)}
    assert rows[0] == ["plain", *["28.00 / 27.50 / 0.700"] * 4, "", ""]
    scores = [f"{psnr_db}.00 / {psnr_db - 1}.00 / 0.800" for psnr_db in (29, 30, 31, 32)]
    assert rows[1] == ["**this project**", *scores, "1,000", "yes"]
    assert [row[0] for row in rows[2:]] == ["ARCNN", "DnCNN-3", "QGAC", "FBCNN"]
    assert rows[3][1] == "29.19 / 28.90 / 0.812"


@pytest.mark.parametrize(("recorded", "shown"), [({"decoder_bytes": 234}, 234), ({}, 400)])
def test_the_bytes_of_a_recorded_network_are_shown_or_those_of_float32_where_there_are_none(recorded, shown):
    top = summary()
    del top["decoder_bytes"]
    write_live1(top | recorded)
    assert f"100 parameters ({shown} bytes, shared" in tables.TABLES["restoration-live1"]()[2]


def test_a_recorded_curve_has_its_points():
    points = {"quality=10": {"bpp": 0.25, "psnr_db": 28.0, "ssim": 0.8}}
    files.write_json(tables.KODAK, {"results": {"one": points}, "psnr_db": {"10": 28.0}})
    assert tables.TABLES["restoration-kodak-curve"]()[1] == [["10", "0.250", "28.00", "0.800"]]


def test_the_comparison_has_a_line_for_each_method_and_leaves_empty_what_has_no_meaning():
    rows = pd.DataFrame(
        {
            "method": ["jpeg", "net", "net"],
            "quality": [10, 10, 40],
            "gain_db": [0.0, 0.5, -0.25],
            "ssim": [0.7, 0.8, 0.9],
            "ssimulacra2": [-2.31, 5.04, 58.0],
            "num_params": [None, 1000, 1000],
            "macs_per_pixel": [None, 20.0, 20.0],
            "beats_baselines": [None, "yes", "no"],
        }
    )
    files.write_csv(comparison.METHODS, rows)
    _, lines = tables.TABLES["restoration"]()
    assert lines[0] == ["jpeg", "0.00", "", "0.700", "-2.3", "", "", "", ""]
    assert lines[1] == ["net", "+0.50", "-0.25", "0.800", "5.0", "58.0", "1,000", "20", "partly"]
