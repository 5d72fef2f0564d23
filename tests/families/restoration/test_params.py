"""The `restoration` group: which networks an entry stands for, and that a mistake is one line."""

import copy
import json
import shutil

import pytest

from invented import entries, project
from recon.check.schema import check
from recon.core.errors import UserError
from recon.data import manifest
from refusals import refusal

REAL = project(one={})


def params(entry: dict, **groups: dict) -> dict:
    """Return params with one restoration entry called `one`."""
    real = project(one=entry)
    for group, changes in groups.items():
        real[group] |= changes
    return real


def complaint(entry: dict, **groups: dict) -> str:
    return refusal(check, params(entry, **groups))


def test_an_entry_without_a_sweep_is_one_blind_network_scored_at_the_qualities_of_degrade():
    (entry,) = entries(one={})
    (run,) = entry.runs
    assert (run.folder, run.quality) == ("", None)
    assert run.qualities == REAL["degrade"]["qualities"]
    assert run.at(10) == {"quality": 10}


def test_a_network_for_each_quality_if_it_is_not_blind():
    (entry,) = entries(one={"blind": False, "points": {"quality": [10, 40]}})
    assert [(run.folder, run.quality, run.qualities) for run in entry.runs] == [
        ("quality=10", 10, [10]),
        ("quality=40", 40, [40]),
    ]
    assert [run.at(run.quality) for run in entry.runs] == [{"quality": 10}, {"quality": 40}]
    assert entry.runs[0].weights_key != entry.runs[1].weights_key


def test_a_sweep_changes_one_factor_at_a_time_wherever_it_belongs():
    sweep = {"width": [8], "learning_rate": [0.1, 0.2], "ensemble": [True]}
    (entry,) = entries(one={"sweep": sweep})
    base, width, _, fast, _ = entry.runs
    assert [run.folder for run in entry.runs] == [
        "base=base",
        "width=8",
        "learning_rate=0.1",
        "learning_rate=0.2",
        "ensemble=true",
    ]
    assert (width.network["width"], width.training, width.inference) == (8, base.training, base.inference)
    assert (fast.training.learning_rate, fast.network) == (0.2, base.network)
    assert width.at(10) == {"factor": "width", "value": "8", "quality": 10}


def test_a_named_change_reaches_network_training_and_inference_together():
    change = {"settings": {"width": 8}, "training": {"epochs": 9}, "inference": {"ensemble": True}}
    (entry,) = entries(one={"sweep": {"recipe": {"small": change}}})
    base, small = entry.runs
    assert small.folder == "recipe=small"
    assert (small.network["width"], small.training.epochs, small.inference.ensemble) == (8, 9, True)
    assert small.network | {"width": base.network["width"]} == base.network


