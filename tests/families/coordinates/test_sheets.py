"""The content of a sheet of coordinate networks, from invented scores and pictures."""

import copy

import numpy as np
import pytest

from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction, variant_name
from recon.core.sources import ROOT
from recon.families.coordinates import comparison, figures
from recon.families.coordinates.params import Coordinates
from recon.families.coordinates.sheets import build_sheet
from recon.settings.core import parse, read_params

REAL = read_params(ROOT / "params.yaml")
PIXELS = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_set("data/subjects/photograph", [("a", "subject", PIXELS)], source="some", color="rgb")


def sheet_of(**experiment):
    """Return the sheet of an entry whose pictures have 30, 31, ... dB, as the stage and the referee left them."""
    group = copy.deepcopy(REAL["coordinates"])
    group["experiments"] = {"one": {"net": "mlp", "subject": "photograph"} | experiment}
    entry = parse(Coordinates, group, "coordinates").entry("one")
    rows = []
    with EntryWriter(family="coordinates", entry="one", about={}) as writer:
        for run in entry.runs:
            mask = run.draw_mask(PIXELS.shape, seed=0)
            for point in [{}] if run.method else entry.experiment.points.each():
                settings = run.settings | point
                writer.add(settings, "a", Reconstruction(PIXELS, b"", 0, 0), mask=mask)
                rows.append({"entry": "one", "variant": variant_name(settings), **settings, "image": "a"})
                rows[-1] |= {"psnr_db": 29.0 + len(rows), "bpp": 1.0, "ssim": 0.9, "num_params": 10}
                rows[-1] |= {"hidden_psnr_db": None if mask is None else 20.0, "known_psnr_db": 40.0}
                rows[-1] |= {"macs_per_pixel": 10}
            files.write_csv(run.curve_path("one", "a"), [{"epoch": 1, "mse": 0.01}])
    files.write_csv("metrics/scores/coordinates.csv", rows)
    return build_sheet(entry, comparison.read_scores(), comparison.read_curves([entry], {"one": ["a"]}))


def titles(sheet):
    return {label: [tile.title for tile in tiles] for label, tiles in sheet.rows}


def test_a_factor_s_row_has_its_values_and_names_that_of_the_base():
    sheet = sheet_of(mapping={"scale": 4}, sweep={"scale": [2, 8], "what": {"some": {"mapping": {"scale": 1}}}})
    assert titles(sheet) == {
        "": ["base\n30.00 dB"],
        "scale\ninstead of 4": ["2\n31.00 dB", "8\n32.00 dB"],
        "what": ["some\n33.00 dB"],
    }


def test_a_chart_has_the_base_among_a_factor_s_numbers():
    (chart,) = sheet_of(mapping={"scale": 4}, sweep={"scale": [2, 8], "loss": ["mae"]}).charts
    assert (chart.title, chart.marked) == ("scale", 4)
    assert chart.lines == {"all pixels": ([2, 4, 8], [31, 30, 32])}


def test_the_visible_pixels_stand_once_above_the_fits():
    sheet = sheet_of(mask="even", across={"kind": ["none", "gaussian"]}, baselines=["nearest", "bicubic"])
    fit, filled = "hidden 20.00 dB\nvisible 40.00 dB", "hidden 20.00 dB"
    assert titles(sheet) == {
        "": ["visible: 25%"],
        "network": [f"kind none\n{fit}", f"kind gaussian\n{fit}"],
        "interpolation": [f"nearest\n{filled}", f"bicubic\n{filled}"],
    }


def test_each_mask_across_has_its_visible_pixels_and_each_interpolation_its_row():
    sheet = sheet_of(across={"mask": ["even", "text"]}, baselines=["nearest"])
    assert [(label, len(tiles)) for label, tiles in sheet.rows] == [("", 2), ("network", 2), ("nearest", 2)]


def test_curves_are_named_after_their_change_and_charts_show_the_bits(tmp_path):
    """A mean squared error of 0.01 is 20 dB."""
    sheet = sheet_of(sweep={"loss": ["mae"]}, points={"bits": [4, 8, 16]})
    steps = REAL["coordinates"]["training"]["steps_per_epoch"]
    assert sheet.curves == {"base": ([steps], [20.0]), "loss=mae": ([steps], [20.0])}
    (chart,) = sheet.charts
    assert chart.lines == {"all pixels": ([4, 8, 16], [30, 31, 32])}
    figures.draw_sheet(tmp_path / "sheet.png", sheet)
    assert (tmp_path / "sheet.png").stat().st_size > 10_000


def test_the_first_row_of_an_axis_stands_beside_the_original_and_its_changes_below():
    sheet = sheet_of(across={"width": [4, 8]}, sweep={"loss": ["mae"]})
    assert titles(sheet) == {
        "": ["width 4\n30.00 dB", "width 8\n31.00 dB"],
        "loss\nmae\ninstead of mse": ["width 4\n32.00 dB", "width 8\n33.00 dB"],
    }


def test_the_picture_of_an_entry_without_a_sweep_is_called_network():
    assert titles(sheet_of()) == {"": ["network\n30.00 dB"]}
