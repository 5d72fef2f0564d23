"""What an experiment varies: values laid over it, each a change of one setting, or a name for several changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from recon.core.errors import UserError
from recon.settings.core import EntryName, Section, parse
from recon.settings.sweeps import Values, text_of

BASE = "base"  # an entry as it stands


class Change(Section):
    """What a named value lays over an experiment; a family says which keys there are."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(f"unknown key `{name}`; known keys: {', '.join(sorted(cls.model_fields))}")
        return given


def axis_of(change: Any) -> Any:
    """Return the type of an axis: a list of values of one setting, or names with the `change` that each makes."""
    names = Annotated[dict[EntryName, change], Field(min_length=1), Tag("names")]
    return Annotated[
        Annotated[Values, Tag("values")] | names,
        Discriminator(lambda axis: "names" if isinstance(axis, dict) else "values"),
    ]


Changes = dict[str, Any]
Sweep = Annotated[dict[EntryName, axis_of(Changes)], Field(max_length=1)]  # one axis, or none


@dataclass(frozen=True)
class Value:
    """A value on an axis: what the variant calls it, and what it changes."""

    factor: str
    name: str
    change: Any


def values(axes: Mapping[str, list[Any] | dict[str, Change]]) -> Iterator[Value]:
    """Yield the values of all axes, one axis after the other."""
    for factor, axis in axes.items():
        if isinstance(axis, dict):
            yield from (Value(factor, name, change) for name, change in axis.items())
        else:
            yield from (Value(factor, text_of(value), value) for value in axis)


def changes(value: Value, known: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return what a value changes, by part of the experiment: a dictionary to be laid over it, or a new value.

    `known` has the settings of each part by name; a part without any is itself a setting. UserError, naming the
    entry's `key`, where the factor is none of them.
    """
    if isinstance(value.change, Change):
        return value.change.model_dump(exclude_unset=True)
    for part, names in known.items():
        if value.factor == part and not names:
            return {part: value.change}
        if value.factor in names:
            return {part: {value.factor: value.change}}
    listed = ", ".join(sorted(set().union(*(names or {part} for part, names in known.items()))))
    raise UserError(
        f"params.yaml: {key}: unknown factor `{value.factor}`; known: {listed}; or give each of its values a "
        "name, and what it changes"
    )


def variant(*named: Value | None, swept: bool) -> str:
    """Return what the values make of an entry's name: `base=base` first where a sweep has it as it stands."""
    texts = [f"{value.factor}={value.name}" for value in named if value]
    if swept and named[0] is None:
        texts = [f"{BASE}={BASE}", *texts]
    return ",".join(texts)


@dataclass(frozen=True)
class Run:
    """A fit of an experiment: what it is called ("" where it is the only one), and where on the axes it lies.

    `factor` and `value` say what is changed, BASE where nothing is; `across` is the value on that axis.
    """

    variant: str
    factor: str
    value: str
    across: str | None


def runs(across: Mapping[str, Any], sweep: Mapping[str, Any]) -> list[tuple[Run, list[Value]]]:
    """Return a run for each value across, as the experiment stands and with each change of its sweep.

    With each come the values that are laid over the experiment, in this order.
    """
    rows, columns = [None, *values(sweep)], list(values(across)) or [None]
    return [
        (
            Run(
                variant=variant(change, column, swept=bool(sweep)),
                factor=change.factor if change else BASE,
                value=change.name if change else BASE,
                across=column.name if column else None,
            ),
            [value for value in (change, column) if value],
        )
        for change in rows
        for column in columns
    ]


@dataclass(frozen=True)
class Point:
    """A point of a sweep of one axis: what a variant calls it (empty without one), and all settings there."""

    variant: str
    settings: Any


def points(sweep: Mapping[str, Any], *, base: Changes, model: type[Section], key: str) -> list[Point]:
    """Return the points of `sweep`, with what each changes laid over `base` and read as `model`.

    `key` is that of the entry in params.yaml. UserError names a wrong key or value.
    """
    found = []
    for value in values(sweep):
        where = f"{key}.sweep.{value.factor}"
        if isinstance(value.change, dict):
            where, changed = f"{where}.{value.name}", value.change
        elif value.factor in model.model_fields:
            changed = {value.factor: value.change}
        else:
            raise UserError(
                f"params.yaml: {key}.sweep: unknown setting `{value.factor}`; known: "
                f"{', '.join(sorted(model.model_fields))}; or give each of its values a name, and what it changes"
            )
        found.append(Point(variant(value, swept=False), parse(model, base | changed, where)))
    return found or [Point("", parse(model, base, key))]
