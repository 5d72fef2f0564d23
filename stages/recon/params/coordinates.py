"""The `coordinates` group of params.yaml."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from recon.errors import UserError
from recon.mappings import Kind
from recon.masks import Kind as MaskKind
from recon.params.core import EntryName, Section, lookup, parse, unique
from recon.params.data import Subject
from recon.params.networks import network_settings
from recon.params.sweeps import Values, text_of
from recon.params.training import Training

ROOM = "fields"
SHOWN = ("mask", "reduce")  # factors that decide what of the image a fit is shown
METHOD = "method"  # the factor under which interpolations stand beside the fits
BASE = "base"  # an entry as it stands
_TAKEN = (METHOD, BASE, "bits")
Method = Literal["nearest", "bilinear", "bicubic", "lanczos", "biharmonic"]
ANYWHERE = ("nearest", "biharmonic")  # work wherever the known pixels lie; the others need them on a lattice
Bits = Annotated[int, Field(ge=2, le=16)]


class InputMapping(Section):
    """What the network is told of a place; see `recon.mappings.frequencies`."""

    kind: Kind
    num_frequencies: int = Field(ge=1, le=4096)
    scale: float = Field(gt=0, le=1000)

    @model_validator(mode="after")
    def _two_axes(self) -> "InputMapping":
        if self.kind == "positional" and self.num_frequencies % 2:
            raise ValueError("`positional` frequencies lie along two axes: give an even num_frequencies")
        return self


class Mask(Section):
    """Which pixels are hidden; `hidden` is the share of the image, of random and block. See `recon.masks`."""

    kind: MaskKind
    hidden: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _share_where_it_counts(self) -> "Mask":
        if (self.kind in ("random", "block")) != (self.hidden is not None):
            raise ValueError("`hidden`, the share of the image, belongs to `random` and `block`, and only to them")
        return self


class PlaceTraining(Training):
    """Training on the places of one image.

    epochs           so many points has the curve of the loss
    steps_per_epoch  steps between them
    batch_size       places in a step; null: all that are known
    math             bfloat16: products of matrices in bfloat16 where the processor has it, sums in float32
    seed             of the weights and of the order of places; null: that of `runtime`
    """

    epochs: int = Field(ge=1)
    steps_per_epoch: int = Field(ge=1)
    batch_size: int | None = Field(ge=1)
    math: Literal["float32", "bfloat16"] = "float32"
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class Change(Section):
    """What a named value of a sweep lays over an experiment."""

    settings: dict[str, Any] = Field(default_factory=dict)
    mapping: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    mask: EntryName | None = None
    reduce: int = Field(default=1, ge=1, le=16)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(f"unknown key `{name}`; known keys: {', '.join(sorted(cls.model_fields))}")
        return given


class Shown(Section):
    """What of an image a fit is shown: its pixels but those of a mask, or all of it reduced by a factor."""

    mask: EntryName | None
    reduce: int = Field(ge=1, le=16)


# A list of values of one setting, or names with all that each of them changes.
Axis = Annotated[
    Annotated[Values, Tag("values")] | Annotated[dict[EntryName, Change], Field(min_length=1), Tag("names")],
    Discriminator(lambda axis: "names" if isinstance(axis, dict) else "values"),
]


class Experiment(Section):
    """One network on one set of photographs, or one question.

    mask       which pixels are hidden, by a name among `masks`; null: none
    reduce     the network is shown the image reduced by this factor, and gives it at its full size
    bits       of each weight in the payload, before entropy coding; a list is a curve
    across     one axis: the entry once for each of its values, with and without what `sweep` changes
    sweep      factors, changed one at a time
    baselines  what is put beside the network: interpolations of the same pixels
    """

    net: str
    subject: EntryName
    settings: dict[str, Any] = Field(default_factory=dict)
    mapping: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    mask: EntryName | None = None
    reduce: int = Field(default=1, ge=1, le=16)
    bits: Annotated[list[Bits], Field(min_length=1), AfterValidator(unique)] = Field(default_factory=lambda: [16])
    across: Annotated[dict[EntryName, Axis], Field(max_length=1)] = Field(default_factory=dict)
    sweep: dict[EntryName, Axis] = Field(default_factory=dict)
    baselines: Annotated[list[Method], AfterValidator(unique)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _axes_can_be_told_apart(self) -> "Experiment":
        for name in (*self.across, *self.sweep):
            if name in _TAKEN:
                raise ValueError(
                    f"`{name}` is no name for an axis; {', '.join(_TAKEN)} have a meaning of their own"
                )
        if both := self.across.keys() & self.sweep.keys():
            raise ValueError(f"`{min(both)}` is in `across` and in `sweep`; give it once")
        if self.baselines and self.sweep.keys() & set(SHOWN):
            raise ValueError("with `baselines`, a mask or `reduce` may vary in `across` only")
        return self

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> "Experiment":
        if self.subject == "plane" and (self.sweep or self.baselines or (self.across and len(self.bits) > 1)):
            raise ValueError("in the plane an entry is one curve: over `bits` or `across` one axis, nothing else")
        return self


class Coordinates(Section):
    """The group: photographs, masks, what experiments share, and the experiments by name."""

    subjects: dict[EntryName, Subject]
    masks: dict[EntryName, Mask]
    mapping: InputMapping
    training: PlaceTraining
    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


@dataclass(frozen=True)
class Run:
    """One fit of each photograph: what it is called ("" where it is the only one), and how it is made.

    `factor` and `value` say what is changed, BASE where nothing is; `across` is the value on that axis.
    """

    variant: str
    factor: str
    value: str
    across: str | None
    net: str
    settings: dict[str, Any]
    mapping: InputMapping
    training: PlaceTraining
    shown: Shown

    def variant_at(self, bits: int) -> str:
        """Return what its reconstructions at so many bits a weight are called, such as `scale=10,bits=8`."""
        return ",".join(filter(None, (self.variant, f"bits={bits}")))

    @property
    def described(self) -> str:
        """Return all that decides the fit, as text."""
        parts = [self.mapping.model_dump(), self.training.model_dump(), self.shown.model_dump()]
        return json.dumps([self.net, self.settings, *parts], sort_keys=True)


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"coordinates.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def mask_of(params: dict[str, Any], name: str) -> Mask:
    """Return the mask `name`; UserError names a wrong key, and the known masks."""
    key = f"coordinates.masks.{name}"
    return parse(Mask, lookup(params, key), key)


def runs_of(params: dict[str, Any], entry: str) -> list[Run]:
    """Return the fits that `entry` needs: for each value across, as it stands and with each change of its sweep.

    UserError names a wrong key or value.
    """
    experiment = experiment_of(params, entry)
    across = [change for axis in experiment.across.items() for change in _values(*axis)] or [None]
    sweep = [None, *(change for axis in experiment.sweep.items() for change in _values(*axis))]
    return [_run(params, entry, change, value) for change in sweep for value in across]


def baselines_of(params: dict[str, Any], entry: str) -> list[tuple[Method, Run]]:
    """Return each interpolation of `entry`, with a run that says what it is shown: one for each mask or reduction.

    Its name says both: `method=nearest,mask=block`.
    """
    experiment, runs = experiment_of(params, entry), runs_of(params, entry)
    found = []
    for method in experiment.baselines:
        by_shown = {json.dumps(run.shown.model_dump()): run for run in reversed(runs)}
        for run in reversed(by_shown.values()):
            varied = f"{next(iter(experiment.across))}={run.across}" if len(by_shown) > 1 else ""
            variant = ",".join(filter(None, (f"{METHOD}={method}", varied)))
            found.append((method, replace(run, variant=variant, across=run.across if varied else None)))
    return found


@dataclass(frozen=True)
class _Value:
    """A value on an axis: what the variant calls it, and what it changes."""

    factor: str
    name: str
    value: Any


def _values(factor: str, axis: list[Any] | dict[str, Change]) -> Iterator[_Value]:
    if isinstance(axis, dict):
        yield from (_Value(factor, name, change) for name, change in axis.items())
    else:
        yield from (_Value(factor, text_of(value), value) for value in axis)


def _run(params: dict[str, Any], entry: str, change: _Value | None, across: _Value | None) -> Run:
    key, experiment = f"coordinates.experiments.{entry}", experiment_of(params, entry)
    parts = {
        "settings": experiment.settings,
        "mapping": lookup(params, "coordinates.mapping") | experiment.mapping,
        "training": lookup(params, "coordinates.training") | experiment.training,
        "shown": {"mask": experiment.mask, "reduce": experiment.reduce},
    }
    known = {
        "settings": network_settings(experiment.net, {}, key, room=ROOM).keys(),
        "mapping": InputMapping.model_fields.keys(),
        "training": PlaceTraining.model_fields.keys(),
        "shown": SHOWN,
    }
    for value in filter(None, (change, across)):
        for part, changes in _changes(value, known, key).items():
            parts[part] = parts[part] | changes
    shown = parse(Shown, parts["shown"], key)
    if shown.mask is not None:
        mask_of(params, shown.mask)
    return Run(
        variant=_variant(experiment, change, across),
        factor=change.factor if change else BASE,
        value=change.name if change else BASE,
        across=across.name if across else None,
        net=experiment.net,
        settings=network_settings(experiment.net, parts["settings"], key, room=ROOM),
        mapping=parse(InputMapping, parts["mapping"], f"{key}.mapping"),
        training=parse(PlaceTraining, parts["training"], f"{key}.training"),
        shown=shown,
    )


def _changes(value: _Value, known: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    """Return what a value changes, by part of the experiment; UserError where its factor is in none of `known`."""
    if isinstance(value.value, Change):
        given = value.value.model_dump(exclude_unset=True)
        shown = {name: given.pop(name) for name in SHOWN if name in given}
        return given | {"shown": shown}
    for part, names in known.items():
        if value.factor in names:
            return {part: {value.factor: value.value}}
    listed = ", ".join(sorted(set().union(*known.values())))
    raise UserError(
        f"params.yaml: {key}: unknown factor `{value.factor}`; known: {listed}; or give each of its values a "
        "name, and what it changes"
    )


def _variant(experiment: Experiment, change: _Value | None, across: _Value | None) -> str:
    named = [f"{value.factor}={value.name}" for value in (change, across) if value]
    if experiment.sweep and change is None:
        named = [f"{BASE}={BASE}", *named]
    return ",".join(named)
