"""The summary of a run of coordinate networks, and the tables of it for the pages."""

import copy

import pandas as pd
import pytest

from recon.check.schema import read_project
from recon.core import files
from recon.core.sources import ROOT
from recon.families.coordinates.records import summarize
from recon.families.coordinates.tables import TABLES
from recon.families.shared.record_input import RecordInput
from recon.settings.core import read_params

ENTRY = {
    "across": {"mapping": {"gaussian": {}}},
    "baselines": ["bicubic"],
    "training": {"epochs": 2, "steps_per_epoch": 3, "batch_size": 5},
}


def record(scores, **entry):
    """Return the summary of a run of one entry, `paper` with changes."""
    params = copy.deepcopy(read_params(ROOT / "params.yaml"))
    paper = params["coordinates"]["experiments"]["paper"] | ENTRY | entry
    params["coordinates"]["experiments"] = {"paper": paper}
    params["coordinates"]["masks"]["some"] = {"kind": "random", "hidden": 0.25}
    params["subjects"]["paper"]["source"] = "fourier_text"
    project = read_project(params)
    seconds = {"paper": {"total_seconds": 90.0}}
    return summarize(RecordInput(project, project.families["coordinates"], scores, seconds))


def rows(method="bicubic", **scores):
    """Return the scores of two images, of a network and of an interpolation."""
    settings = {
        "network": {"axis": "mapping", "across": "gaussian", "bits": 16},
        "interpolation": {"method": method},
    }
    return pd.DataFrame(
        {"entry": "paper", **settings[name], "image": image, "psnr_db": 99.0, "hidden_psnr_db": score}
        | {"rows": 8, "columns": 10}
        for name, pair in scores.items()
        for image, score in zip("ab", pair, strict=True)
    )


SCORES = rows(network=(20.0, 30.0), interpolation=(21.0, 22.0))


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes a record."""
    monkeypatch.chdir(tmp_path)
    return lambda name, content: files.write_json(f"metrics/benchmarks/{name}.json", content)


def test_hidden_pixels_by_mapping_with_their_spread():
    """20 and 30 dB: 25 in the mean, 5 of deviation."""
    summary = record(SCORES)
    assert summary["psnr_db"] == {"paper": {"gaussian": 25.0, "bicubic": 21.5}}
    assert summary["std_db"] == {"paper": {"gaussian": 5.0, "bicubic": 0.5}}
    assert (summary["source"], summary["images"]) == ({"paper": "fourier_text"}, {"paper": 2})
    assert summary["fit_minutes"] == {"paper": 1.5}
    assert summary["passes"]["paper"] == {"gaussian": 2 * 3 * 5 / 20}  # of 80 pixels a quarter is visible


def test_a_pass_is_over_the_pixels_that_the_mask_leaves():
    """20 of 80 pixels are hidden: 60 are visible."""
    summary = record(
        rows("nearest", network=(20.0, 30.0), interpolation=(21.0, 22.0)), mask="some", baselines=["nearest"]
    )
    assert summary["passes"]["paper"]["gaussian"] == 2 * 3 * 5 / 60


def test_an_entry_without_axes_has_one_number_that_of_the_most_bits():
    scores = pd.DataFrame({"entry": "paper", "bits": [8, 16], "image": "a", "psnr_db": [30.0, 31.0]})
    alone = {"mask": None, "baselines": [], "across": {}, "points": {"bits": [8, 16]}}
    assert record(scores.assign(hidden_psnr_db=None, rows=8, columns=8), **alone)["psnr_db"] == {
        "paper": {"base": 31.0}
    }


def test_published_numbers_stand_beside_those_of_the_same_set(write):
    write("coordinates-fourier-paper", record(SCORES))
    header, lines, _ = TABLES["coordinates-fourier-paper"]()
    assert header == ["PSNR (dB)", "text, 2 images", "published, 16 others"]
    assert lines == [["gaussian", "25.00 ± 5.00", "30.47"], ["bicubic", "21.50 ± 0.50", ""]]


def test_fits_stand_in_the_order_of_their_passes(write):
    """None and basic in 94 passes too, half a decibel better than in 31."""
    names = ["none", "basic", "positional", "gaussian"]
    short = {name: 20.0 + number for number, name in enumerate(names)}
    content = {
        "source": {"whole": "fourier_natural", "short": "fourier_natural", "longer": "fourier_natural"},
        "psnr_db": {"whole": short, "short": short, "longer": {"none": 20.5, "basic": 21.5}},
        "passes": {
            "whole": dict.fromkeys(names, 2000.0),
            "short": dict.fromkeys(names, 31.25),
            "longer": {"none": 93.75, "basic": 93.75},
        },
    }
    write("coordinates-fourier-protocol", content)
    header, lines, _ = TABLES["coordinates-fourier-protocol"]()
    assert header == ["PSNR (dB)", "natural, 31 passes", "natural, 94 passes", "natural, 2,000 passes"]
    assert lines[0] == ["none", "20.00", "20.50", "20.00"]
    assert lines[3] == ["gaussian", "23.00", "", "23.00"]


def test_the_table_of_mappings_takes_each_number_from_its_entry(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    axis = {"axis": "mapping", "across": "none", "image": "a"}
    scores = [
        {"entry": "thumbnail", "bits": 8, "psnr_db": 14.0} | axis,
        {"entry": "thumbnail", "bits": 16, "psnr_db": 15.0} | axis,
        {"entry": "mappings", "bits": 16, "psnr_db": 16.0, "factor": "base", "value": "base"} | axis,
        {"entry": "mappings", "bits": 16, "psnr_db": 17.0, "factor": "optimizer", "value": "sgd"} | axis,
        {"entry": "paper", "bits": 16, "psnr_db": 1.0, "hidden_psnr_db": 18.0} | axis,
    ]
    files.write_csv("metrics/scores/coordinates.csv", scores)
    _, lines = TABLES["mappings"]()
    assert lines[0] == ["none", "15.00", "16.00", "17.00", "18.00"]
    assert lines[1] == ["basic", "", "", "", ""]


def test_fits_with_rounded_factors_stand_below_the_exact_ones(write):
    psnr_db = {"float32": [40.0, 41.0], "bfloat16": [39.0, 38.0]}
    content = {"psnr_db": psnr_db, "mean_db": {"float32": 40.5, "bfloat16": 38.5}}
    write("coordinates-bfloat16", content)
    assert TABLES["coordinates-bfloat16"]() == (
        ["products of", "PSNR (dB)", "seed 1", "seed 2"],
        [["float32", "40.50", "40.00", "41.00"], ["bfloat16", "38.50", "39.00", "38.00"]],
        content,
    )
