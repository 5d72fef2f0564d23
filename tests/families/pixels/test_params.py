"""The groups `pixels` and `fractal`: a mistake is one line that names what is right."""

import copy
from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core.errors import UserError
from recon.families.fractal import params as fractal
from recon.families.pixels import params as pixels
from recon.settings.core import PATH, read_params

REAL = read_params(Path(__file__).resolve().parents[3] / PATH)


def params(key, value):
    """Return params.yaml with a value at a dotted key."""
    real = copy.deepcopy(REAL)
    *parents, last = key.split(".")
    inner = real
    for part in parents:
        inner = inner[part]
    inner[last] = value
    return real


PIXEL, BLOCKS = "pixels.experiments.optimizers", "fractal.experiments.blocks"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("pixels.descent.step_size", 2, "diverges: with momentum 0 it must be below 2 (1 + momentum) = 2"),
        (f"{PIXEL}.sweep", {"momentum": [0.5, 1]}, "momentum: input should be less than 1"),
        (f"{PIXEL}.sweep", {"step_size": [0.5, 2.5]}, "sweep.step_size"),
        (f"{PIXEL}.sweep", {"rate": [1]}, "unknown setting `rate`; known: beta_2, momentum"),
        (f"{PIXEL}.sweep", {"optimizer": {"some": {"rate": 1}}}, "optimizer.some.rate: unknown key; known keys: "),
        (f"{PIXEL}.sweep", {"optimizer": ["rmsprop"]}, "should be 'sgd' or 'adam'"),
        (f"{PIXEL}.descent", {"optimizer": "adam", "step_size": 1.5}, "adam's is at most 1"),
        ("pixels.descent.shown_steps", [0, 0], "name each value once"),
        (f"{PIXEL}.subject", "plane", "none has the subject `pixels`, which the figures need"),
        ("pixels.subject.images", ["nobody"], "pixels.subject.images: `nobody` is not in the dataset"),
        ("pixels.subject.color", "blue", "should be 'rgb' or 'gray'"),
        ("fractal.coding.max_contrast", 1, "max_contrast"),
        ("fractal.coding.max_contrast", 0.905, "in whole hundredths"),
        ("fractal.coding.domain_step", 3, "multiple of 2"),
        ("fractal.coding.largest", 12, "largest: input should be 2, 4, 8, 16 or 32"),
        ("fractal.coding.smallest", 32, "`smallest` is more than `largest`"),
        (f"{BLOCKS}.sweep", {"tolerance": [3], "largest": [8]}, "at most 1 item"),
        (f"{BLOCKS}.subject", "plane", "none has the subject `fractal`"),
    ],
)
def test_a_mistake_is_one_line(key, value, words):
    with pytest.raises(UserError) as caught:
        check(params(key, value))
    text = str(caught.value)
    assert words in text
    assert text.startswith("params.yaml: ")
    assert "\n" not in text


def test_a_momentum_allows_larger_steps():
    check(params("pixels.experiments.optimizers.sweep", {"momentum": [0.5]}) | {})
    group = params("pixels.experiments.optimizers.descent", {"momentum": 0.5, "step_size": 2.9})
    assert pixels.points_of(group, "optimizers")[0].settings.step_size == 2.9


def test_named_values_change_what_they_say_and_keep_the_rest():
    descent, momentum, adam = pixels.points_of(REAL, "optimizers")
    assert [point.variant for point in (descent, momentum, adam)] == [
        "optimizer=gradient_descent", "optimizer=momentum", "optimizer=adam"
    ]  # fmt: skip
    assert (momentum.settings.momentum, momentum.settings.step_size) == (0.5, descent.settings.step_size)
    assert pixels.variant_at(adam, "8") == "optimizer=adam,step=8"


def test_an_entry_without_an_axis_is_one_point():
    (point,) = pixels.points_of(REAL, "plane")
    assert pixels.variant_at(point, point.settings.last) == "step=last"


def test_a_list_is_a_point_for_each_value():
    points = fractal.points_of(params("fractal.experiments.plane.sweep", {"tolerance": [3, 9]}), "plane")
    assert [(point.variant, point.settings.tolerance) for point in points] == [
        ("tolerance=3", 3.0), ("tolerance=9", 9.0)
    ]  # fmt: skip
    assert len({point.settings.coding for point in points}) == 1


def test_a_fractal_without_an_axis_is_named_by_its_tolerance():
    (point,) = fractal.points_of(params("fractal.experiments.plane.sweep", {}), "plane")
    assert point.variant == "tolerance=8"
