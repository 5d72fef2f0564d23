"""The group `autoencoder`: which networks an entry stands for, and what is refused before anything runs."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from recon.check.schema import read_project
from recon.families.autoencoder.checks import check
from recon.families.autoencoder.params import Autoencoder, AutoencoderPoint
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[3]
NOISE = {"quantization": "noise", "q_step": 0.2}
TRANSFORM = {"net": "transform", "trained_on": "patches", "subject": "plane", "q_step": None}
WEIGHTS = {"points": None, "training": NOISE, "across": {"rate_weight": [0, 0.01]}}


def group(**changes) -> dict[str, Any]:
    """Return a group with one experiment `one`; keys that are None are left out."""
    fields = {"net": "conv_autoencoder", "subject": "autoencoder", "trained_on": "subjects/autoencoder"}
    fields |= {"q_step": 0.1, "points": {"epoch": [10]}} | changes
    training = {"optimizer": "adam", "learning_rate": 0.001, "loss": "mse", "value_range": "unit"}
    experiment = {key: value for key, value in fields.items() if value is not None}
    return {"training": training, "experiments": {"one": experiment}}


def entry(name="one", *, epochs: Any = 500, **changes):
    return parse(Autoencoder, group(**changes), "autoencoder").entry(name, epochs=epochs)


def complaint(name="one", **changes) -> str:
    return refusal(lambda: entry(name, **changes))


@pytest.mark.parametrize("points", [{}, {"epoch": [1], "q_step": [0.1]}])
def test_points_are_of_one_setting(points):
    assert "one.points: name exactly one of epoch, q_step" in complaint(points=points)


@pytest.mark.parametrize(
    "points", [{"epoch": []}, {"epoch": [0]}, {"epoch": [5, 5]}, {"q_step": [0]}, {"q_step": [0.1, 0.1]}]
)
def test_points_that_cannot_be_are_refused(points):
    assert "experiments.one.points" in complaint(points=points, q_step=None if "q_step" in points else 0.1)


@pytest.mark.parametrize("changes", [{"q_step": None}, {"points": {"q_step": [0.1]}}])
def test_the_quantizer_step_is_given_once(changes):
    assert "one: give the quantizer step either in `q_step` or in `points.q_step`" in complaint(**changes)


def test_an_experiment_without_points_and_networks_is_refused():
    assert "one: give `points`, `across` or both" in complaint(points=None)


def test_epochs_are_those_of_one_network():
    words = "one: `points.epoch` is for one network; leave `across` out"
    assert words in complaint(training=NOISE, across={"rate_weight": [0.1]})


@pytest.mark.parametrize(
    ("last", "reached"),
    [(500, [10, 100, 500]), (100, [10, 100]), (50, [10, 50]), (3, [3]), (2000, [10, 100, 2000])],
)
def test_the_last_epoch_is_always_kept_and_none_above_it(last, reached):
    (run,) = entry(points={"epoch": [100, 10]}, epochs=last).runs
    assert run.snapshots == reached


def test_points_of_steps_keep_no_snapshots():
    (run,) = entry(points={"q_step": [0.1]}, q_step=None).runs
    assert run.snapshots == []


def test_an_experiment_s_training_overrides_the_group_s():
    (run,) = entry(training={"learning_rate": "1e-05"}).runs
    assert (run.training.learning_rate, run.training.optimizer, run.training.loss) == (1e-5, "adam", "mse")


@pytest.mark.parametrize(
    ("training", "words"),
    [
        ({"rate": 1}, "rate: unknown key; known keys: batch_size, beta_2, "),
        ({"q_step": 0.2}, " `q_step` and `rate_weight` need `quantization: noise` or `straight_through`"),
        ({"rate_weight": 0.1}, " `q_step` and `rate_weight` need `quantization: noise` or `straight_through`"),
        ({"quantization": "noise"}, " `quantization: noise` needs a `q_step`"),
        (NOISE | {"rate_weight": -1}, "rate_weight: input should be greater than or equal to 0"),
    ],
)
def test_training_that_cannot_be_names_the_experiment(training, words):
    text = complaint(training=training)
    assert text.startswith("params.yaml: autoencoder.experiments.one.training")
    assert words in text


def test_each_rate_weight_is_a_network_and_a_point_of_its_own():
    runs = entry(**WEIGHTS).runs
    assert [(run.folder, run.training.rate_weight) for run in runs] == [
        ("rate_weight=0", 0),
        ("rate_weight=0.01", 0.01),
    ]
    assert list(runs[1].points) == [AutoencoderPoint({"axis": "rate_weight", "across": "0.01"}, "best", 0.1)]


def test_values_across_may_have_names():
    across = {"optimizer": {"sgd": {"training": {"optimizer": "sgd"}}}}
    (run,) = entry(points={"q_step": [0.2]}, q_step=None, across=across).runs
    assert run.training.optimizer == "sgd"
    (point,) = run.points
    assert point.settings == {"axis": "optimizer", "across": "sgd", "q_step": 0.2}


def test_what_lies_across_is_a_setting_of_training():
    text = complaint(**WEIGHTS | {"across": {"width": [1, 2]}})
    assert "autoencoder.experiments.one.across.width: unknown setting; known: batch_size, beta_2, " in text


def test_a_network_is_scored_after_each_of_its_epochs_or_at_each_step():
    (by_epoch,) = entry(points={"epoch": [10, 100]}, epochs=20).runs
    (by_step,) = entry(points={"q_step": [0.1, 0.2]}, q_step=None).runs
    assert list(by_epoch.points) == [({"epoch": 10}, "epoch_0010", 0.1), ({"epoch": 20}, "epoch_0020", 0.1)]
    assert list(by_step.points) == [({"q_step": 0.1}, "best", 0.1), ({"q_step": 0.2}, "best", 0.2)]


def test_network_settings_are_those_of_build_coerced_and_complete():
    (run,) = entry(settings={"filters": ["8", 4]}).runs
    assert run.network == {"filters": (8, 4), "activation": "relu", "output_activation": "relu"}


def test_an_unknown_entry_lists_the_known_ones():
    assert complaint("two") == "params.yaml: autoencoder.experiments: no entry `two`; known: one"


@pytest.mark.parametrize("epochs", [0, -1, 2.5, "many", None, [10]])
def test_epochs_is_a_whole_number_from_1(epochs):
    assert complaint(epochs=epochs).startswith("params.yaml: epochs: ")


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Return a function that checks the real params.yaml with one experiment `one` in the group."""
    shutil.copytree(ROOT / "data" / "sets", tmp_path / "data" / "sets")
    monkeypatch.chdir(tmp_path)
    params = read_params(ROOT / PATH)
    return lambda **changes: check(read_project(params | {"autoencoder": group(**changes)}))


