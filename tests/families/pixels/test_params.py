"""The group `pixels`: a mistake is one line that names what is right."""

from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core.errors import UserError
from recon.families.pixels.params import Pixels
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

REAL = read_params(Path(__file__).resolve().parents[3] / PATH)
OPTIMIZERS = "optimizers"


def group(descent=(), **experiment):
    """Return the group with changed descent, and the entry `optimizers` with these settings."""
    given = REAL["pixels"] | {"descent": REAL["pixels"]["descent"] | dict(descent)}
    given["experiments"] = given["experiments"] | {OPTIMIZERS: {"subject": "pixels"} | experiment}
    return parse(Pixels, given, "pixels")


def read(**given):
    return group(**given).entry(OPTIMIZERS)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"descent": {"step_size": 2}}, "diverges: with momentum 0 it must be below 2 (1 + momentum) = 2"),
        ({"descent": {"shown_steps": [0, 0]}}, "name each value once"),
        ({"across": {"momentum": [0.5, 1]}}, "across.momentum: input should be less than 1"),
        ({"across": {"step_size": [0.5, 2.5]}}, "across.step_size: `step_size: 2.5` diverges"),
        ({"across": {"rate": [1]}}, "across.rate: unknown setting; known: beta_2, momentum"),
        ({"across": {"optimizer": {"some": {"rate": 1}}}}, "unknown key `rate`; known keys: beta_2, momentum"),
        ({"across": {"optimizer": ["rmsprop"]}}, "should be 'sgd' or 'adam'"),
        ({"across": {"momentum": [0.1], "beta_2": [0.9]}}, "at most 1 item"),
    ],
)
def test_a_mistake_is_one_line(given, words):
    text = refusal(lambda: read(**given))
    assert words in text
    assert text.startswith("params.yaml: pixels.")
    assert "\n" not in text


def test_an_entry_s_own_descent_is_checked_too():
    given = REAL["pixels"]["experiments"] | {"plane": {"subject": "plane", "descent": {"optimizer": "adam"}}}
    given["plane"]["descent"]["step_size"] = 1.5
    whole = parse(Pixels, REAL["pixels"] | {"experiments": given}, "pixels")
    assert refusal(whole.entry, "plane").startswith("params.yaml: pixels.experiments.plane.descent: ")


def test_the_figures_need_an_entry_on_the_family_s_subject(monkeypatch):
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    given = REAL | {"pixels": REAL["pixels"] | {"experiments": {"plane": {"subject": "plane"}}}}
    with pytest.raises(UserError, match="none has the subject `pixels`, which the figures need; keep one"):
        check(given)


def test_a_momentum_allows_larger_steps():
    (run,) = read(descent={"momentum": 0.5, "step_size": 2.9}).runs
    assert run.descent.step_size == 2.9


def test_named_values_change_what_they_say_and_keep_the_rest():
    descent, momentum, adam = parse(Pixels, REAL["pixels"], "pixels").entry(OPTIMIZERS).runs
    assert [run.folder for run in (descent, momentum, adam)] == [
        "optimizer=gradient_descent", "optimizer=momentum", "optimizer=adam"
    ]  # fmt: skip
    assert (momentum.descent.momentum, momentum.descent.step_size) == (0.5, descent.descent.step_size)
    assert adam.point(8) == {"axis": "optimizer", "across": "adam", "step": 8}


def test_an_entry_without_an_axis_is_one_run_whose_last_step_a_tolerance_leaves_open():
    (run,) = parse(Pixels, REAL["pixels"], "pixels").entry("plane").runs
    assert run.point(run.descent.last_step) == {"step": "last"}


def test_an_unknown_entry_is_refused_with_the_known_ones():
    assert "no entry `none`; known: optimizers, plane" in refusal(group().entry, "none")
