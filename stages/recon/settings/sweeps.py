"""What an experiment varies, in three words that mean the same in every family.

    sweep    factors, changed one at a time: the experiment as it stands, then with each value of each factor
    across   one axis that all of this is repeated along
    points   one setting and its values: the points of a curve, all from one trained network, or from one codec

An axis of `sweep` or `across` is a list of values of one setting, `scale: [1, 5, 10]`, or gives each value a name
and says what it changes, `optimizer: {sgd: {training: {optimizer: sgd}}}`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, Discriminator, Field, Tag, create_model, model_validator

from recon.core.errors import UserError
from recon.core.reconstruction import setting_text, variant_name
from recon.settings.core import EntryName, Section, parse, unique

BASE = "base"  # the factor, and its value, of an experiment as it stands


def _named_apart(values: list[Any]) -> list[Any]:
    unique([setting_text(value) for value in values])
    return values


Values = Annotated[list[Any], Field(min_length=1), AfterValidator(_named_apart)]


class Change(Section):
    """What a named value changes in an experiment; a family's subclass says which keys there are."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(f"unknown key `{name}`; known keys: {', '.join(sorted(cls.model_fields))}")
        return given


def change_type(section: type[Section]) -> type[Change]:
    """Return the type of a change whose keys are the settings of `section`; their values are checked in it."""
    fields = dict.fromkeys(section.model_fields, (Any, None))
    return create_model(f"{section.__name__}Change", __base__=Change, __module__=section.__module__, **fields)


def axes_type(change: Any, *, most: int | None = None) -> Any:
    """Return the type of a family's `sweep`, or with `most=1` of its `across`: axes by the name of what they vary.

    `change` is the family's subclass of `Change`.
    """
    names = Annotated[dict[EntryName, change], Field(min_length=1), Tag("[names]")]
    axis = Annotated[
        Annotated[Values, Tag("[values]")] | names,
        Discriminator(lambda given: "[names]" if isinstance(given, dict) else "[values]"),
    ]
    return Annotated[dict[EntryName, axis], Field(max_length=most)]


class Points(Section):
    """The points of a curve: one setting and its values. A family's subclass has a field for each it may be."""

    @model_validator(mode="after")
    def _one_setting(self) -> Self:
        given = self.model_dump(exclude_none=True)
        if len(given) != 1:
            raise ValueError(f"name exactly one of {', '.join(type(self).model_fields)}")
        ((setting, values),) = given.items()
        if not values:
            raise ValueError(f"name at least one value of `{setting}`")
        _named_apart(values)
        return self

    @property
    def setting(self) -> str:
        """The name of the setting."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def values(self) -> list[Any]:
        """Its values, in the order given."""
        return getattr(self, self.setting)

    def each(self) -> Iterator[dict[str, Any]]:
        """Yield `{setting: value}` for each value."""
        yield from ({self.setting: value} for value in self.values)


@dataclass(frozen=True)
class AxisValue:
    """A value on an axis: the factor it belongs to, its name, what it changes, and its key below the entry's."""

    factor: str
    name: str
    change: Any
    key: str

    @property
    def changes(self) -> dict[str, Any]:
        """What it changes, by the names of settings or of parts of the experiment."""
        is_named = isinstance(self.change, Change)
        return self.change.model_dump(exclude_unset=True) if is_named else {self.factor: self.change}


def axis_values(experiment: Section, word: str) -> Iterator[AxisValue]:
    """Yield the values of all axes of an experiment's `word`, `sweep` or `across`, one axis after the other."""
    for factor, axis in getattr(experiment, word, {}).items():
        key = f"{word}.{factor}"
        if isinstance(axis, dict):
            yield from (AxisValue(factor, name, change, f"{key}.{name}") for name, change in axis.items())
        else:
            yield from (AxisValue(factor, setting_text(value), value, key) for value in axis)


