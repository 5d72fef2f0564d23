"""The `autoencoder` group of params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.params.core import EntryName, Section, lookup, parse, unique
from recon.params.networks import network_settings
from recon.params.training import Training

Epoch = Annotated[int, Field(ge=1)]
QStep = Annotated[float, Field(ge=1e-6, le=1e3)]


class Epochs(Section):
    """Top-level `epochs`, so that `dvc exp run -S epochs=2000` does what its reader expects."""

    epochs: Epoch


class Sweep(Section):
    """The points at which one trained network is scored: epochs, or quantizer steps."""

    epoch: Annotated[list[Epoch], Field(min_length=1)] | None = None
    q_step: Annotated[list[QStep], Field(min_length=1), AfterValidator(unique)] | None = None

    @model_validator(mode="after")
    def _one_axis(self) -> "Sweep":
        if (self.epoch is None) == (self.q_step is None):
            raise ValueError("name exactly one of `epoch` and `q_step`")
        return self

    def epochs_up_to(self, last: int) -> list[int]:
        """Return the epochs that a run of `last` epochs reaches, the last always among them; [] for steps."""
        return sorted({epoch for epoch in self.epoch if epoch < last} | {last}) if self.epoch else []


class Experiment(Section):
    """One architecture on one set of photographs; `training` holds what differs from the group's."""

    net: str
    subject: Literal["autoencoder", "plane"]
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


def training_of(params: dict[str, Any], entry: str) -> Training:
    """Return the group's training with the entry's own keys laid over it; UserError names a wrong key."""
    merged = {**lookup(params, "autoencoder.training"), **experiment_of(params, entry).training}
    return parse(Training, merged, f"autoencoder.experiments.{entry}.training")


def settings_of(params: dict[str, Any], entry: str) -> dict[str, Any]:
    """Return the entry's settings as its network's `build` declares them, with the defaults of those not given.

    UserError names a wrong key, and lists the known networks where there is no such one.
    """
    experiment = experiment_of(params, entry)
    return network_settings(experiment.net, experiment.settings, f"autoencoder.experiments.{entry}")


def epochs_of(params: dict[str, Any]) -> int:
    """Return top-level `epochs`, a whole number of at least 1."""
    return parse(Epochs, {"epochs": lookup(params, "epochs")}, "").epochs
