"""The group `coordinates` of params.yaml, and the fits and interpolations that an entry of it stands for."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from recon.core.errors import UserError
from recon.core.reconstruction import setting_text, variant_name
from recon.data import masks
from recon.families.coordinates.mappings import Kind
from recon.families.coordinates.visibility import Mask, Visibility
from recon.settings.core import EntryName, Section, unique
from recon.settings.entries import Entry, Group
from recon.settings.networks import network_type
from recon.settings.sweeps import BASE, Change, Points, Run, axes_type, make_runs
from recon.settings.training import Training

FAMILY = "coordinates"
HUE = 2  # its color, see `recon.drawing.looks`
ROOM = "families/coordinates/networks"
Method = Literal["nearest", "bilinear", "bicubic", "lanczos", "biharmonic"]
SCATTERED_METHODS = ("nearest", "biharmonic")  # take known pixels anywhere; the others need them on a lattice
Bits = Annotated[int, Field(ge=2, le=16)]
_RESERVED = ("method", BASE, "bits")  # no names for an axis


class InputMapping(Section):
    """The input mapping; see `recon.families.coordinates.mappings.draw_frequencies`."""

    kind: Kind
    num_frequencies: int = Field(ge=1, le=4096)
    scale: float = Field(gt=0, le=1000)

    @model_validator(mode="after")
    def _even_along_two_axes(self) -> "InputMapping":
        if self.kind == "positional" and self.num_frequencies % 2:
            raise ValueError("`positional` frequencies lie along two axes: give an even num_frequencies")
        return self


class FieldTraining(Training):
    """Training on the pixels of one image.

    epochs           number of points on the curve of the loss
    steps_per_epoch  steps between them
    batch_size       pixels in a step; null: all visible ones
    math             bfloat16: forward products in bfloat16 where the processor has AMX, sums in float32
    seed             of the weights and of the order of pixels; null: that of `runtime`
    """

    epochs: int = Field(ge=1)
    steps_per_epoch: int = Field(ge=1)
    batch_size: int | None = Field(ge=1)
    math: Literal["float32", "bfloat16"] = "float32"
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class FieldPoints(Points):
    """The points of a curve: bits of each weight in the payload, before entropy coding."""

    bits: list[Bits] | None = None


class Overrides(Visibility):
    """What differs: `settings` from the network's defaults, `mapping` and `training` from the group's."""

    settings: dict[str, Any] = Field(default_factory=dict)
    mapping: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)


class FieldChange(Overrides, Change):
    """What a named value of an axis changes in an experiment."""


class FieldExperiment(Overrides):
    """One network on one set of photographs, or one question.

    net            the network
    subject        the photographs that are fitted, among `subjects`
    points         the points of a curve, from one fit
    across, sweep  see `recon.settings.sweeps`
    baselines      interpolations of the same pixels, to compare the network with
    """

    net: str
    subject: EntryName
    points: FieldPoints = FieldPoints(bits=[16])
    across: axes_type(FieldChange, most=1) = Field(default_factory=dict)
    sweep: axes_type(FieldChange) = Field(default_factory=dict)
    baselines: Annotated[list[Method], AfterValidator(unique)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _axes_differ(self) -> "FieldExperiment":
        for name in (*self.across, *self.sweep):
            if name in _RESERVED:
                raise ValueError(f"`{name}` cannot be the name of an axis; reserved: {', '.join(_RESERVED)}")
        if both := self.across.keys() & self.sweep.keys():
            raise ValueError(f"`{min(both)}` is in `across` and in `sweep`; give it once")
        if self.baselines and self.sweep.keys() & Visibility.model_fields.keys():
            raise ValueError("with `baselines`, a mask or `reduce` may vary in `across` only")
        return self

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> "FieldExperiment":
        several_points = self.across and len(self.points.values) > 1
        if self.subject == "plane" and (self.sweep or self.baselines or several_points):
            raise ValueError("in the plane an entry is one curve: over `bits` or `across` one axis, nothing else")
        return self


@dataclass(frozen=True)
class FieldRun(Run):
    """One fit of each photograph or, with a `method`, one interpolation of what the fit sees.

    net         the network
    network     the settings of its `build`
    mapping     its input mapping
    training    its training
    visibility  what it sees of the image
    mask        the mask of this visibility, None without one
    method      the interpolation, None for a fit
    """

    net: str
    network: dict[str, Any]
    mapping: InputMapping
    training: FieldTraining
    visibility: Visibility
    mask: Mask | None
    method: Method | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The columns that distinguish the run from the others of its entry."""
        return ({"method": self.method} if self.method else {}) | super().settings

    @property
    def is_base(self) -> bool:
        """Whether it is a fit that no `sweep` changes."""
        return self.method is None and super().is_base

    @property
    def label(self) -> str:
        """Its name in a figure: its settings but those of the base, `optimizer=sgd,mapping=none`, else BASE."""
        omitted = ("factor", "value") if self.is_base else ()
        return variant_name({name: value for name, value in self.settings.items() if name not in omitted}) or BASE

    def value_of(self, factor: str) -> str | None:
        """Return the run's value of a setting, as text; None where it is null, or no setting has this name."""
        values = (
            self.visibility.model_dump() | self.mapping.model_dump() | self.training.model_dump() | self.network
        )
        return None if values.get(factor) is None else setting_text(values[factor])

    def curve_path(self, entry: str, image: str) -> Path:
        """Return the CSV of the training of its fit to an image."""
        return Path("models", FAMILY, entry, self.folder, f"{image}.csv")

    def draw_mask(self, shape: tuple[int, ...], *, seed: int) -> np.ndarray | None:
        """Return the mask for images of `shape` (rows, columns, ...), uint8 (rows, columns, 1); None without one.

        Raises:
            UserError: it would hide all of the image, or nothing.
        """
        if self.mask is None:
            return None
        try:
            return masks.draw(self.mask.kind, hidden=self.mask.hidden, rows=shape[0], columns=shape[1], seed=seed)
        except ValueError as error:
            raise UserError(f"params.yaml: {FAMILY}.masks.{self.visibility.mask}: {error}") from None


