"""What stands on a sheet of coordinate networks, from invented rows and pictures."""

import copy

import numpy as np
import pytest

from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.core.sources import ROOT
from recon.families.coordinates import comparison, figures
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import baselines_of, runs_of
from recon.families.coordinates.sheets import sheet
from recon.families.coordinates.shown import mask_for
from recon.settings.core import read_params

REAL = read_params(ROOT / "params.yaml")
PIXELS = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_set("data/subjects/photograph", [("a", "subject", PIXELS)], source="some", color="rgb")


def sheet_of(**entry):
    """Return the sheet of an entry whose fits have 30, 31, ... dB, as the referee and the fits left them."""
    given = copy.deepcopy(REAL)
    given["coordinates"]["experiments"] = {"one": {"net": "mlp", "subject": "photograph"} | entry}
    fits = [
        (run.variant_at(bits), run) for run in runs_of(given, "one") for bits in experiment_of(given, "one").bits
    ]
    rows = []
    with EntryWriter(family="coordinates", entry="one", about={}) as writer:
        for variant, run in [*fits, *((run.variant, run) for _, run in baselines_of(given, "one"))]:
            mask = mask_for(given, run, PIXELS.shape, seed=0)
            writer.add(variant, "a", Reconstruction(PIXELS, b"", 0, 0), mask=mask)
            rows.append({"entry": "one", "variant": variant, "image": "a", "psnr_db": 30.0 + len(rows)})
            rows[-1] |= {"hidden_psnr_db": None if mask is None else 20.0, "known_psnr_db": 40.0, "bpp": 1.0}
            rows[-1] |= {"ssim": 0.9, "num_params": 10, "macs_per_pixel": 10}
    for run in runs_of(given, "one"):
        files.write_csv(f"models/coordinates/one/{run.variant}/a.csv", [{"epoch": 1, "mse": 0.01}])
    files.write_csv("metrics/coordinates.csv", rows)
    curves = comparison.curves(given, {"one": ["a"]})
    return sheet(given, "one", comparison.read_scores(given), curves)


def titles(found):
    return {label: [tile.title for tile in tiles] for label, tiles in found.rows}


def test_a_factor_s_row_has_what_was_changed_and_says_what_it_was():
    found = sheet_of(mapping={"scale": 4}, sweep={"scale": [2, 8], "what": {"some": {"mapping": {"scale": 1}}}})
    assert titles(found) == {
        "": ["as it stands\n30.00 dB"],
        "scale\ninstead of 4": ["2\n31.00 dB", "8\n32.00 dB"],
        "what": ["some\n33.00 dB"],
    }


def test_a_chart_has_the_entry_as_it_stands_among_a_factor_s_numbers():
    (chart,) = sheet_of(mapping={"scale": 4}, sweep={"scale": [2, 8], "loss": ["mae"]}).charts
    assert (chart.title, chart.marked) == ("scale", 4)
    assert chart.lines == {"all pixels": ([2, 4, 8], [31, 30, 32])}


def test_what_is_shown_stands_once_before_all_that_is_made_of_it():
    found = sheet_of(mask="even", across={"kind": ["none", "gaussian"]}, baselines=["nearest", "bicubic"])
    fit, filled = "hidden 20.00 dB\nknown 40.00 dB", "hidden 20.00 dB"
    assert titles(found) == {
        "": ["shown: 25%"],
        "network": [f"none\n{fit}", f"gaussian\n{fit}"],
        "without a\nnetwork": [f"nearest\n{filled}", f"bicubic\n{filled}"],
    }


def test_each_mask_across_has_what_is_shown_and_each_interpolation_its_row():
    found = sheet_of(across={"mask": ["even", "text"]}, baselines=["nearest"])
    assert [(label, len(tiles)) for label, tiles in found.rows] == [("", 2), ("network", 2), ("nearest", 2)]


def test_curves_are_called_after_what_was_changed_and_charts_show_the_bits(tmp_path):
    """A mean squared error of 0.01 is 20 dB."""
    found = sheet_of(sweep={"loss": ["mae"]}, bits=[4, 8, 16])
    steps = REAL["coordinates"]["training"]["steps_per_epoch"]
    assert found.curves == {"as it stands": ([steps], [20.0]), "loss=mae": ([steps], [20.0])}
    (chart,) = found.charts
    assert chart.lines == {"all pixels": ([4, 8, 16], [30, 31, 32])}
    figures.draw_sheet(tmp_path / "sheet.png", found)
    assert (tmp_path / "sheet.png").stat().st_size > 10_000
