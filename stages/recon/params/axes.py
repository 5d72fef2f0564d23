"""One axis of a question: the values of one setting, or names with all that each of them changes."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from recon.errors import UserError
from recon.params.core import EntryName, Section, parse
from recon.params.sweeps import Values, text_of

Changes = dict[str, Any]
Axis = Annotated[
    Annotated[Values, Tag("values")] | Annotated[dict[EntryName, Changes], Field(min_length=1), Tag("names")],
    Discriminator(lambda axis: "names" if isinstance(axis, dict) else "values"),
]
Sweep = Annotated[dict[EntryName, Axis], Field(max_length=1)]


@dataclass(frozen=True)
class Point:
    """A point of the axis: what a variant calls it (empty without an axis), and all settings there."""

    variant: str
    settings: Any


def points(sweep: dict[str, Any], *, base: Changes, model: type[Section], key: str) -> list[Point]:
    """Return the points of `sweep`, an axis or none, with what each changes laid over `base` and read as `model`.

    `key` is that of the entry in params.yaml. UserError names a wrong key or value.
    """
    if not sweep:
        return [Point("", parse(model, base, key))]
    ((name, axis),) = sweep.items()
    if isinstance(axis, dict):
        return [
            Point(f"{name}={value}", parse(model, base | changes, f"{key}.sweep.{name}.{value}"))
            for value, changes in axis.items()
        ]
    if name not in model.model_fields:
        raise UserError(
            f"params.yaml: {key}.sweep: unknown setting `{name}`; known: {', '.join(sorted(model.model_fields))}; "
            "or give each of its values a name, and what it changes"
        )
    return [
        Point(f"{name}={text_of(value)}", parse(model, base | {name: value}, f"{key}.sweep.{name}"))
        for value in axis
    ]
