"""The `pixels` group of params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.data.subjects import ColoredSubject
from recon.settings.axes import Point, Sweep, points
from recon.settings.core import EntryName, Section, lookup, parse, unique

Step = Annotated[int, Field(ge=0)]


class Descent(Section):
    """How pixels go from noise to the photograph.

    optimizer    sgd: gradient descent on the mean squared error; adam
    step_size    of sgd: the share of the difference that a step takes away; of adam: how far it may move a pixel,
                 as a share of the way from black to white
    momentum     of sgd: the share of the last step that is taken again
    beta_2       of adam: the memory of the squared gradient
    steps        so many; the curve has as many points
    tolerance    stop when the RMSE is below so many gray levels; null: all steps
    shown_steps  which are kept as pictures, beside the last one
    """

    optimizer: Literal["sgd", "adam"]
    step_size: float = Field(gt=0)
    momentum: float = Field(default=0.0, ge=0, lt=1)
    beta_2: float = Field(default=0.999, gt=0, lt=1)
    steps: int = Field(ge=1, le=100_000)
    tolerance: float | None = Field(default=None, gt=0, le=255)
    shown_steps: Annotated[list[Step], AfterValidator(unique)]

    @model_validator(mode="after")
    def _converges(self) -> "Descent":
        limit = 2 * (1 + self.momentum)
        if self.optimizer == "sgd" and self.step_size >= limit:
            raise ValueError(
                f"`step_size: {self.step_size:g}` diverges: with momentum {self.momentum:g} it must be below "
                f"2 (1 + momentum) = {limit:g}"
            )
        if self.optimizer == "adam" and self.step_size > 1:
            raise ValueError(f"`step_size: {self.step_size:g}`: adam's is at most 1, the way from black to white")
        return self

    @property
    def last(self) -> str:
        """What the last step is called: its number, or `last` where `tolerance` may end the descent at any."""
        return f"{self.steps}" if self.tolerance is None else "last"


class Experiment(Section):
    """One set of photographs; `descent` holds what differs from the group's, `sweep` is one axis or none."""

    subject: Literal["pixels", "plane"]
    descent: dict[str, Any] = Field(default_factory=dict)
    sweep: Sweep = Field(default_factory=dict)


class Pixels(Section):
    """The whole group."""

    subject: ColoredSubject
    descent: Descent
    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"pixels.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def points_of(params: dict[str, Any], entry: str) -> list[Point]:
    """Return the points of an entry, each with its `Descent`; UserError names a wrong key or value."""
    experiment = experiment_of(params, entry)
    base = lookup(params, "pixels.descent") | experiment.descent
    return points(experiment.sweep, base=base, model=Descent, key=f"pixels.experiments.{entry}")


def variant_at(point: Point, step: str) -> str:
    """Return what the picture after `step` steps is called: `optimizer=adam,step=8`."""
    return ",".join(filter(None, (point.variant, f"step={step}")))