def test_a_factor_of_inference_trains_nothing_again():
    (entry,) = entries(one={"sweep": {"ensemble": [True], "projection": [0.6]}})
    base, ensemble, projected = entry.runs
    assert base.weights_key == ensemble.weights_key == projected.weights_key
    assert ensemble.inference.ensemble
    assert projected.inference.projection == 0.6


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
            "one.training.loss: input should be 'mse', 'mae', 'charbonnier', 'huber' or 'rmse'",
        ),
        (
            {"training": {"optimizer": "adma"}},
            "one.training.optimizer: input should be 'adam', 'adamw', 'muon' or 'sgd'",
        ),
        (
            {"sweep": {"widht": [3]}},
            "one.sweep.widht: unknown setting; known: activation, attention, batch_size, ",
        ),
        ({"sweep": {"width": [0]}}, "one.sweep.width: counts start at 1 (got 0)"),
        ({"sweep": {"width": []}}, "list should have at least 1 item"),
        ({"points": {"quality": [0]}}, "one.points.quality.0: input should be greater than or equal to 1"),
        (
            {"blind": False, "points": {"quality": [15]}},
            "quality 15 has no pairs; add it to augment.qualities (10, ",
        ),
        ({"direction": "degrade", "subject": "plane"}, "one: `direction: degrade` makes no reconstruction"),
        (
            {"direction": "degrade", "file": {"tables": "flat"}},
            "makes no reconstruction: subject `test`, no `file` ",
        ),
        ({"file": {"tables": "flt"}}, "one.file.tables: input should be 'standard'"),
        (
            {"direction": "degrade", "points": {"quality": [15]}},
            "no JPEG files of 15; add it to degrade.qualities",
        ),
        ({"net": "dense_latent", "settings": {"patch_size": 32}}, "patch_size: dense_latent takes patches of a "),
        (
            {"net": "dense_latent", "settings": {"filters": [1] * 6 + [2]}},
            "one.settings.filters: at most 6 of them",
        ),
        ({"net": "conv_autoencoder", "settings": {"filters": [1] * 4}}, "multiples of 8; use fewer (got 4)"),
        ({"settings": {"dropout": 1.5}}, "one.settings.dropout: a share of the channels, at least 0 and below 1"),
        ({"sweep": {"dropout": [-1]}}, "one.sweep.dropout: a share of the channels"),
        ({"sweep": {"dropout": [0.1, 0.1]}}, ": name each value once (got [0.1, 0.1])"),
        (
            {"points": {"quality": [5]}},
            "one.points.quality: deblocking.experiments.jpeg is not scored at 5; add it",
        ),
        ({"subject": "plane", "sweep": {"width": [8]}}, "one: in the plane an entry is one curve: no `sweep`"),
        ({"sweep": {"a": {"b": {"net": "unet"}}}}, ".b: unknown key `net`; known keys: inference, "),
        (
            {"direction": "degrade", "sweep": {"ensemble": [True]}},
            "one: `direction: degrade` makes no reconstruction",
        ),
        (
            {"training": {"epochs": 2, "steps_per_epoch": 5, "warmup_steps": 10}},
            "one.training.warmup_steps: must be less than the run's 2 x 5 steps (got 10)",
        ),
        ({"inference": {"projection": 2}}, "one.inference.projection: input should be less than or equal to 1"),
        ({"subject": "tset"}, "one.subject: input should be 'test' or 'plane' (got 'tset')"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_would_be_right(entry, words):
    assert words in complaint(entry)


def test_a_block_bias_needs_patches_on_the_grid():
    entry, augment = {"settings": {"block_bias": True}}, {"aligned_fraction": 0.5}
    assert "one.settings.block_bias: is learned from patches that begin with a block" in complaint(
        entry, augment=augment
    )
    check(params(entry))


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
    assert "data.test_source: its image `another` has the name or the pixels of `" in complaint(
        {}, data={"test_source": "live1"}
    )


def test_an_entry_of_another_family_s_name_is_refused():
    with pytest.raises(
        UserError, match=r"restoration\.experiments\.jpeg: deblocking has an entry of the same name"
    ):
        check(project(jpeg={}))


@pytest.mark.parametrize("change", [{"filter": "shift_average"}, {"subject": "plane"}])
def test_the_plain_jpeg_that_all_are_compared_with_must_be_there(change):
    real = params({})
    real["deblocking"]["experiments"]["jpeg"] |= change
    with pytest.raises(UserError, match=r"deblocking\.experiments\.jpeg: must exist with `filter: none`"):
        check(real)


def test_a_restorer_must_not_have_seen_the_plane():
    """With another test set, the source's own test photographs, which the plane has, are trained on."""
    plane = {"subject": "plane", "points": {"quality": [10]}}
    check(params(plane))
    assert "subjects.plane.images: `chelsea` is a training photograph of restoration.experiments.one; " in (
        complaint(plane, data={"test_source": "live1"})
    )
    every = {"plane": copy.deepcopy(REAL["subjects"]["plane"]) | {"images": "all"}}
    assert "subjects.plane.images: `" in complaint(plane, subjects=every)
    check(params({}, data={"test_source": "live1"}))


def test_the_exported_entry_has_one_network():
    assert "restoration.export: `one` is not an experiment with a single network" in complaint(
        {"sweep": {"width": [8]}}
    )
