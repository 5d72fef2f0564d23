"""What papers print of a run of coordinate networks, and the README's table of it."""

import copy

import pandas as pd
import pytest

from recon.core.sources import ROOT
from recon.families.coordinates.records import summary
from recon.families.coordinates.tables import bfloat16, mappings, paper, protocol
from recon.settings.core import read_params

SECONDS = {"paper": {"total_seconds": 90.0}}


def params():
    real = copy.deepcopy(read_params(ROOT / "params.yaml"))
    entry = real["coordinates"]["experiments"]["paper"]
    entry["across"]["mapping"] = {"gaussian": {}}
    entry["baselines"] = ["bicubic"]
    entry["training"] = {"epochs": 2, "steps_per_epoch": 3, "batch_size": 5}
    real["coordinates"]["experiments"] = {"paper": entry}
    real["coordinates"]["subjects"]["paper"]["source"] = "fourier_text"
    return real


def rows(**scores):
    names = {"gaussian": "mapping=gaussian,bits=16", "bicubic": "method=bicubic"}
    return pd.DataFrame(
        {"entry": "paper", "variant": names[name], "image": image, "psnr_db": 99.0, "hidden_psnr_db": score}
        | {"rows": 8, "columns": 10}
        for name, pair in scores.items()
        for image, score in zip("ab", pair, strict=True)
    )


def test_hidden_pixels_by_set_and_mapping_with_their_spread():
    """20 and 30 dB: 25 in the mean, 5 of deviation."""
    found = summary(rows(gaussian=(20.0, 30.0), bicubic=(21.0, 22.0)), SECONDS, params())
    assert found["psnr_db"] == {"paper": {"gaussian": 25.0, "bicubic": 21.5}}
    assert found["std_db"] == {"paper": {"gaussian": 5.0, "bicubic": 0.5}}
    assert (found["source"], found["images"]) == ({"paper": "fourier_text"}, {"paper": 2})
    assert found["fit_minutes"] == {"paper": 1.5}
    assert found["passes"]["paper"]["gaussian"] == 2 * 3 * 5 / 20  # of 80 pixels a quarter is shown


def test_a_network_passes_over_the_places_that_its_mask_leaves():
    """20 of 80 pixels are hidden: 60 places."""
    given = params()
    given["coordinates"]["masks"]["some"] = {"kind": "random", "hidden": 0.25}
    given["coordinates"]["experiments"]["paper"] |= {"mask": "some", "baselines": ["nearest"]}
    scores = rows(gaussian=(20.0, 30.0), bicubic=(21.0, 22.0)).replace("method=bicubic", "method=nearest")
    assert summary(scores, SECONDS, given)["passes"]["paper"]["gaussian"] == 2 * 3 * 5 / 60


def test_the_published_numbers_stand_beside_the_own_of_the_same_set():
    record = summary(rows(gaussian=(20.0, 30.0), bicubic=(21.0, 22.0)), SECONDS, params())
    header, lines = paper(record)
    assert header == ["PSNR (dB)", "text, 2 images", "published, 16 others"]
    assert lines == [["gaussian", "25.00 ± 5.00", "30.47"], ["bicubic", "21.50 ± 0.50", ""]]


def test_fits_stand_in_the_order_of_their_looks_at_each_place():
    """None and basic in 94 passes too, half a decibel better than in 31."""
    names = ["none", "basic", "positional", "gaussian"]
    short = {name: 20.0 + number for number, name in enumerate(names)}
    record = {
        "source": {"whole": "fourier_natural", "short": "fourier_natural", "longer": "fourier_natural"},
        "psnr_db": {"whole": short, "short": short, "longer": {"none": 20.5, "basic": 21.5}},
        "passes": {
            "whole": dict.fromkeys(names, 2000.0),
            "short": dict.fromkeys(names, 31.25),
            "longer": {"none": 93.75, "basic": 93.75},
        },
    }
    header, lines = protocol(record)
    assert header == ["PSNR (dB)", "natural, 31 looks", "natural, 94 looks", "natural, 2,000 looks"]
    assert lines[0] == ["none", "20.00", "20.50", "20.00"]
    assert lines[3] == ["gaussian", "23.00", "", "23.00"]


@pytest.mark.parametrize("bits", [8, 16])
def test_the_table_of_mappings_takes_each_number_from_its_entry(bits):
    results = {
        "thumbnail": {f"mapping=none,bits={bits}": {"psnr_db": 15.0}},
        "mappings": {
            f"base=base,mapping=none,bits={bits}": {"psnr_db": 16.0},
            f"optimizer=sgd,mapping=none,bits={bits}": {"psnr_db": 17.0},
        },
        "paper": {f"mapping=none,bits={bits}": {"psnr_db": 1.0, "hidden_psnr_db": 18.0}},
    }
    _, lines = mappings(results)
    assert lines[0] == ["none", "15.00", "16.00", "17.00", "18.00"]
    assert lines[1] == ["basic", "", "", "", ""]


def test_an_entry_without_axes_has_one_number_that_of_the_most_bits():
    given = params()
    given["coordinates"]["experiments"] = {"one": {"net": "mlp", "subject": "plane", "bits": [8, 16]}}
    variants = ["bits=8", "bits=16"]
    scores = pd.DataFrame({"entry": "one", "variant": variants, "image": "a", "psnr_db": [30.0, 31.0]})
    found = summary(scores.assign(hidden_psnr_db=None, rows=8, columns=8), {"one": {"total_seconds": 6.0}}, given)
    assert found["psnr_db"] == {"one": {"as it stands": 31.0}}
    assert found["source"] == {"one": "embedded"}


def test_fits_with_rounded_factors_stand_below_the_exact_ones():
    found = {"float32": [40.0, 41.0], "bfloat16": [39.0, 38.0]}
    record = {"psnr_db": found, "mean_db": {"float32": 40.5, "bfloat16": 38.5}}
    assert bfloat16(record) == (
        ["products of", "PSNR (dB)", "seed 1", "seed 2"],
        [["float32", "40.50", "40.00", "41.00"], ["bfloat16", "38.50", "39.00", "38.00"]],
    )
