"""The `autoencoder` group of params.yaml."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from recon.settings.core import EntryName, Section, lookup, parse, unique
from recon.settings.networks import network_settings
from recon.settings.sweeps import text_of
from recon.settings.training import QStep, Training, snapshot_name

PATCHES = "patches"
BEST = "best"  # what the weights with the lowest loss are called
Epoch = Annotated[int, Field(ge=1)]


class Epochs(Section):
    """Top-level `epochs`, so that `dvc exp run -S epochs=2000` does what its reader expects."""

    epochs: Epoch


RateWeight = Annotated[float, Field(ge=0, le=10)]


class CodecTraining(Training):
    """Training of an autoencoder, and what it sees of its quantizer.

    quantization     of the latent in training. none: left as it is; noise: as much uniform noise as the quantizer
                     makes; straight_through: rounded, with the gradient of what is not rounded
    q_step           the quantizer step of it
    rate_weight      what a bit per pixel adds to the loss
    batch_size       patches in a step, where it is trained on patches; of photographs a step takes one
    steps_per_epoch  in patches; an epoch of photographs takes each once
    """

    quantization: Literal["none", "noise", "straight_through"] = "none"
    q_step: QStep | None = None
    rate_weight: RateWeight = 0.0
    batch_size: int = Field(default=16, ge=1)
    steps_per_epoch: int = Field(default=2, ge=1)

    @model_validator(mode="after")
    def _a_rate_has_a_quantizer(self) -> "CodecTraining":
        if self.quantization == "none" and (self.q_step or self.rate_weight):
            raise ValueError("`q_step` and `rate_weight` need `quantization: noise` or `straight_through`")
        if self.quantization != "none" and not self.q_step:
            raise ValueError(f"`quantization: {self.quantization}` needs a `q_step`")
        return self


class Sweep(Section):
    """The points of an entry: epochs or quantizer steps of one network, or networks of several rate weights."""

    epoch: Annotated[list[Epoch], Field(min_length=1)] | None = None
    q_step: Annotated[list[QStep], Field(min_length=1), AfterValidator(unique)] | None = None
    rate_weight: Annotated[list[RateWeight], Field(min_length=1), AfterValidator(unique)] | None = None

    @model_validator(mode="after")
    def _one_axis(self) -> "Sweep":
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name exactly one of `epoch`, `q_step` and `rate_weight`")
        return self

    def epochs_up_to(self, last: int) -> list[int]:
        """Return the epochs that a run of `last` epochs reaches, the last always among them; [] for steps."""
        return sorted({epoch for epoch in self.epoch if epoch < last} | {last}) if self.epoch else []


class Experiment(Section):
    """One architecture on one set of photographs; `training` holds what differs from the group's.

    subject     the photographs that are rebuilt
    trained_on  a folder below data/: these photographs, or the patches of those that `data` names
    """

    net: str
    subject: Literal["autoencoder", "plane"]
    trained_on: Literal["subjects/autoencoder", "subjects/plane", "patches"]
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    q_step: QStep | None = None
    sweep: Sweep

    @model_validator(mode="after")
    def _q_step_given_once(self) -> "Experiment":
        if (self.q_step is None) == (self.sweep.q_step is None):
            raise ValueError("give the quantizer step either in `q_step` or in `sweep.q_step`")
        return self


class Autoencoder(Section):
    """The group's experiments by name."""

    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"autoencoder.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


class Point(NamedTuple):
    """What a reconstruction is called, and the weights and the quantizer step that make it."""

    variant: str
    weights: str
    q_step: float


@dataclass(frozen=True)
class Run:
    """One network of an entry: what it is called ("" where it is the only one), and how it is trained."""

    variant: str
    training: CodecTraining


def runs_of(params: dict[str, Any], entry: str) -> list[Run]:
    """Return the networks that `entry` needs: one, or one for each rate weight; UserError names a wrong key."""
    experiment = experiment_of(params, entry)
    base = lookup(params, "autoencoder.training") | experiment.training
    changes = [{"rate_weight": weight} for weight in experiment.sweep.rate_weight or []] or [{}]
    key = f"autoencoder.experiments.{entry}.training"
    return [
        Run(
            ",".join(f"{name}={text_of(value)}" for name, value in change.items()),
            parse(CodecTraining, base | change, key),
        )
        for change in changes
    ]


def points_of(experiment: Experiment, run: Run, epochs: int) -> list[Point]:
    """Return the points at which the network of `run` is scored, after `epochs` in all."""
    if run.variant:
        return [Point(run.variant, BEST, experiment.q_step)]
    if experiment.sweep.q_step:
        return [Point(f"q_step={step:g}", BEST, step) for step in experiment.sweep.q_step]
    reached = experiment.sweep.epochs_up_to(epochs)
    return [Point(f"epoch={epoch}", snapshot_name(epoch), experiment.q_step) for epoch in reached]


def settings_of(params: dict[str, Any], entry: str) -> dict[str, Any]:
    """Return the entry's settings as its network's `build` declares them, with the defaults of those not given.

    UserError names a wrong key, and lists the known networks where there is no such one.
    """
    experiment = experiment_of(params, entry)
    return network_settings(experiment.net, experiment.settings, f"autoencoder.experiments.{entry}")


def epochs_of(params: dict[str, Any]) -> int:
    """Return top-level `epochs`, a whole number of at least 1."""
    return parse(Epochs, {"epochs": lookup(params, "epochs")}, "").epochs