@pytest.mark.parametrize("trained_on", ["patches", "subjects/plane"])
def test_all_images_of_params_yaml_can_be_trained_on(checked, trained_on):
    checked(trained_on=trained_on)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "plane"}, ": none has `points.epoch` on the subject `autoencoder`"),
        ({"net": "unet"}, ".one.net: `unet` has no latent code to send; known: conv_autoencoder, "),
        ({"trained_on": "subjects/lena"}, ".one.trained_on: unknown `subjects/lena`; known: patches, subjects/"),
        ({"settings": {"filters": [8, 0]}}, ".one.settings.filters: counts start at 1"),
        ({"training": {"early_stopping": 5}}, ".one.training.early_stopping: `points.epoch` needs all epochs"),
        (TRANSFORM | {"points": {"lmbda": [0.00018]}}, ".one.points.lmbda: 0.00018 is not from 0.0002 to 0.0512"),
        (TRANSFORM | {"points": {"lmbda": [0.001, 0.1]}}, ".one.points.lmbda: 0.1 is not from 0.0002 to 0.0512"),
        (
            TRANSFORM | {"points": {"lmbda": [0.001, 0.00101]}},
            ".one.points.lmbda: 0.001 and 0.00101 give the same",
        ),
    ],
)
def test_an_entry_that_would_fail_is_refused(checked, changes, words):
    assert refusal(lambda: checked(**changes)).startswith(f"params.yaml: autoencoder.experiments{words}")
