"""The pages' part of a recorded run: tables and figure beside published curves."""

import pytest

from recon.core import files
from recon.families.shared import recorded_curves
from recon.families.shared.recorded_curves import RecordedCurves

CURVES = RecordedCurves("overfitted-kodak", "overfitted", "encode_cpu_seconds")
MISSING = "Not recorded yet: `make record NAME=overfitted-kodak`."
RATES, VALUES = [0.1, 0.2, 0.4, 0.8], [28.0, 31.0, 34.0, 37.0]
SUBJECT = {"source": "kodak", "fit": "resize", "rows": None, "columns": None}


def points(times, images):
    return {
        f"{0.01 / 2**number:g}": {"bpp": times * rate, "psnr_db": value, "images": images}
        for number, (rate, value) in enumerate(zip(RATES, VALUES, strict=True))
    }


def experiment(subject):
    return {"subject": subject}


RECORD = {
    "points": {"fast": points(1.0, 24), "medium": points(0.9, 2), "medium, contexts 20": points(0.8, 2)},
    "anchors": {
        name: {"webp": {"bpp": [1.25 * rate for rate in RATES], "psnr_db": VALUES}}
        for name in ("fast", "medium", "medium, contexts 20")
    },
    "bd_rate_percent": {"fast": {"webp": -20.0}, "medium": {"webp": -28.0}, "medium, contexts 20": {}},
    "encode_cpu_seconds": {"fast": 150.0, "medium": 570.0, "medium, contexts 20": 600.0},
    "decode_seconds": {"fast": 0.25, "medium": 0.25, "medium, contexts 20": 0.3},
    "macs_per_pixel": {"fast": 1530.0, "medium": 1530.0, "medium, contexts 20": 1800.0},
    "params": {
        "overfitted": {"experiments": {"fast": experiment("plane"), "medium": experiment("few")}},
        "subjects": {"plane": SUBJECT | {"images": "all"}, "few": SUBJECT | {"images": ["a", "b"]}},
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A project with two published curves, of which one has its images."""
    monkeypatch.chdir(tmp_path)
    of_means = {"name": "Means", "results": {"bpp": [2 * rate for rate in RATES], "psnr-rgb": VALUES}}
    images = {name: {"bpp": RATES, "psnr-rgb": VALUES} for name in "ab"}
    files.write_json("data/published/kodak/means.json", of_means)
    files.write_json("data/published/kodak/images.json", of_means | {"name": "Images", "images": images})


def test_a_run_that_is_not_recorded_yet_says_how():
    assert CURVES.tabulate_rates() == CURVES.tabulate_points() == MISSING


def test_curves_stand_against_codecs_and_what_was_published_on_the_same_photographs():
    """Half the bits of both on all photographs; on two of them only one was published, with these rates."""
    files.write_json(CURVES.path, RECORD)
    header, rows, record = CURVES.tabulate_rates()
    assert record == RECORD
    assert header == ["at equal PSNR", "fast", "medium", "medium, contexts 20"]
    assert rows == [
        ["photographs", "24", "2", "2"],
        ["bits against webp (%)", "-20.0", "-28.0", ""],
        ["bits against Images (%)", "-50.0", "-10.0", "-20.0"],
        ["bits against Means (%)", "-50.0", "", ""],
        ["encode (CPU minutes)", "2.5", "9.5", "10.0"],
        ["decode (s)", "0.25", "0.25", "0.30"],
        ["multiply-adds per pixel", "1,530", "1,530", "1,800"],
    ]


def test_each_point_has_a_row():
    files.write_json(CURVES.path, RECORD)
    _, rows = CURVES.tabulate_points()
    assert rows[0] == ["fast", "0.01", "24", "0.100", "28.00"]
    assert len(rows) == 12


def test_each_set_of_photographs_has_a_panel_with_its_curves(tmp_path, monkeypatch):
    drawn = []

    def note(panel, points, published):
        drawn.append((sorted(set(points["method"])), [curve.name for curve in published]))

    monkeypatch.setattr(recorded_curves, "_draw_panel", note)
    CURVES.draw(tmp_path / "figure.png", RECORD)
    assert drawn == [
        (["fast", "webp"], ["Images", "Means"]),
        (["medium", "medium, contexts 20", "webp"], ["Images"]),
    ]


def test_before_a_first_curve_is_done_there_is_no_figure(tmp_path):
    CURVES.draw(tmp_path / "figure.png", RECORD | {"points": {}, "anchors": {}})
    assert list(tmp_path.glob("*.png")) == []


def test_equal_records_give_equal_figures(tmp_path):
    for name in ("one", "two"):
        CURVES.draw(tmp_path / f"{name}.png", RECORD)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
