"""Values laid over an experiment, and what variants call them."""

import pytest
from pydantic import Field

from recon.settings import axes
from recon.settings.core import Section, parse
from refusals import refusal


class Change(axes.Change):
    settings: dict = Field(default_factory=dict)
    start: str | None = None


class Swept(Section):
    sweep: dict[str, axes.axis_of(Change)]


KNOWN = {"settings": ("width", "depth"), "training": ("rate",), "start": ()}


def values(sweep):
    return list(axes.values(parse(Swept, {"sweep": sweep}, "group").sweep))


def changes(sweep):
    return [axes.changes(value, KNOWN, "group.one") for value in values(sweep)]


def test_values_come_axis_by_axis_in_the_order_they_are_written():
    found = values({"width": [8, 4], "what": {"some": {"start": "here"}}, "rate": [0.5]})
    assert [(value.factor, value.name) for value in found] == [
        ("width", "8"), ("width", "4"), ("what", "some"), ("rate", "0.5")
    ]  # fmt: skip


def test_a_value_changes_the_part_that_knows_its_factor():
    assert changes({"width": [8], "rate": [0.5]}) == [{"settings": {"width": 8}}, {"training": {"rate": 0.5}}]


def test_a_part_without_settings_is_itself_one():
    assert changes({"start": ["here"]}) == [{"start": "here"}]


def test_a_named_value_changes_only_what_it_says():
    assert changes({"what": {"some": {"settings": {"width": 2}}}}) == [{"settings": {"width": 2}}]
    assert changes({"what": {"none": {}}}) == [{}]


def test_an_unknown_factor_lists_those_there_are():
    (value,) = values({"size": [3]})
    assert refusal(axes.changes, value, KNOWN, "group.one") == (
        "params.yaml: group.one: unknown factor `size`; known: depth, rate, start, width; or give each of its "
        "values a name, and what it changes"
    )


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        ({"width": [4, 4]}, "width.values: name each value once"),
        ({"width": [4, "4"]}, "width.values: name each value once"),
        ({"width": []}, "width.values: list should have at least 1 item"),
        ({"what": {}}, "what.names: dictionary should have at least 1 item"),
        ({"what": {"a.b": {}}}, "what.names.a.b: string should match pattern"),
        ({"what": {"a": {"widht": 1}}}, "what.names.a: unknown key `widht`; known keys: settings, start"),
        ({"width": 3}, "width.values: input should be a valid list"),
    ],
)
def test_an_axis_that_cannot_be_is_one_line(sweep, said):
    assert said in refusal(parse, Swept, {"sweep": sweep}, "group")


@pytest.mark.parametrize(
    ("named", "swept", "name"),
    [
        ([None], False, ""),
        ([None], True, "base=base"),
        ([None, ("scale", "2")], False, "scale=2"),
        ([None, ("scale", "2")], True, "base=base,scale=2"),
        ([("width", "8"), ("scale", "2")], True, "width=8,scale=2"),
        ([("width", "8"), None], True, "width=8"),
    ],
)
def test_a_variant_names_what_is_changed(named, swept, name):
    found = [value and axes.Value(*value, None) for value in named]
    assert axes.variant(*found, swept=swept) == name
