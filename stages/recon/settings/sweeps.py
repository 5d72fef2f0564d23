"""What an experiment varies, in three words that mean the same in every family.

    sweep    factors, changed one at a time: the experiment as it stands, then with each value of each factor
    across   one axis that all of this is repeated along
    points   one setting and its values: the points of a curve, all from one trained network, or from one codec

An axis of `sweep` or `across` is a list of values of one setting, `scale: [1, 5, 10]`, or gives each value a name
and says what it changes, `optimizer: {sgd: {training: {optimizer: sgd}}}`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from recon.core.errors import UserError
from recon.core.reconstruction import setting_text, variant_name
from recon.settings.core import EntryName, Section, unique

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


def axes_type(change: Any, *, most: int | None = None) -> Any:
    """Return the type of a family's `sweep`, or with `most=1` of its `across`: axes by the name of what they vary.

    `change` is the family's subclass of `Change`.
    """
    names = Annotated[dict[EntryName, change], Field(min_length=1), Tag("names")]
    axis = Annotated[
        Annotated[Values, Tag("values")] | names,
        Discriminator(lambda given: "names" if isinstance(given, dict) else "values"),
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
    """A value on an axis: the factor it belongs to, its name, and what it changes."""

    factor: str
    name: str
    change: Any


def axis_values(axes: Mapping[str, list[Any] | dict[str, Change]]) -> Iterator[AxisValue]:
    """Yield the values of all axes, one axis after the other."""
    for factor, axis in axes.items():
        if isinstance(axis, dict):
            yield from (AxisValue(factor, name, change) for name, change in axis.items())
        else:
            yield from (AxisValue(factor, setting_text(value), value) for value in axis)


@dataclass(frozen=True)
class Run:
    """One fit of an experiment, and where on its axes it lies; families add what is fitted, and how.

    factor, value   what `sweep` changes and to what, BASE and BASE where nothing; None without a `sweep`
    axis, across    the axis of `across`, and the value on it; None without one
    """

    factor: str | None
    value: str | None
    axis: str | None
    across: str | None

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


def runs(
    across: Mapping[str, Any], sweep: Mapping[str, Any]
) -> list[tuple[dict[str, str | None], list[AxisValue]]]:
    """Return a run for each value across, as the experiment stands and with each change of its sweep.

    Each is the fields of a `Run`, and the values that are laid over the experiment, in this order.
    """
    return [
        (_place(change, column, swept=bool(sweep)), [value for value in (change, column) if value])
        for change in (None, *axis_values(sweep))
        for column in list(axis_values(across)) or [None]
    ]


def _place(change: AxisValue | None, column: AxisValue | None, *, swept: bool) -> dict[str, str | None]:
    base = BASE if swept else None
    return {
        "factor": change.factor if change else base,
        "value": change.name if change else base,
        "axis": column.factor if column else None,
        "across": column.name if column else None,
    }


def laid_over(
    parts: Mapping[str, Any], value: AxisValue, *, settings: Mapping[str, Any], key: str
) -> dict[str, Any]:
    """Return the `parts` of an experiment with what `value` changes.

    Args:
        parts: by name: a mapping of settings, over which a change is laid, or a single value, which is replaced.
        value: what is changed.
        settings: part -> the names of its settings; a part without any is itself a setting.
        key: that of the entry in params.yaml.

    Raises:
        UserError: no part has a setting of the factor's name.
    """
    changed = dict(parts)
    for part, change in _changes(value, settings, key).items():
        changed[part] = changed[part] | change if isinstance(change, dict) else change
    return changed


def _changes(value: AxisValue, settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    if isinstance(value.change, Change):
        return value.change.model_dump(exclude_unset=True)
    for part, names in settings.items():
        if value.factor == part and not names:
            return {part: value.change}
        if value.factor in names:
            return {part: {value.factor: value.change}}
    listed = ", ".join(sorted(set().union(*(names or {part} for part, names in settings.items()))))
    raise UserError(
        f"params.yaml: {key}: unknown factor `{value.factor}`; known: {listed}; or give each of its values a "
        "name, and what it changes"
    )
