"""The group `pixels` of params.yaml, and what an entry of it stands for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.settings.core import EntryName, Section, unique
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Run, axes_type, change_type, make_runs

FAMILY = "pixels"  # also the subject of the entry that the figures show
HUE = 5  # its color, see `recon.drawing.looks`
MODELS = Path("models") / FAMILY
LAST = "last"
Step = int | Literal["last"]


class Descent(Section):
    """How pixels go from noise to the photograph.

    optimizer    sgd: gradient descent on the mean squared error; adam
    step_size    of sgd: the share of the difference that a step takes away; of adam: how far it may move a pixel,
                 as a share of the way from black to white
    momentum     of sgd: the share of the last step that is taken again
    beta_2       of adam: the memory of the squared gradient
    steps        the number of points on the curve
    tolerance    stop when the RMSE falls below it, in gray levels; null: take all steps
    shown_steps  the steps that are kept as pictures, beside the last one
    """

    optimizer: Literal["sgd", "adam"]
    step_size: float = Field(gt=0)
    momentum: float = Field(default=0.0, ge=0, lt=1)
    beta_2: float = Field(default=0.999, gt=0, lt=1)
    steps: int = Field(ge=1, le=100_000)
    tolerance: float | None = Field(default=None, gt=0, le=255)
    shown_steps: Annotated[list[Annotated[int, Field(ge=0)]], AfterValidator(unique)]

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
    def last_step(self) -> Step:
        """The name of the last step: its number, or LAST where `tolerance` may end the descent at any step."""
        return self.steps if self.tolerance is None else LAST


class PixelExperiment(Section):
    """Descents on one set of photographs: what differs from the group's `descent`, and what is varied `across`."""

    subject: EntryName
    descent: dict[str, Any] = Field(default_factory=dict)
    across: axes_type(change_type(Descent), most=1) = Field(default_factory=dict)


@dataclass(frozen=True)
class PixelRun(Run):
    """One descent, for each of the photographs."""

    descent: Descent

    def point(self, step: Step) -> dict[str, Any]:
        """Return the settings of the picture after `step` steps, as columns."""
        return self.settings | {"step": step}

    def curve_path(self, entry: str, image: str) -> Path:
        """Return the file of the RMSE after each step."""
        return MODELS / entry / self.folder / f"{image}.csv"


PixelEntry = Entry[PixelExperiment, PixelRun]


class Pixels(Group):
    """The group: the descent that experiments share, and these by name."""

    descent: Descent
    experiments: Annotated[dict[EntryName, PixelExperiment], Field(min_length=1)]

    def entry(self, name: str) -> PixelEntry:
        """Return the entry `name`; UserError names a wrong key or value."""
        experiment = self.experiment(name, FAMILY)
        runs = make_runs(
            experiment,
            f"{FAMILY}.experiments.{name}",
            parts={"descent": self.descent.model_dump() | experiment.descent},
            types=lambda _: {"descent": Descent},
            make=lambda place, parts: PixelRun(**place, **parts),
        )
        return Entry(FAMILY, name, experiment, runs)


GROUP = Pixels
