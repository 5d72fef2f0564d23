"""The group `fractal` of params.yaml, and what an entry of it stands for."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from recon.core.errors import UserError
from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Points, Run, axes_type, change_type, make_runs

FAMILY = "fractal"  # also the subject of the entry that the figures show
HUE = 4  # its color, see `recon.drawing.looks`
BlockSide = Literal[2, 4, 8, 16, 32]
Tolerance = Annotated[float, Field(ge=0, le=255)]


class Coding(Section):
    """How blocks are matched and described.

    largest           side of the largest blocks, in pixels
    smallest          side of the smallest; equal to `largest`: all blocks are of one size
    domain_step       pixels from one domain to the next, an even number; fewer domains are searched faster and
                      named in fewer bits
    max_contrast      the largest contrast, in whole hundredths; below 1, so that each pass brings any two pictures
                      closer together
    contrast_steps    from no contrast to the largest
    brightness_step   gray levels
    """

    largest: BlockSide
    smallest: BlockSide
    domain_step: int = Field(ge=2, le=64, multiple_of=2)
    max_contrast: float = Field(ge=0.01, le=0.95)
    contrast_steps: int = Field(ge=1, le=127)
    brightness_step: int = Field(ge=1, le=64)

    @model_validator(mode="after")
    def _can_be_sent(self) -> "Coding":
        if self.max_contrast != round(100 * self.max_contrast) / 100:
            raise ValueError("`max_contrast` is given in whole hundredths, such as 0.9 or 0.95")
        if self.smallest > self.largest:
            raise ValueError("`smallest` is more than `largest`")
        return self

    @property
    def contrast_step(self) -> np.float32:
        """The contrast of one step."""
        return np.float32(self.max_contrast) / np.float32(self.contrast_steps)

    @property
    def sides(self) -> list[int]:
        """The possible sides of blocks, from the largest to the smallest."""
        return [side for side in (32, 16, 8, 4, 2) if self.smallest <= side <= self.largest]


class BlockFit(Coding):
    """And which blocks are split.

    tolerance         the RMSE, in gray levels, that is close enough: a block above it is split, and one that is
                      plain to within it is sent without a domain
    chroma_tolerance  the same for Cb and Cr, times `tolerance`
    """

    tolerance: Tolerance
    chroma_tolerance: float = Field(gt=0, le=10)

    @property
    def coding(self) -> Coding:
        """The part that a decoder has to know."""
        return Coding(**self.model_dump(include=set(Coding.model_fields)))


def check_sides(coding: Coding, rows: int, columns: int, subject: str = "fractal: an image") -> None:
    """Raise UserError where `subject`, of rows x columns, is smaller than a block."""
    if min(rows, columns) < coding.largest:
        raise UserError(
            f"{subject} of {rows} x {columns} pixels is smaller than a block of {coding.largest} x "
            f"{coding.largest}; lower `largest`, or take a larger image"
        )


class FractalPoints(Points):
    """The points of a curve, for which blocks are matched once."""

    tolerance: list[Tolerance] | None = None


class FractalExperiment(Section):
    """Codings of one set of photographs: what differs from the group's `coding`, and one axis or none.

    points  tolerances of one coding
    across  codings: values of one setting, or names with the settings that each changes
    """

    subject: EntryName
    coding: dict[str, Any] = Field(default_factory=dict)
    points: FractalPoints | None = None
    across: axes_type(change_type(BlockFit), most=1) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_axis(self) -> "FractalExperiment":
        if self.points and self.across:
            raise ValueError("give either `points` or `across`")
        return self


@dataclass(frozen=True)
class FractalRun(Run):
    """One coding, and the points of its curve: the settings of each, as columns, and its tolerance."""

    fit: BlockFit
    points: list[tuple[dict[str, Any], float]]


FractalEntry = Entry[FractalExperiment, FractalRun]


class Fractal(Group):
    """The group: the coding that experiments share, and these by name."""

    coding: BlockFit
    experiments: Annotated[dict[EntryName, FractalExperiment], Field(min_length=1)]

    def entry(self, name: str) -> FractalEntry:
        """Return the entry `name`; UserError names a wrong key or value."""
        experiment = self.experiment(name, FAMILY)

        def make(place: dict[str, Any], parts: dict[str, BlockFit]) -> FractalRun:
            fit = parts["coding"]
            tolerances = experiment.points.tolerance if experiment.points else [fit.tolerance]
            across = Run(**place).settings  # which tell a coding from the others already
            return FractalRun(**place, fit=fit, points=[(across or {"tolerance": t}, t) for t in tolerances])

        runs = make_runs(
            experiment,
            f"{FAMILY}.experiments.{name}",
            parts={"coding": self.coding.model_dump() | experiment.coding},
            types=lambda _: {"coding": BlockFit},
            make=make,
        )
        return Entry(FAMILY, name, experiment, runs)


GROUP = Fractal
