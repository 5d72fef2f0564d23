"""The `coordinates` group of params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.data.masks import Kind as MaskKind
from recon.data.params import Subject
from recon.families.coordinates.mappings import Kind
from recon.settings import axes
from recon.settings.core import EntryName, Section, lookup, parse, unique
from recon.settings.training import Training

ROOM = "families/coordinates/networks"
SHOWN = ("mask", "reduce")  # factors that decide what of the image a fit is shown
METHOD = "method"  # the factor under which interpolations stand beside the fits
_TAKEN = (METHOD, axes.BASE, "bits")
Method = Literal["nearest", "bilinear", "bicubic", "lanczos", "biharmonic"]
ANYWHERE = ("nearest", "biharmonic")  # work wherever the known pixels lie; the others need them on a lattice
Bits = Annotated[int, Field(ge=2, le=16)]


class InputMapping(Section):
    """What the network is told of a place; see `recon.families.coordinates.mappings.frequencies`."""

    kind: Kind
    num_frequencies: int = Field(ge=1, le=4096)
    scale: float = Field(gt=0, le=1000)

    @model_validator(mode="after")
    def _two_axes(self) -> "InputMapping":
        if self.kind == "positional" and self.num_frequencies % 2:
            raise ValueError("`positional` frequencies lie along two axes: give an even num_frequencies")
        return self


class Mask(Section):
    """Which pixels are hidden; `hidden` is the share of the image, of random and block. See `recon.data.masks`."""

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
    math             bfloat16: forward products in bfloat16 where the processor has AMX, sums in float32
    seed             of the weights and of the order of places; null: that of `runtime`
    """

    epochs: int = Field(ge=1)
    steps_per_epoch: int = Field(ge=1)
    batch_size: int | None = Field(ge=1)
    math: Literal["float32", "bfloat16"] = "float32"
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class Change(axes.Change):
    """What a named value of a sweep lays over an experiment."""

    settings: dict[str, Any] = Field(default_factory=dict)
    mapping: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    mask: EntryName | None = None
    reduce: int = Field(default=1, ge=1, le=16)


Axis = axes.axis_of(Change)


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


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"coordinates.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def mask_of(params: dict[str, Any], name: str) -> Mask:
    """Return the mask `name`; UserError names a wrong key, and the known masks."""
    key = f"coordinates.masks.{name}"
    return parse(Mask, lookup(params, key), key)