@dataclass(frozen=True)
class Run:
    """One fit of an experiment, and where on its axes it lies; families add what is fitted, and how.

    factor, value   what `sweep` changes and to what, BASE and BASE where nothing; None without a `sweep`
    axis, across    the axis of `across`, and the value on it; None without one
    places          where params.yaml has the settings that axes change: key -> key, both below the entry's
    """

    factor: str | None
    value: str | None
    axis: str | None
    across: str | None
    places: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @property
    def settings(self) -> dict[str, str]:
        """The columns that tell the run from the others of its entry; none where it is the only one."""
        named = ("factor", "value", "axis", "across")
        return {name: value for name in named if (value := getattr(self, name)) is not None}

    @property
    def is_base(self) -> bool:
        """Whether the experiment stands as it is: nothing of a `sweep` is changed."""
        return self.factor in (None, BASE)

    @property
    def folder(self) -> str:
        """The name of the folder of its weights, below the entry's; "" where it is the only run."""
        return variant_name(self.settings)


Parts = Mapping[str, Mapping[str, Any]]
Types = Mapping[str, type[Section]]
AnyRun = TypeVar("AnyRun", bound=Run)


def make_runs(
    experiment: Section,
    key: str,
    *,
    parts: Parts,
    types: Callable[[Parts], Types],
    make: Callable[[dict[str, Any], dict[str, Any]], AnyRun],
) -> list[AnyRun]:
    """Return an entry's runs: as it stands, then with each change of its sweep; at each value of `across`.

    Args:
        experiment: the entry, with the axes `sweep` and `across`, or without.
        key: its key in params.yaml.
        parts: the settings that axes may change, by the part of the experiment that they belong to; "" has those
            of the experiment itself.
        types: from the parts, once they are changed, to the section that each is parsed as.
        make: from the fields of a `Run` and the parsed parts to the family's own run.

    Raises:
        UserError: a setting is unknown or cannot be; named where it stands, on an axis too.
    """
    sweep, across = (list(axis_values(experiment, word)) for word in ("sweep", "across"))
    made = []
    for change, column in product([None, *sweep], across or [None]):
        base = BASE if sweep else None
        place = {
            "factor": change.factor if change else base,
            "value": change.name if change else base,
            "axis": column.factor if column else None,
            "across": column.name if column else None,
            "places": {"": change.key} if change else {},
        }
        changed = parts
        with locate_errors(Run(**place), key):
            for value in filter(None, (change, column)):
                changed, places = lay_over(changed, value, types(changed), key)
                place["places"].update(places)
            sections = types(changed)
            parsed = {part: parse(sections[part], changed[part], f"{key}.{part}".rstrip(".")) for part in parts}
            made.append(make(place, parsed))
    return made


def lay_over(parts: Parts, value: AxisValue, types: Types, key: str) -> tuple[Parts, dict[str, str]]:
    """Return the `parts` of the entry at `key` with what `value` changes, and where params.yaml has that.

    Raises:
        UserError: no part has a setting of this name.
    """
    changed, places = dict(parts), {}
    is_named = isinstance(value.change, Change)
    for name, change in value.changes.items():
        place = f"{value.key}.{name}" if is_named else value.key
        if is_named and name in types:
            part, settings = name, change
            places |= {part: place} | {f"{part}.{setting}": f"{place}.{setting}" for setting in settings}
        else:
            part, settings = _find_part(name, value, types, key), {name: change}
            places |= {f"{part}.{name}".lstrip("."): place} | ({part: value.key} if part else {})
        changed[part] = {**changed[part], **settings}
    return changed, places


def _find_part(name: str, value: AxisValue, types: Types, key: str) -> str:
    for part, section in types.items():
        if name in section.model_fields:
            return part
    listed = ", ".join(sorted(set().union(*(section.model_fields for section in types.values()))))
    raise UserError(
        f"params.yaml: {key}.{value.key}: unknown setting; known: {listed}; or give each of its values "
        "a name, and what it changes"
    )


@contextmanager
def locate_errors(run: Run, key: str) -> Iterator[None]:
    """Let errors about the entry at `key` name a setting where params.yaml has it, which may be on an axis.

    Where only a change of the sweep brings an error about, it names this change.
    """
    try:
        yield
    except UserError as error:
        text = located = str(error)
        for name, place in run.places.items():
            end = "[:.]" if "." in name else ":"
            located = re.sub(rf"(?<={re.escape(key)}\.){re.escape(name)}(?={end})", place, located)
        change = run.places.get("")
        if change and located == text and f"{key}.{change}" not in text:
            before, _, after = text.partition(key)
            located = f"{before}{key}.{change}: {after.lstrip('.: ')}"
        raise UserError(located) from None
