"""The group `autoencoder` of params.yaml, and what an entry of it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag, model_validator

from recon.families.autoencoder.transform.params import (
    NET,
    Refinement,
    TransformExperiment,
    TransformRun,
    TransformSettings,
    TransformTraining,
)
from recon.settings.core import EntryName, Section, parse
from recon.settings.entries import Entry, Group
from recon.settings.networks import network_settings
from recon.settings.sweeps import Change, Points, Run, axes_type, make_runs
from recon.settings.training import QStep, Training, snapshot_name

FAMILY = "autoencoder"
HUE = 0  # its color, see `recon.drawing.looks`
PATCHES = "patches"
MODELS = Path("models") / FAMILY
BEST, LOSSES = "best", "losses.csv"  # the name of the weights that are kept, whatever else is, and the curve
Epoch = Annotated[int, Field(ge=1, le=100_000)]


class Epochs(Section):
    """Top-level `epochs`, so that `dvc exp run -S epochs=2000` does what its reader expects."""

    epochs: Epoch


class AutoencoderTraining(Training):
    """Training of an autoencoder, with or without the quantizer of its latent.

    quantization     of the latent in training. none: it stays as it is; noise: uniform noise as wide as a cell of
                     the quantizer; straight_through: rounding, whose gradient is that of no rounding
    q_step           the step of this quantizer
    rate_weight      what a bit per pixel adds to the loss
    batch_size       patches in a step; of whole photographs each is a step
    steps_per_epoch  in training on patches; an epoch of photographs takes each once
    """

    quantization: Literal["none", "noise", "straight_through"] = "none"
    q_step: QStep | None = None
    rate_weight: float = Field(default=0.0, ge=0, le=10)
    batch_size: int = Field(default=16, ge=1)
    steps_per_epoch: int = Field(default=2, ge=1)

    @model_validator(mode="after")
    def _a_rate_has_a_quantizer(self) -> "AutoencoderTraining":
        if self.quantization == "none" and (self.q_step or self.rate_weight):
            raise ValueError("`q_step` and `rate_weight` need `quantization: noise` or `straight_through`")
        if self.quantization != "none" and not self.q_step:
            raise ValueError(f"`quantization: {self.quantization}` needs a `q_step`")
        return self


class AutoencoderPoints(Points):
    """Points of one network: its weights after several epochs, or its latent at several quantizer steps."""

    epoch: list[Epoch] | None = None
    q_step: list[QStep] | None = None


class AutoencoderChange(Change):
    """What a named value of `across` changes."""

    training: dict[str, Any]


class AutoencoderExperiment(Section):
    """One architecture on one set of photographs.

    net         the network, with its `settings`
    subject     the photographs that are rebuilt
    trained_on  a folder below data/: `subjects/NAME`, or `patches` of the images that `data` names
    training    what differs from the group's
    q_step      the quantizer step of the latent, where it is not the setting of `points`
    points      the points of a curve of one network
    across      a setting of training and its values: a network for each
    """

    net: str
    subject: EntryName
    trained_on: str
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    q_step: QStep | None = None
    points: AutoencoderPoints | None = None
    across: axes_type(AutoencoderChange, most=1) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_where_it_is_scored(self) -> "AutoencoderExperiment":
        if not (self.points or self.across):
            raise ValueError("give `points`, `across` or both")
        if (self.q_step is None) == (self.points is None or self.points.q_step is None):
            raise ValueError("give the quantizer step either in `q_step` or in `points.q_step`")
        if self.is_kept_at_epochs and self.across:
            raise ValueError("`points.epoch` is for one network; leave `across` out")
        return self

    @property
    def is_kept_at_epochs(self) -> bool:
        """Whether its points are epochs of one training."""
        return self.points is not None and self.points.epoch is not None


class AutoencoderPoint(NamedTuple):
    """A point of a curve: its settings, as columns, the name of its weights, and its quantizer step."""

    settings: dict[str, Any]
    weights: str
    q_step: float


@dataclass(frozen=True)
class AutoencoderRun(Run):
    """One network of an entry: the settings of its `build`, how it is trained, and for how many epochs."""

    network: dict[str, Any]
    training: AutoencoderTraining
    epochs: int
    experiment: AutoencoderExperiment

    @property
    def snapshots(self) -> list[int]:
        """The epochs that training reaches and whose weights are kept, the last always among them."""
        if not self.experiment.is_kept_at_epochs:
            return []
        return sorted({epoch for epoch in self.experiment.points.epoch if epoch < self.epochs} | {self.epochs})

    @property
    def points(self) -> Iterator[AutoencoderPoint]:
        """Where it is scored."""
        points, q_step = self.experiment.points, self.experiment.q_step
        if self.experiment.is_kept_at_epochs:
            for epoch in self.snapshots:
                yield AutoencoderPoint(self.settings | {"epoch": epoch}, snapshot_name(epoch), q_step)
        elif points:
            for step in points.q_step:
                yield AutoencoderPoint(self.settings | {"q_step": step}, BEST, step)
        else:
            yield AutoencoderPoint(self.settings, BEST, q_step)


AutoencoderEntry = Entry[AutoencoderExperiment | TransformExperiment, AutoencoderRun | TransformRun]
_AnyExperiment = Annotated[
    Annotated[AutoencoderExperiment, Tag("[network]")] | Annotated[TransformExperiment, Tag("[transform]")],
    Discriminator(lambda given: "[transform]" if _read_net(given) == NET else "[network]"),
]


class Autoencoder(Group):
    """The group: the training that its experiments share, and these by name."""

    training: Training
    experiments: Annotated[dict[EntryName, _AnyExperiment], Field(min_length=1)]

    def entry(self, name: str, *, epochs: Any) -> AutoencoderEntry:
        """Return the entry `name` for a training of `epochs`, the top-level key.

        Raises:
            UserError: there is no such entry, or its settings cannot be; the message names the key.
        """
        experiment = self.experiment(name, FAMILY)
        key = f"{FAMILY}.experiments.{name}"
        shared = {"epochs": parse(Epochs, {"epochs": epochs}, "").epochs, "experiment": experiment}
        training = self.training.model_dump(exclude_unset=True) | experiment.training
        if isinstance(experiment, TransformExperiment):
            runs = make_runs(
                experiment,
                key,
                parts={
                    "": {"refine": experiment.refine},
                    "settings": experiment.settings,
                    "training": training,
                },
                types=lambda _: {"": Refinement, "settings": TransformSettings, "training": TransformTraining},
                make=lambda place, parts: TransformRun(
                    **place,
                    networks=parts["settings"],
                    training=parts["training"],
                    refine=parts[""].refine,
                    **shared,
                ),
            )
            return AutoencoderEntry(FAMILY, name, experiment, runs)
        shared["network"] = network_settings(experiment.net, experiment.settings, key)
        runs = make_runs(
            experiment,
            key,
            parts={"training": training},
            types=lambda _: {"training": AutoencoderTraining},
            make=lambda place, parts: AutoencoderRun(**place, **parts, **shared),
        )
        return AutoencoderEntry(FAMILY, name, experiment, runs)

    @property
    def networks(self) -> dict[str, AutoencoderExperiment]:
        """The experiments with a network of Keras, by name."""
        return {
            name: experiment
            for name, experiment in self.experiments.items()
            if isinstance(experiment, AutoencoderExperiment)
        }


def _read_net(given: Any) -> Any:
    return given.get("net") if isinstance(given, dict) else getattr(given, "net", None)


GROUP = Autoencoder
