"""The group `fractal`: a mistake is one line that names what is right."""

from pathlib import Path

import pytest

from recon.check.schema import check
from recon.core.errors import UserError
from recon.families.fractal.params import Fractal
from recon.settings.core import PATH, parse, read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[3]
REAL = read_params(ROOT / PATH)


def group(coding=(), **experiment):
    """Return the group with changed coding, and an entry `some` with these settings."""
    given = REAL["fractal"] | {"coding": REAL["fractal"]["coding"] | dict(coding)}
    given["experiments"] = given["experiments"] | {"some": {"subject": "fractal"} | experiment}
    return given


def read(**given):
    return parse(Fractal, group(**given), "fractal").entry("some")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"coding": {"max_contrast": 1}}, "max_contrast"),
        ({"coding": {"max_contrast": 0.905}}, "in whole hundredths"),
        ({"coding": {"domain_step": 3}}, "multiple of 2"),
        ({"coding": {"largest": 12}}, "largest: input should be 2, 4, 8, 16 or 32"),
        ({"coding": {"smallest": 32}}, "`smallest` is more than `largest`"),
        ({"across": {"tolerance": [3], "largest": [8]}}, "at most 1 item"),
        ({"across": {"largest": [2]}}, "across.largest: `smallest` is more than `largest`"),
        ({"across": {"sides": [2]}}, "across.sides: unknown setting; known: brightness_step, chroma_tolerance"),
        ({"across": {"largest": [8]}, "points": {"tolerance": [3]}}, "give either `points` or `across`"),
        ({"points": {"tolerance": [3, 300]}}, "less than or equal to 255"),
        ({"points": {"largest": [8]}}, "points.largest: unknown key; known keys: tolerance"),
    ],
)
def test_a_mistake_is_one_line(given, words):
    text = refusal(lambda: read(**given))
    assert words in text
    assert text.startswith("params.yaml: fractal.")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("experiments", "words"),
    [
        ({"plane": {"subject": "plane"}}, "none has the subject `fractal`, which the figures need; keep one"),
        (
            {"blocks": {"subject": "fractal"}, "some": {"subject": "thumbnail", "coding": {"largest": 32}}},
            "fractal.experiments.some: an image of 16 x 16 pixels is smaller than a block of 32 x 32",
        ),
    ],
)
def test_what_no_entry_can_be_is_refused_by_the_check(monkeypatch, experiments, words):
    monkeypatch.chdir(ROOT)
    subjects = REAL["subjects"] | {"thumbnail": REAL["subjects"]["thumbnail"] | {"rows": 16, "columns": 16}}
    given = REAL | {"subjects": subjects, "fractal": REAL["fractal"] | {"experiments": experiments}}
    with pytest.raises(UserError) as caught:
        check(given)
    assert words in str(caught.value)


def test_the_points_of_a_curve_are_tolerances_of_one_coding():
    (run,) = read(points={"tolerance": [3, 9.5]}).runs
    assert run.points == [({"tolerance": 3.0}, 3.0), ({"tolerance": 9.5}, 9.5)]


def test_codings_across_an_axis_are_named_by_it():
    runs = read(across={"blocks": {"small": {"largest": 4}, "as_it_is": {}}}).runs
    assert [run.points for run in runs] == [
        [({"axis": "blocks", "across": "small"}, 8.0)], [({"axis": "blocks", "across": "as_it_is"}, 8.0)]
    ]  # fmt: skip
    assert [run.fit.largest for run in runs] == [4, 16]


def test_an_entry_without_an_axis_is_named_by_its_tolerance():
    (run,) = read().runs
    assert run.points == [({"tolerance": 8.0}, 8.0)]
