"""The `fractal` group of params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from recon.core.errors import UserError
from recon.data.subjects import ColoredSubject
from recon.settings.axes import Point, Sweep, points
from recon.settings.core import EntryName, Section, lookup, parse

BlockSide = Literal[2, 4, 8, 16, 32]


class Coding(Section):
    """How blocks are matched and what is sent of them.

    largest           side of the largest blocks, in pixels
    smallest          side of the smallest; as large as the largest: all blocks are of one size
    domain_step       pixels from one domain to the next, an even number; fewer domains are searched sooner and
                      named in fewer bits
    max_contrast      the largest contrast there is, in whole hundredths; below 1, so that each pass
                      brings all pictures closer together
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
    def sides(self) -> list[int]:
        """The sides of blocks there may be, from the largest to the smallest."""
        return [side for side in (32, 16, 8, 4, 2) if self.smallest <= side <= self.largest]


class Fit(Coding):
    """And which blocks are split.

    tolerance         RMSE in gray levels that is good enough: a block above it is split, one that is plain to
                      within it is sent without a domain
    chroma_tolerance  the same of Cb and Cr, in units of `tolerance`
    """

    tolerance: float = Field(ge=0, le=255)
    chroma_tolerance: float = Field(gt=0, le=10)

    @property
    def coding(self) -> Coding:
        """What a decoder has to know."""
        return Coding(**self.model_dump(include=set(Coding.model_fields)))


def check_sides(coding: Coding, rows: int, columns: int, what: str = "fractal: an image") -> None:
    """Raise UserError where `what`, of rows x columns, is smaller than a block."""
    if min(rows, columns) < coding.largest:
        raise UserError(
            f"{what} of {rows} x {columns} pixels is smaller than a block of {coding.largest} x "
            f"{coding.largest}; lower `largest`, or take a larger image"
        )


class Experiment(Section):
    """One set of photographs; `coding` holds what differs from the group's, `sweep` is one axis or none."""

    subject: Literal["fractal", "plane"]
    coding: dict[str, Any] = Field(default_factory=dict)
    sweep: Sweep = Field(default_factory=dict)


class Fractal(Section):
    """The whole group."""

    subject: ColoredSubject
    coding: Fit
    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"fractal.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def points_of(params: dict[str, Any], entry: str) -> list[Point]:
    """Return the points of an entry, each with its `Fit`; UserError names a wrong key or value."""
    experiment = experiment_of(params, entry)
    base = lookup(params, "fractal.coding") | experiment.coding
    found = points(experiment.sweep, base=base, model=Fit, key=f"fractal.experiments.{entry}")
    return [Point(point.variant or f"tolerance={point.settings.tolerance:g}", point.settings) for point in found]
