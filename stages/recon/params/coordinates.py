"""The `coordinates` group of params.yaml."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

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
    """

    epochs: int = Field(ge=1)
    steps_per_epoch: int = Field(ge=1)
    batch_size: int | None = Field(ge=1)
    math: Literal["float32", "bfloat16"] = "float32"


class Change(Section):
    """What a named value of a sweep lays over an experiment."""

    settings: dict[str, Any] = Field(default_factory=dict)
    mapping: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    mask: EntryName | None = None
    reduce: int | None = Field(default=None, ge=1, le=16)


# A list of values of one setting, or names with all that each of them changes.
Axis = Values | Annotated[dict[EntryName, Change], Field(min_length=1)]


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
    across: Annotated[dict[str, Axis], Field(max_length=1)] = Field(default_factory=dict)
    sweep: dict[str, Axis] = Field(default_factory=dict)
    baselines: Annotated[list[Method], AfterValidator(unique)] = Field(default_factory=list)

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
    """One fit of each photograph: what it is called ("" where it is the only one), and how it is made."""

    variant: str
    net: str
    settings: dict[str, Any]
    mapping: InputMapping
    training: PlaceTraining
    mask: str | None
    reduce: int

    def variant_at(self, bits: int) -> str:
        """Return what its reconstructions at so many bits a weight are called, such as `scale=10,bits=8`."""
        return ",".join(filter(None, (self.variant, f"bits={bits}")))

    @property
    def described(self) -> str:
        """Return all that decides the fit, as text."""
        parts = [self.net, self.settings, self.mapping.model_dump(), self.training.model_dump()]
        return json.dumps([*parts, self.mask, self.reduce], sort_keys=True)


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
    return [_run(params, entry, [change, value]) for change in sweep for value in across]


def baselines_of(params: dict[str, Any], entry: str) -> list[tuple[Method, Run]]:
    """Return each interpolation of `entry`, with a run that says what it is shown: one for each mask or reduction.

    Its name says both: `method=nearest,mask=block`.
    """
    found: dict[str, tuple[Method, Run]] = {}
    experiment = experiment_of(params, entry)
    for method in experiment.baselines:
        for run in runs_of(params, entry):
            shown = [f"{key}={getattr(run, key)}" for key in SHOWN if key in experiment.across]
            variant = ",".join([f"{METHOD}={method}", *shown])
            found.setdefault(variant, (method, _renamed(run, variant)))
    return list(found.values())


@dataclass(frozen=True)
class _Value:
    """A value on an axis: what the variant calls it, and what it changes, by part of the experiment."""

    name: str
    factor: str
    value: Any

    @property
    def label(self) -> str:
        return f"{self.factor}={self.name}"


def _values(factor: str, axis: list[Any] | dict[str, Change]) -> Iterator[_Value]:
    if isinstance(axis, dict):
        yield from (_Value(name, factor, change) for name, change in axis.items())
    else:
        yield from (_Value(text_of(value), factor, value) for value in axis)


def _renamed(run: Run, variant: str) -> Run:
    return Run(**vars(run) | {"variant": variant})


def _run(params: dict[str, Any], entry: str, changes: list[_Value | None]) -> Run:
    key, experiment = f"coordinates.experiments.{entry}", experiment_of(params, entry)
    parts = {
        "net": experiment.net,
        "settings": experiment.settings,
        "mapping": lookup(params, "coordinates.mapping") | experiment.mapping,
        "training": lookup(params, "coordinates.training") | experiment.training,
        "mask": experiment.mask,
        "reduce": experiment.reduce,
    }
    for change in filter(None, changes):
        parts = _changed(parts, change, key)
    if parts["mask"] is not None:
        mask_of(params, parts["mask"])
    return Run(
        variant=_variant(experiment, changes),
        net=parts["net"],
        settings=network_settings(parts["net"], parts["settings"], key, room=ROOM),
        mapping=parse(InputMapping, parts["mapping"], f"{key}.mapping"),
        training=parse(PlaceTraining, parts["training"], f"{key}.training"),
        mask=parts["mask"],
        reduce=parts["reduce"],
    )


def _changed(parts: dict[str, Any], change: _Value, key: str) -> dict[str, Any]:
    """Return the parts of an experiment with a value of an axis laid over them."""
    if isinstance(change.value, Change):
        given = change.value.model_dump(exclude_unset=True)
        return parts | {
            name: parts[name] | value if isinstance(value, Mapping) else value for name, value in given.items()
        }
    home = _home(parts, change.factor, key)
    if home is None:
        return parts | {change.factor: change.value}
    return parts | {home: parts[home] | {change.factor: change.value}}


def _home(parts: dict[str, Any], factor: str, key: str) -> str | None:
    """Return the part that a factor is a setting of; None where it is a part itself."""
    known = {
        "mapping": InputMapping.model_fields.keys(),
        "training": PlaceTraining.model_fields.keys(),
        "settings": network_settings(parts["net"], {}, key, room=ROOM).keys(),
    }
    if factor in SHOWN:
        return None
    for home, names in known.items():
        if factor in names:
            return home
    listed = ", ".join(sorted({*SHOWN}.union(*known.values())))
    raise UserError(
        f"params.yaml: {key}: unknown factor `{factor}`; known: {listed}; or give each of its values a name, and "
        "what it changes"
    )


def _variant(experiment: Experiment, changes: list[_Value | None]) -> str:
    named = [change.label for change in changes if change]
    if experiment.sweep and changes[0] is None:
        named = ["base=base", *named]
    return ",".join(named)
