"""Entries with `net: transform`."""

import pytest

from recon.families.autoencoder.params import Autoencoder
from recon.families.autoencoder.transform.architecture import CodecArchitecture
from recon.settings.core import parse
from refusals import refusal

TRAINING = {"optimizer": "adam", "learning_rate": 0.001, "loss": "mse", "value_range": "unit"}
POINTS = {"lmbda": [0.001, 0.01]}


def entry(**changes):
    experiment = {"net": "transform", "subject": "plane", "trained_on": "patches", "points": POINTS} | changes
    group = {"training": TRAINING, "experiments": {"one": experiment}}
    return parse(Autoencoder, group, "autoencoder").entry("one", epochs=3)


def complaint(**changes):
    return refusal(lambda: entry(**changes))


def test_an_entry_is_one_run_with_the_training_of_the_group():
    (run,) = entry(settings={"width": 16}, training={"lambdas": [0.001, 0.01], "learning_rate": 0.1}).runs
    assert run.architecture == CodecArchitecture(2, width=16)
    assert (run.epochs, run.training.optimizer, run.training.learning_rate) == (3, "adam", 0.1)
    assert list(run.points) == [{"lmbda": 0.001}, {"lmbda": 0.01}]


def test_refining_by_several_numbers_of_steps_is_a_curve_each():
    runs = entry(across={"refine": [0, 50]}).runs
    assert [run.refine for run in runs] == [0, 50]
    assert [point["across"] for run in runs for point in run.points] == ["0", "0", "50", "50"]


@pytest.mark.parametrize("key", ["settings", "training"])
def test_weights_of_the_zoo_are_not_trained(key):
    values = {"settings": {"width": 16}, "training": {"learning_rate": 0.1}}[key]
    assert "one: with `weights` nothing is trained" in complaint(weights="some", **{key: values})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"settings": {"width": 0}}, "one.settings.width"),
        ({"settings": {"widht": 8}}, "one.settings.widht"),
        ({"training": {"lambdas": [0.01, 0.001]}}, "one.training.lambdas"),
        ({"training": {"lambdas": [0.01]}}, "one.training.lambdas"),
        ({"training": {"loss": "mae"}}, "the transform codec is trained with `loss: mse`"),
        ({"points": {"lmbda": [0]}}, "one.points.lmbda"),
        ({"points": {"epoch": [1]}}, "one.points"),
        ({"across": {"refine": [-1]}}, "one.across.refine"),
        ({"trained_on": "subjects/plane"}, "one.trained_on"),
    ],
)
def test_what_cannot_be_is_named(changes, named):
    assert named in complaint(**changes)
