"""What an experiment varies: factors one at a time, one axis across, and the points of a curve."""

import pytest
from pydantic import Field, model_validator

from recon.core.errors import UserError
from recon.settings import sweeps
from recon.settings.core import Section, parse
from refusals import refusal


class ToyChange(sweeps.Change):
    settings: dict = Field(default_factory=dict)
    training: dict = Field(default_factory=dict)
    start: str | None = None


class ToyPoints(sweeps.Points):
    quality: list[int] | None = None
    q_step: list[float] | None = None


class Toy(Section):
    sweep: sweeps.axes_type(ToyChange) = Field(default_factory=dict)
    across: sweeps.axes_type(ToyChange, most=1) = Field(default_factory=dict)
    points: ToyPoints | None = None


class Network(Section):
    width: int = Field(default=1, ge=1)
    depth: int = 2


class Rate(Section):
    rate: float = Field(default=0.1, gt=0)
    steps: int = 5

    @model_validator(mode="after")
    def _few_large_steps(self):
        if self.rate * self.steps > 10:
            raise ValueError("too far")
        return self


class Own(Section):
    start: str = "random"


TYPES = {"settings": Network, "training": Rate, "": Own}
KEY = "group.one"


def made(parts=None, **axes):
    """Return the runs of an entry with these axes, each with its parsed parts."""
    return sweeps.make_runs(
        parse(Toy, axes, "group"),
        KEY,
        parts={part: {} for part in TYPES} | (parts or {}),
        types=lambda _: TYPES,
        make=lambda place, parts: (sweeps.Run(**place), parts),
    )


def runs(**axes):
    return [run for run, _ in made(**axes)]


def changed(**axes):
    """Return what each run changes of the experiment, by the part that the settings belong to."""
    base = {part: section() for part, section in TYPES.items()}
    return [
        {
            f"{part}.{name}": value
            for part in TYPES
            for name, value in parts[part]
            if value != getattr(base[part], name)
        }
        for _, parts in made(**axes)
    ]


def test_values_come_axis_by_axis_in_the_order_they_are_written():
    toy = parse(Toy, {"sweep": {"width": [8, 4], "net": {"some": {"start": "here"}}, "rate": [0.5]}}, "group")
    assert [(value.factor, value.name, value.key) for value in sweeps.axis_values(toy, "sweep")] == [
        ("width", "8", "sweep.width"),
        ("width", "4", "sweep.width"),
        ("net", "some", "sweep.net.some"),
        ("rate", "0.5", "sweep.rate"),
    ]


def test_a_value_changes_the_part_that_has_a_setting_of_its_factor():
    sweep = {"width": [8], "rate": [0.5], "start": ["here"]}
    assert changed(sweep=sweep) == [{}, {"settings.width": 8}, {"training.rate": 0.5}, {".start": "here"}]


def test_a_named_value_changes_only_what_it_names():
    net = {"wide": {"settings": {"width": 8}, "start": "here"}, "none": {}}
    assert changed(sweep={"net": net}) == [{}, {"settings.width": 8, ".start": "here"}, {}]


def test_an_unknown_factor_lists_those_there_are():
    assert refusal(lambda: made(sweep={"height": [3]})) == (
        "params.yaml: group.one.sweep.height: unknown setting; known: depth, rate, start, steps, width; "
        "or give each of its values a name, and what it changes"
    )


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"sweep": {"width": [8, 0]}}, "sweep.width: input should be greater than or equal to 1 (got 0)"),
        ({"across": {"width": ["big"]}}, "across.width: input should be a valid integer"),
        ({"sweep": {"start": [3]}}, "sweep.start: input should be a valid string (got 3)"),
        (
            {"sweep": {"net": {"a": {"settings": {"width": 0}}}}},
            "sweep.net.a.settings.width: input should be greater",
        ),
        (
            {"sweep": {"net": {"a": {"settings": {"widht": 3}}}}},
            "sweep.net.a.settings.widht: unknown key; known keys:",
        ),
        ({"sweep": {"rate": [100]}}, "sweep.rate: too far"),
        ({"sweep": {"net": {"fast": {"training": {"rate": 100}}}}}, "sweep.net.fast.training: too far"),
        ({"sweep": {"width": [8]}, "across": {"rate": [-1]}}, "across.rate: input should be greater than 0"),
        ({"parts": {"settings": {"width": 0}}, "sweep": {"rate": [1]}}, "settings.width: input should be greater"),
        ({"parts": {"training": {"rate": 0}}, "across": {"steps": [1]}}, "training.rate: input should be greater"),
        ({"parts": {"settings": {"width": 0}}, "across": {"start": ["a"]}}, "settings.width: input should be gr"),
    ],
)
def test_a_bad_value_is_named_where_it_stands(axes, words):
    assert refusal(lambda: made(**axes)).startswith(f"params.yaml: {KEY}.{words}")


