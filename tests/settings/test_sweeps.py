"""What an experiment varies: factors one at a time, one axis across, and the points of a curve."""

import pytest
from pydantic import Field

from recon.settings import sweeps
from recon.settings.core import Section, parse
from refusals import refusal


class ToyChange(sweeps.Change):
    settings: dict = Field(default_factory=dict)
    start: str | None = None


class ToyPoints(sweeps.Points):
    quality: list[int] | None = None
    q_step: list[float] | None = None


class Toy(Section):
    sweep: sweeps.axes_type(ToyChange) = Field(default_factory=dict)
    across: sweeps.axes_type(ToyChange, most=1) = Field(default_factory=dict)
    points: ToyPoints | None = None


SETTINGS = {"settings": ("width", "depth"), "training": ("rate",), "start": ()}
PARTS = {"settings": {"width": 1, "depth": 2}, "training": {"rate": 0.1}, "start": "random"}


def values(sweep):
    return list(sweeps.axis_values(parse(Toy, {"sweep": sweep}, "group").sweep))


def changed(sweep):
    """Return what each value of a sweep makes of PARTS, those parts alone that are changed."""
    laid = [sweeps.laid_over(PARTS, value, settings=SETTINGS, key="group.one") for value in values(sweep)]
    return [{part: value for part, value in parts.items() if value != PARTS[part]} for parts in laid]


def runs(**axes):
    toy = parse(Toy, axes, "group")
    return [(sweeps.Run(**place), laid) for place, laid in sweeps.runs(toy.across, toy.sweep)]


def test_values_come_axis_by_axis_in_the_order_they_are_written():
    found = values({"width": [8, 4], "net": {"some": {"start": "here"}}, "rate": [0.5]})
    assert [(value.factor, value.name) for value in found] == [
        ("width", "8"), ("width", "4"), ("net", "some"), ("rate", "0.5")
    ]  # fmt: skip


def test_a_value_changes_the_part_that_has_a_setting_of_its_factor():
    assert changed({"width": [8], "rate": [0.5]}) == [
        {"settings": {"width": 8, "depth": 2}},
        {"training": {"rate": 0.5}},
    ]


def test_a_part_without_settings_is_itself_one():
    assert changed({"start": ["here"]}) == [{"start": "here"}]


def test_a_named_value_changes_only_what_it_names():
    assert changed({"net": {"some": {"settings": {"width": 8}}}}) == [{"settings": {"width": 8, "depth": 2}}]
    assert changed({"net": {"none": {}}}) == [{}]


def test_an_unknown_factor_lists_those_there_are():
    (value,) = values({"size": [3]})
    line = refusal(lambda: sweeps.laid_over(PARTS, value, settings=SETTINGS, key="group.one"))
    assert line == (
        "params.yaml: group.one: unknown factor `size`; known: depth, rate, start, width; or give each of its "
        "values a name, and what it changes"
    )


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ({"width": [4, 4]}, "width.values: name each value once"),
        ({"width": [4, "4"]}, "width.values: name each value once"),
        ({"width": []}, "width.values: list should have at least 1 item"),
        ({"net": {}}, "net.names: dictionary should have at least 1 item"),
        ({"net": {"a.b": {}}}, "net.names.a.b: string should match pattern"),
        ({"net": {"a": {"widht": 1}}}, "net.names.a: unknown key `widht`; known keys: settings, start"),
        ({"width": 3}, "width.values: input should be a valid list"),
    ],
)
def test_an_axis_that_cannot_be_is_one_line(sweep, words):
    assert words in refusal(parse, Toy, {"sweep": sweep}, "group")


def test_across_is_one_axis():
    line = refusal(parse, Toy, {"across": {"width": [1], "depth": [2]}}, "group")
    assert "group.across: dictionary should have at most 1 item" in line


def test_an_experiment_that_varies_nothing_is_one_run_without_settings():
    ((run, laid),) = runs()
    assert (run.settings, run.folder, run.is_base, laid) == ({}, "", True, [])


def test_a_sweep_runs_the_experiment_as_it_stands_and_each_change():
    assert [run.settings for run, _ in runs(sweep={"width": [8], "rate": [0.5]})] == [
        {"factor": "base", "value": "base"},
        {"factor": "width", "value": "8"},
        {"factor": "rate", "value": "0.5"},
    ]
    assert [run.is_base for run, _ in runs(sweep={"width": [8]})] == [True, False]


def test_each_change_is_repeated_at_every_value_across():
    names = [run.folder for run, _ in runs(sweep={"width": [8]}, across={"scale": [1, 2]})]
    assert names == ["base=base,scale=1", "base=base,scale=2", "width=8,scale=1", "width=8,scale=2"]


def test_the_change_is_laid_over_the_experiment_before_the_value_across():
    _, laid = runs(sweep={"width": [8]}, across={"rate": [0.5]})[-1]
    assert [value.factor for value in laid] == ["width", "rate"]


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
