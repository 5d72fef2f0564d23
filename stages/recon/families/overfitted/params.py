"""The `overfitted` group of params.yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recon.core.errors import UserError
from recon.families.overfitted.architecture import Architecture
from recon.settings.core import EntryName, Section, unique
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Change, Points, Run, axes_type, make_runs

FAMILY = "overfitted"
HUE = 7  # its color, see `recon.drawing.looks`
TRAINED = "trained"  # the shared start of the stage `overfitted_start`
STARTS = Path("models/overfitted_start")  # which it writes here
Lmbda = Annotated[float, Field(ge=1e-5, le=1)]
Levels = Annotated[tuple[Annotated[int, Field(ge=0, le=7)], ...], Field(min_length=1), AfterValidator(unique)]


class Networks(Section):
    """The networks of one image; see `recon.families.overfitted.architecture`.

    levels          latent grids; level k has one latent for 2^k x 2^k pixels
    leave_out_from  lambdas, from each of which on one more of the finest grids is left out: nearly all of its
                    latents would be 0, and their noise in training would make the picture worse
    contexts        neighbors that the context model sees, and the width of its layers
    context_layers  its residual layers
    width           of the synthesis network's hidden layer
    residuals       3x3 convolutions after it
    """

    levels: Levels = tuple(range(7))
    leave_out_from: Annotated[tuple[Lmbda, ...], AfterValidator(unique)] = ()
    contexts: int = 14
    context_layers: int = 2
    width: int = 16
    residuals: int = 2

    @model_validator(mode="after")
    def _can_be_coded(self) -> Self:
        self.architecture(channels=3)  # raises ValueError
        return self

    def architecture(self, channels: int) -> Architecture:
        """Return them for images of 1 or 3 channels, with all grids."""
        return Architecture(channels=channels, **self.model_dump(exclude={"leave_out_from"}))

    def levels_at(self, lmbda: float, levels: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of `levels` that pictures have grids of at a lambda."""
        left_out = sum(lmbda >= bound for bound in self.leave_out_from)
        return levels[min(left_out, len(levels) - 1) :]


class FitSettings(Section):
    """How the latents and networks of one image are optimized.

    steps               of gradient descent
    evaluate_every      steps between two measurements with rounded latents, of which the best state is kept; a
                        divisor of `steps`
    learning_rate       of the latents in the first step; falls to `last_learning_rate` as a cosine
    last_learning_rate  of the latents in the last step
    network_rate        the networks' learning rate, as a share of the latents'
    network_clip        the longest gradient of all networks together
    refine              whether each weight's symbol is chosen by its rate-distortion cost; that takes a minute for
                        768 x 512
    ms_ssim             weight of 1 - MS-SSIM, which is added to the squared error: more structure and a lower PSNR
                        at the same rate; the weights' symbols are still chosen by the squared error alone
    seed                of the noise and of the first weights; null: that of `runtime`
    """

    steps: int = Field(ge=1, le=1_000_000)
    evaluate_every: int = Field(default=100, ge=1)
    learning_rate: float = Field(default=0.01, gt=0)
    last_learning_rate: float = Field(default=1e-5, gt=0, le=1)
    network_rate: float = Field(default=0.3, gt=0, le=10)
    network_clip: float = Field(default=0.1, gt=0)
    refine: bool = False
    ms_ssim: float = Field(default=0.0, ge=0, le=1)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _measures_the_last_step(self) -> Self:
        if self.steps % self.evaluate_every:
            raise ValueError(f"`evaluate_every` must divide `steps` ({self.steps})")
        return self


class StartTraining(Section):
    """The shared start: networks and latents fitted to mosaics of training photographs, one after another.

    lmbda     the price of a bit per pixel in these fits; the start serves all
    mosaics   of different parts of the photographs
    tiles     parts of a mosaic along each side
    tile      pixels along each side of a part; fewer where no photograph is that large
    training  how each mosaic is fitted, by the keys of a preset
    """

    lmbda: Lmbda
    mosaics: int = Field(ge=1, le=1000)
    tiles: int = Field(ge=1, le=16)
    tile: int = Field(ge=32, le=512)
    training: FitSettings


class FitChange(Change):
    """What a named value of a sweep changes in an experiment."""

    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)


class FitPoints(Points):
    """The points of a curve; each is a fit of its own."""

    lmbda: list[Lmbda] | None = None


class FitExperiment(Section):
    """Photographs, each fitted alone.

    preset        how they are fitted, by name; `training` overrides its settings
    shared_start  `trained` (by the stage overfitted_start), the name of a start in models/zoo, or null: none
    settings      of the networks; those of a shared start are its own
    points        prices of a bit per pixel, in squared error of colors in [0, 1]
    """

    subject: EntryName
    preset: EntryName
    shared_start: Literal["trained"] | EntryName | None
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    points: FitPoints
    sweep: axes_type(FitChange) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> Self:
        if self.subject == "plane" and self.sweep:
            raise ValueError("in the plane an entry is one curve: over `points`, no `sweep`")
        return self

    @property
    def zoo_start(self) -> str | None:
        """The name of its start in models/zoo, if that is where it is from."""
        return None if self.shared_start == TRAINED else self.shared_start


@dataclass(frozen=True)
class FitRun(Run):
    """Fits with equal settings, one for each photograph and lambda."""

    networks: Networks
    fit: FitSettings

    def point(self, lmbda: float) -> dict[str, Any]:
        """Return the settings of a point, as columns."""
        return {**self.settings, "lmbda": lmbda}


FitEntry = Entry[FitExperiment, FitRun]


class Overfitted(Group):
    """The group: presets by name, the shared start, and the experiments by name."""

    presets: Annotated[dict[EntryName, FitSettings], Field(min_length=1)]
    start: StartTraining
    networks: Networks
    experiments: Annotated[dict[EntryName, FitExperiment], Field(min_length=1)]

    def preset(self, name: str, key: str) -> FitSettings:
        """Return the preset `name` that `key` of params.yaml names; UserError lists the known ones."""
        if name not in self.presets:
            known = ", ".join(self.presets)
            raise UserError(f"params.yaml: {key}: unknown preset `{name}`; known: {known}")
        return self.presets[name]

    def entry(self, name: str) -> FitEntry:
        """Return the entry `name` with its fits; UserError names a wrong key or value."""
        experiment, key = self.experiment(name, FAMILY), f"{FAMILY}.experiments.{name}"
        preset = self.preset(experiment.preset, f"{key}.preset")
        runs = make_runs(
            experiment,
            key,
            parts={
                "settings": self.networks.model_dump() | experiment.settings,
                "training": preset.model_dump() | experiment.training,
            },
            types=lambda _: {"settings": Networks, "training": FitSettings},
            make=lambda place, parts: FitRun(**place, networks=parts["settings"], fit=parts["training"]),
        )
        return Entry(FAMILY, name, experiment, runs)


GROUP = Overfitted
