"""Sentences on coordinate networks, from invented numbers."""

import pandas as pd
import pytest

from recon.families.coordinates.findings import report

MEASURES = {"bpp": 1.0, "ssim": 0.9, "num_params": 100, "macs_per_pixel": 90}


def params(**entry):
    group = {
        "subjects": {"photograph": {"rows": 128, "columns": 96}},
        "masks": {"even": {"kind": "even"}, "text": {"kind": "text"}},
        "mapping": {"kind": "gaussian", "num_frequencies": 8, "scale": 10},
        "training": {
            **{"epochs": 1, "steps_per_epoch": 1, "batch_size": 8, "optimizer": "adam", "learning_rate": 0.01},
            **{"loss": "mse", "value_range": "unit"},
        },
        "experiments": {"one": {"net": "mlp", "subject": "photograph"} | entry},
    }
    return {"coordinates": group}


def row(score, *, factor="base", value="base", across=None, method=None, bits=16, known=None):
    """Return a scored picture; with `known` some of its pixels were hidden."""
    variant = f"{factor}={value},{across},{method},{bits}"
    found = {"entry": "one", "variant": variant, "method": method, "across": across, "bits": bits}
    found |= {"factor": None if method else factor, "value": None if method else value, "image": "a"}
    hidden = score if known is not None else None
    found |= {"psnr_db": score, "known_psnr_db": known, "hidden_psnr_db": hidden, "score_db": score}
    return found | MEASURES | ({"bits": None} if method else {})


def findings(entry, *rows):
    frame = pd.DataFrame(rows).astype({"bits": "Int64", "known_psnr_db": float, "hidden_psnr_db": float})
    return report(params(**entry), frame)


@pytest.mark.parametrize(("known", "what"), [(45.0, "overfits"), (25.0, "underfits")])
def test_whether_an_end_overfits_is_told_by_its_known_pixels(known, what):
    text = findings(
        {"mask": "even", "sweep": {"scale": [40]}},
        row(27.0, known=30.0),
        row(20.0, factor="scale", value="40", known=known),
    )
    assert f"At `scale` 40 it {what}: {known:.2f} dB on the known pixels, 20.00 dB on the hidden ones" in text


@pytest.mark.parametrize(
    ("network", "words"), [(28.0, "are above the best"), (27.05, "are level with the best"), (26.0, "are below")]
)
def test_a_network_is_held_against_the_best_without_one(network, words):
    text = findings(
        {"across": {"mask": ["text"]}, "baselines": ["nearest", "biharmonic"]},
        row(network, across="text", known=40.0),
        row(20.0, method="nearest", across="text", known=100.0),
        row(27.0, method="biharmonic", across="text", known=100.0),
    )
    assert f"With mask text the network's {network:.2f} dB {words}" in text
    assert "(biharmonic 27.00 dB, nearest 20.00 dB)" in text


def test_what_another_seed_changes_is_no_difference():
    text = findings(
        {"sweep": {"width": [8], "seed": [2]}},
        row(30.0),
        row(30.4, factor="width", value="8"),
        row(30.5, factor="seed", value="2"),
    )
    assert "Another seed: 30.50 dB." in text
    assert "none beats the entry as it stands by the 0.50 dB that count." in text
    assert "- one: best are width 256 (as it stands)." in text


def test_a_named_value_says_what_it_changes():
    text = findings(
        {
            "across": {"kind": ["none"]},
            "sweep": {"optimizer": {"sgd": {"training": {"optimizer": "sgd", "learning_rate": 0.5}}}},
        },
        row(20.0, across="none"),
        row(18.0, factor="optimizer", value="sgd", across="none"),
    )
    assert "`optimizer=sgd` instead (optimizer sgd, learning_rate 0.5): none -2.00 dB." in text


def test_the_reach_of_sigma_is_told_in_pixels_of_the_subjects():
    """1 / (10 pi) of 128 is 4.07."""
    assert "sigma of 10 reaches 3.18% of the side; in pixels, 4.1 of 128." in findings({}, row(30.0))
