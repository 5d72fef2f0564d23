"""The group `overfitted`: a mistake is one line that names what is right."""

from pathlib import Path

import pytest

from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import Overfitted
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[3]
REAL = read_params(ROOT / PATH)["overfitted"]


def group(*, presets=(), networks=(), start=(), **experiment):
    """Return the group with changes, and an entry `some` with these settings."""
    given = REAL | {"presets": REAL["presets"] | dict(presets)}
    given |= {"networks": REAL["networks"] | dict(networks), "start": REAL["start"] | dict(start)}
    some = {"subject": "photograph", "preset": "fast", "shared_start": None, "points": {"lmbda": [0.001]}}
    return given | {"experiments": REAL["experiments"] | {"some": some | experiment}}


def read(**given):
    return parse(Overfitted, group(**given), "overfitted").entry("some")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"preset": "quick"}, "experiments.some.preset: unknown preset `quick`; known: fast, medium, slow"),
        ({"presets": {"fast": {"steps": 150}}}, "presets.fast: `evaluate_every` must divide `steps` (150)"),
        ({"training": {"steps": 250}}, "some.training: `evaluate_every` must divide `steps` (250)"),
        ({"training": {"step": 100}}, "some.training.step: unknown key; known keys: evaluate_every, "),
        ({"settings": {"levels": [0, 8]}}, "some.settings.levels.1: input should be less than or equal to 7"),
        ({"settings": {"levels": [1, 0]}}, "in ascending order, are possible"),
        ({"settings": {"levels": [1, 1]}}, "some.settings.levels: name each value once"),
        ({"networks": {"contexts": 41}}, "networks: contexts 41; 1 to 40 are possible"),
        ({"settings": {"width": 65}}, "some.settings: width 65; 1 to 64 are possible"),
        ({"start": {"tile": 16}}, "start.tile: input should be greater than or equal to 32 (got 16)"),
        ({"points": {"lmbda": [0]}}, "points.lmbda.0: input should be greater than or equal to 0.00001 (got 0)"),
        ({"points": {"lmbda": []}}, "some.points: name at least one value of `lmbda`"),
        ({"points": {"quality": [1]}}, "some.points.quality: unknown key; known keys: lmbda"),
        ({"shared_start": "The best"}, "a name has 1 to 64 characters"),
        ({"subject": "plane", "sweep": {"width": [8]}}, "in the plane an entry is one curve: over `points`"),
        ({"sweep": {"depth": [8]}}, "some.sweep.depth: unknown setting; known: context_layers, contexts, "),
        ({"sweep": {"steps": [150]}}, "some.sweep.steps: `evaluate_every` must divide `steps` (150)"),
    ],
)
def test_a_mistake_is_one_line(given, words):
    text = refusal(lambda: read(**given))
    assert words in text
    assert text.startswith("params.yaml: overfitted.")


def test_an_entry_is_a_preset_with_its_own_settings_laid_over():
    entry = read(preset="medium", settings={"width": 8}, training={"steps": 400})
    (run,) = entry.runs
    assert (run.fit.steps, run.fit.refine, run.networks.width) == (400, True, 8)
    assert run.point(0.001) == {"lmbda": 0.001}
    assert run.networks.architecture(1) == Architecture(channels=1, width=8)


def test_a_sweep_changes_networks_and_fits():
    runs = read(sweep={"contexts": [6], "kind": {"short": {"training": {"steps": 100}}}}).runs
    assert [(run.networks.contexts, run.fit.steps) for run in runs] == [(14, 800), (6, 800), (14, 100)]
    assert runs[1].point(0.002) == {"factor": "contexts", "value": "6", "lmbda": 0.002}


@pytest.mark.parametrize(("given", "name"), [(None, None), ("trained", None), ("some_start", "some_start")])
def test_a_start_is_the_stage_s_or_one_of_the_zoo(given, name):
    assert read(shared_start=given).experiment.zoo_start == name


def test_presets_cost_more_and_more():
    presets = parse(Overfitted, REAL, "overfitted").presets
    assert list(presets) == ["fast", "medium", "slow"]
    steps = [preset.steps for preset in presets.values()]
    assert steps == sorted(set(steps))


def test_the_settings_that_only_the_first_preset_shows_are_the_defaults():
    """So that the comment on the others is true."""
    shown = parse(Overfitted, REAL, "overfitted").presets["fast"]
    assert shown == type(shown)(steps=shown.steps)
