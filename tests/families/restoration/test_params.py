"""The `restoration` group: which networks an entry stands for, and that a mistake is one line."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core.errors import UserError
from recon.data import manifest
from recon.families.restoration.params import qualities_of, runs_of
from recon.settings.core import PATH, read_params
from recon.settings.sweeps import text_of
from refusals import refusal

ROOT = Path(__file__).resolve().parents[3]
REAL = read_params(ROOT / PATH)


def params(entry: dict, **groups: dict) -> dict:
    """Return params with one restoration entry called `one`."""
    real = copy.deepcopy(REAL)
    real["restoration"]["export"] = "one"
    real["restoration"]["experiments"] = {"one": {"net": "space_to_depth", "subject": "test"} | entry}
    for group, changes in groups.items():
        real[group] |= changes
    return real


def complaint(entry: dict, **groups: dict) -> str:
    return refusal(check, params(entry, **groups))


def test_an_entry_without_a_sweep_is_one_blind_network_scored_at_the_qualities_of_degrade():
    given = params({})
    (run,) = runs_of(given, "one")
    assert (run.variant, run.quality) == ("", None)
    assert qualities_of(given, "one") == REAL["degrade"]["qualities"]
    assert run.variant_at(10) == "quality=10"


def test_a_network_for_each_quality_if_it_is_not_blind():
    runs = runs_of(params({"blind": False, "sweep": {"quality": [10, 40]}}), "one")
    assert [(run.variant, run.quality) for run in runs] == [("quality=10", 10), ("quality=40", 40)]
    assert [run.variant_at(run.quality) for run in runs] == ["quality=10", "quality=40"]
    assert runs[0].network != runs[1].network


def test_a_sweep_changes_one_factor_at_a_time_wherever_it_belongs():
    sweep = {"width": [8], "learning_rate": [0.1, 0.2], "ensemble": [True]}
    base, width, slow, fast, ensemble = runs_of(params({"sweep": sweep}), "one")
    assert [run.variant for run in (base, width, slow, fast, ensemble)] == [
        "base=base",
        "width=8",
        "learning_rate=0.1",
        "learning_rate=0.2",
        "ensemble=true",
    ]
    assert (width.settings["width"], width.training, width.inference) == (8, base.training, base.inference)
    assert (fast.training.learning_rate, fast.settings) == (0.2, base.settings)
    assert width.variant_at(10) == "width=8,quality=10"


def test_a_factor_of_inference_trains_nothing_anew():
    base, ensemble, held = runs_of(params({"sweep": {"ensemble": [True], "projection": [0.6]}}), "one")
    assert base.network == ensemble.network == held.network
    assert ensemble.inference.ensemble
    assert held.inference.projection == 0.6


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (None, "none"), (0.003, "0.003"), ([64, 32], "64-32")]
)
def test_values_have_a_text_that_a_folder_can_have(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"net": "unett"}, "one.net: unknown network `unett`; known: arcnn, "),
        ({"settings": {"widht": 3}}, "one.settings.widht: unknown key; known keys: "),
        (
            {"settings": {"attention": "chanel"}},
            "one.settings.attention: input should be 'none', 'channel' or 'sp",
        ),
        (
            {"training": {"loss": "mes"}},
            "one.training.loss: input should be 'mse', 'mae', 'charbonnier' or 'huber'",
        ),
        ({"training": {"optimizer": "adma"}}, "one.training.optimizer: input should be 'adam', 'adamw' or 'sgd'"),
        ({"sweep": {"widht": [3]}}, "one.sweep.widht: unknown factor; known: activation, attention, batch_size, "),
        ({"sweep": {"width": [0]}}, "one.settings.width: counts start at 1 (got 0)"),
        ({"sweep": {"width": []}}, "one.sweep.width: list should have at least 1 item"),
        ({"sweep": {"quality": [0]}}, "one.sweep.quality.0: input should be greater than or equal to 1"),
        (
            {"blind": False, "sweep": {"quality": [15]}},
            "quality 15 has no pairs; add it to augment.qualities (10, ",
        ),
        ({"direction": "degrade", "subject": "plane"}, "one: `direction: degrade` makes no reconstruction"),
        ({"direction": "degrade", "sweep": {"quality": [15]}}, "no JPEG files of 15; add it to degrade.qualities"),
        ({"net": "dense_latent", "settings": {"patch_size": 32}}, "patch_size: dense_latent sees patches of one "),
        (
            {"net": "dense_latent", "settings": {"filters": [1] * 6 + [2]}},
            "one.settings.filters: at most 6 of them",
        ),
        ({"net": "conv_autoencoder", "settings": {"filters": [1] * 4}}, "multiples of 8; name fewer (got 4)"),
        ({"settings": {"dropout": 1.5}}, "one.settings.dropout: a share of the channels, at least 0 and below 1"),
        ({"sweep": {"dropout": [-1]}}, "one.settings.dropout: a share of the channels"),
        ({"sweep": {"dropout": [0.1, 0.1]}}, "one.sweep.dropout: name each value once"),
        ({"sweep": {"quality": [5]}}, "one.sweep.quality: deblocking.experiments.jpeg is not scored at 5; add it"),
        (
            {"subject": "plane", "sweep": {"width": [8]}},
            "in the plane an entry is one curve: no factor but `quality`",
        ),
        (
            {"direction": "degrade", "sweep": {"ensemble": [True]}},
            "one: `direction: degrade` makes no reconstruction",
        ),
        (
            {"training": {"epochs": 2, "steps_per_epoch": 5, "warmup_steps": 10}},
            "one.training.warmup_steps: 10 is the whole run of 2 x 5 steps; lower it",
        ),
        ({"inference": {"projection": 2}}, "one.inference.projection: input should be less than or equal to 1"),
        ({"subject": "tset"}, "one.subject: input should be 'test' or 'plane' (got 'tset')"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_would_be_right(entry, words):
    assert words in complaint(entry)


def test_a_test_set_that_is_the_training_set_is_refused():
    assert "data: `test_source` is `source`" in complaint({}, data={"test_source": REAL["data"]["source"]})


def test_an_unknown_test_set_is_named():
    assert "data.test_source: unknown dataset `live2`; known: " in complaint({}, data={"test_source": "live2"})


def test_a_test_image_that_is_trained_on_is_refused(tmp_path, monkeypatch):
    """Under another name the pixels tell."""
    sets = tmp_path / "sets"
    shutil.copytree(manifest.SETS, sets)
    content = json.loads((sets / "live1.json").read_text())
    twin = json.loads((sets / "embedded.json").read_text())["images"][0]
    content["images"].append(twin | {"file": "another.png"})
    (sets / "live1.json").write_text(json.dumps(content))
    monkeypatch.setattr(manifest, "SETS", sets)
    assert "data.test_source: its image `another` is `" in complaint({}, data={"test_source": "live1"})


def test_an_entry_of_another_family_s_name_is_refused():
    real = params({})
    real["restoration"]["experiments"]["jpeg"] = real["restoration"]["experiments"]["one"]
    with pytest.raises(UserError, match=r"restoration\.experiments\.jpeg: deblocking has an entry of that name"):
        check(real)


@pytest.mark.parametrize("change", [{"filter": "shift_average"}, {"subject": "plane"}])
def test_the_plain_jpeg_that_all_are_compared_with_must_be_there(change):
    real = params({})
    real["deblocking"]["experiments"]["jpeg"] |= change
    with pytest.raises(UserError, match=r"deblocking\.experiments\.jpeg: must be there, with `filter: none`"):
        check(real)


def test_a_restorer_must_not_have_seen_the_plane():
    """With another test set, the source's own test photographs, which the plane has, are trained on."""
    plane = {"subject": "plane", "sweep": {"quality": [10]}}
    check(params(plane))
    assert "plane.images: `chelsea` is among the photographs that restoration.experiments.one learns from" in (
        complaint(plane, data={"test_source": "live1"})
    )
    assert "plane.images: `" in complaint(plane, plane={"images": "all"})
    check(params({}, data={"test_source": "live1"}))


def test_the_exported_entry_has_one_network():
    assert "restoration.export: `one` is no experiment with one network" in complaint({"sweep": {"width": [8]}})


def test_an_autoencoder_is_a_codec_and_reaches_its_snapshots():
    real = params({})
    real["autoencoder"]["experiments"]["residual"] |= {"net": "arcnn", "settings": {}}
    with pytest.raises(
        UserError, match=r"residual\.net: `arcnn` has no latent to be sent; known: conv_autoencoder, "
    ):
        check(real)
    real = params({})
    real["autoencoder"]["training"]["early_stopping"] = 3
    with pytest.raises(UserError, match=r"early_stopping: `sweep\.epoch` needs all epochs; use null"):
        check(real)
