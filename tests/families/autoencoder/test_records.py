"""What stands on top of a recorded run of autoencoders, and what the zoo takes of it."""

import copy

import pandas as pd
import pytest

from recon.check.schema import read_project
from recon.core import files
from recon.core.reconstruction import TIMINGS
from recon.core.sources import ROOT
from recon.families.autoencoder.records import describe_network, find_weights, summarize
from recon.families.shared.record_input import RecordInput
from recon.settings.core import read_params
from refusals import refusal

TRANSFORM = {"net": "transform", "subject": "plane", "trained_on": "patches", "points": {"lmbda": [0.001, 0.01]}}

NETWORK = {
    **{"net": "conv_autoencoder", "subject": "plane", "trained_on": "patches"},
    "points": {"q_step": [0.25, 0.5]},
}


def project(**entries):
    """Return params.yaml with these entries beside the one that figures need."""
    params = copy.deepcopy(read_params(ROOT / "params.yaml"))
    group = params["autoencoder"]
    group["experiments"] = {"conv_64_32_16": group["experiments"]["conv_64_32_16"]} | entries
    return read_project(params)


def row(entry, lmbda, bpp, psnr_db, **settings):
    fields = {"entry": entry, "subject": "plane", "variant": f"{entry}{lmbda}{settings}", "lmbda": lmbda}
    costs = {"num_params": 400, "macs_per_pixel": 5000.0}
    return fields | settings | {"image": "a", "rows": 8, "columns": 8, "bpp": bpp, "psnr_db": psnr_db} | costs


def record(rows, typed):
    for entry in {row["entry"] for row in rows}:
        seconds = [
            {"what": what, "variant": row["variant"], "image": "a", "seconds": value}
            for row in rows
            for what, value in (("encode", 0.75), ("decode", 0.5))
        ]
        files.write_json(TIMINGS / f"autoencoder/{entry}.json", {"machine": {}, "seconds": seconds})
    return summarize(RecordInput(typed, typed.families["autoencoder"], pd.DataFrame(rows), {}, None, {}))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_entries_with_lambdas_have_curves_and_others_none():
    rows = [row("codec", 0.01, 0.2, 30.0), row("codec", 0.001, 0.8, 36.0), row("conv_64_32_16", None, 1.0, 22.0)]
    top = record(rows, project(codec=TRANSFORM))
    assert list(top["points"]) == ["codec"]
    assert top["points"]["codec"]["0.001"] == {"bpp": 0.8, "psnr_db": 36.0, "images": 1}
    assert (top["encode_seconds"], top["decode_seconds"]) == ({"codec": 0.75}, {"codec": 0.5})
    assert (top["macs_per_pixel"], top["num_params"]) == ({"codec": 5000.0}, {"codec": 400})


def test_an_entry_with_quantizer_steps_has_a_curve_too():
    rows = [row("codec", 0.01, 0.2, 30.0), *(row("net", None, step, 25.0, q_step=step) for step in (0.5, 0.25))]
    top = record(rows, project(codec=TRANSFORM, net=NETWORK))
    assert list(top["points"]) == ["codec", "net"]
    assert list(top["points"]["codec"]) == ["0.01"]
    assert top["points"]["net"] == {
        "q_step=0.25": {"bpp": 0.25, "psnr_db": 25.0, "images": 1},
        "q_step=0.5": {"bpp": 0.5, "psnr_db": 25.0, "images": 1},
    }


def test_each_number_of_refining_steps_is_a_curve():
    rows = [row("codec", 0.01, 0.2, 30.0, axis="refine", across=f"{steps}") for steps in (0, 50)]
    top = record(rows, project(codec=TRANSFORM | {"across": {"refine": [0, 50]}}))
    assert list(top["points"]) == ["codec, refine 0", "codec, refine 50"]


def test_a_run_without_lambdas_has_no_summary():
    scores = pd.DataFrame([row("conv_64_32_16", None, 1.0, 22.0)]).drop(columns="lmbda")
    typed = project()
    assert summarize(RecordInput(typed, typed.families["autoencoder"], scores, {}, None, {})) == {}


def test_the_zoo_takes_the_only_codec_that_is_trained():
    typed = project(codec=TRANSFORM | {"settings": {"width": 16}}, other=TRANSFORM | {"weights": "some"})
    assert str(find_weights(typed)) == "models/autoencoder/codec/weights.codec"
    described = describe_network(typed, {"bd_rate_percent": {"codec": {"webp": -5.0}}, "commit": "abc"})
    assert (described["net"], described["channels"], described["settings"]["width"]) == ("transform", 3, 16)
    assert described["scores"]["bd_rate_percent"] == {"codec": {"webp": -5.0}}


@pytest.mark.parametrize("entries", [{}, {"one": TRANSFORM, "two": TRANSFORM}])
def test_a_run_that_trains_none_or_several_has_none_for_the_zoo(entries):
    assert "trains one with `net: transform`" in refusal(find_weights, project(**entries))