FieldEntry = Entry[FieldExperiment, FieldRun]


class Coordinates(Group):
    """The group: masks, what experiments share, and the experiments by name."""

    masks: dict[EntryName, Mask]
    mapping: InputMapping
    training: FieldTraining
    experiments: Annotated[dict[EntryName, FieldExperiment], Field(min_length=1)]

    def entry(self, name: str) -> FieldEntry:
        """Return the entry `name` with its fits, then its interpolations; UserError names a wrong key or value."""
        experiment, key = self.experiment(name, FAMILY), f"{FAMILY}.experiments.{name}"

        def make(place: dict[str, Any], parts: dict[str, Any]) -> FieldRun:
            visibility = parts[""]
            if visibility.mask is not None and visibility.mask not in self.masks:
                known = ", ".join(self.masks)
                raise UserError(f"params.yaml: {key}.mask: unknown mask `{visibility.mask}`; known: {known}")
            return FieldRun(
                **place,
                net=experiment.net,
                network=parts["settings"].model_dump(),
                mapping=parts["mapping"],
                training=parts["training"],
                visibility=visibility,
                mask=self.masks.get(visibility.mask),
            )

        fits = make_runs(
            experiment,
            key,
            parts={
                "settings": experiment.settings,
                "mapping": self.mapping.model_dump() | experiment.mapping,
                "training": self.training.model_dump() | experiment.training,
                "": experiment.model_dump(include=set(Visibility.model_fields)),
            },
            types=lambda _: {
                "settings": network_type(experiment.net, key, room=ROOM),
                "mapping": InputMapping,
                "training": FieldTraining,
                "": Visibility,
            },
            make=make,
        )
        return Entry(FAMILY, name, experiment, [*fits, *_baselines(experiment, fits)])


def _baselines(experiment: FieldExperiment, fits: list[FieldRun]) -> list[FieldRun]:
    """Return each interpolation of each visibility; where there is but one, it has no place on an axis."""
    first = {fit.visibility: fit for fit in reversed(fits) if fit.is_base}
    place = {"factor": None, "value": None} | ({"axis": None, "across": None} if len(first) == 1 else {})
    return [
        replace(fit, **place, method=method) for method in experiment.baselines for fit in reversed(first.values())
    ]


GROUP = Coordinates