@pytest.mark.parametrize(
    ("text", "located"),
    [
        ("settings.width: counts start at 1", "sweep.width: counts start at 1"),
        ("training.warmup_steps: too many", "sweep.width: training.warmup_steps: too many"),
        ("settings.width.0: a list", "sweep.width.0: a list"),
    ],
)
def test_a_later_check_names_the_change_too(text, located):
    _, run = runs(sweep={"width": [8]})
    with pytest.raises(UserError, match=f"^params.yaml: {KEY}.{located}$"), sweeps.locate_errors(run, KEY):
        raise UserError(f"params.yaml: {KEY}.{text}")


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ({"width": [4, 4]}, "sweep.width: name each value once"),
        ({"width": [4, "4"]}, "sweep.width: name each value once"),
        ({"width": []}, "sweep.width: list should have at least 1 item"),
        ({"net": {}}, "sweep.net: dictionary should have at least 1 item"),
        ({"net": {"a.b": {}}}, "sweep.net.a.b: a name has 1 to 64 characters"),
        ({"net": {"a": {"widht": 1}}}, "sweep.net.a: unknown key `widht`; known keys: settings, start, training"),
        ({"width": 3}, "sweep.width: input should be a valid list"),
    ],
)
def test_an_axis_that_cannot_be_is_one_line(sweep, words):
    assert words in refusal(parse, Toy, {"sweep": sweep}, "group")


def test_across_is_one_axis():
    line = refusal(parse, Toy, {"across": {"width": [1], "depth": [2]}}, "group")
    assert "group.across: dictionary should have at most 1 item" in line


def test_an_experiment_that_varies_nothing_is_one_run_without_settings():
    (run,) = runs()
    assert (run.settings, run.folder, run.is_base) == ({}, "", True)


def test_a_sweep_runs_the_experiment_as_it_stands_and_each_change():
    assert [run.settings for run in runs(sweep={"width": [8], "rate": [0.5]})] == [
        {"factor": "base", "value": "base"},
        {"factor": "width", "value": "8"},
        {"factor": "rate", "value": "0.5"},
    ]
    assert [run.is_base for run in runs(sweep={"width": [8]})] == [True, False]


def test_each_change_is_repeated_at_every_value_across():
    names = [run.folder for run in runs(sweep={"width": [8]}, across={"rate": [1, 2]})]
    assert names == ["base=base,rate=1", "base=base,rate=2", "width=8,rate=1", "width=8,rate=2"]


def test_the_change_is_laid_over_the_experiment_before_the_value_across():
    sweep = {"net": {"some": {"settings": {"width": 8, "depth": 9}}}}
    assert changed(sweep=sweep, across={"width": [3]})[-1] == {"settings.width": 3, "settings.depth": 9}


def test_points_are_the_values_of_one_setting():
    points = parse(Toy, {"points": {"quality": [10, 20]}}, "group").points
    assert (points.setting, points.values) == ("quality", [10, 20])
    assert list(points.each()) == [{"quality": 10}, {"quality": 20}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "group.points: name exactly one of quality, q_step"),
        ({"quality": [1], "q_step": [1]}, "group.points: name exactly one of quality, q_step"),
        ({"quality": [1, 1]}, "group.points: name each value once"),
        ({"quality": []}, "group.points: name at least one value of `quality`"),
        ({"bits": [1]}, "group.points.bits: unknown key; known keys: q_step, quality"),
    ],
)
def test_points_that_cannot_be_are_one_line(given, words):
    assert words in refusal(parse, Toy, {"points": given}, "group")
