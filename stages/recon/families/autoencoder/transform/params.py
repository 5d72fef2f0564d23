"""An entry of the `autoencoder` group whose network is the transform codec."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recon.families.autoencoder.transform.architecture import CodecArchitecture
from recon.settings.core import EntryName, Section
from recon.settings.sweeps import Change, Points, Run, axes_type
from recon.settings.training import Training

NET = "transform"
WEIGHTS = "weights.codec"  # the file of an entry's weights, in its folder


def _ascending(values: tuple[float, ...]) -> tuple[float, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("name them in ascending order, each once")
    return values


# Below the lowest the first steps are so small that the DC coefficient of white is more than a symbol can hold.
Lmbda = Annotated[float, Field(ge=1.5e-4, le=1)]


class TransformSettings(Section):
    """The widths of the networks; see `CodecArchitecture`."""

    width: int = Field(default=48, ge=1, le=255)
    blocks: int = Field(default=2, ge=0, le=16)
    hidden: int = Field(default=32, ge=1, le=255)
    sharpening: int = Field(default=16, ge=1, le=255)
    prior: int = Field(default=48, ge=1, le=255)
    contexts: int = Field(default=14, ge=1, le=32)
    context_layers: int = Field(default=2, ge=1, le=4)


class TransformTraining(Training):
    """Training of the transform codec, for all rates at once.

    lambdas          prices of a bit per pixel, in squared error of colors in [0, 1], of the rates that the file
                     has steps and biases for; between them these are interpolated
    batch_size       patches in a step, each at a rate of its own
    steps_per_epoch  epochs are counted by the key `epochs`
    """

    lambdas: Annotated[tuple[Lmbda, ...], Field(min_length=2, max_length=16), AfterValidator(_ascending)] = (
        0.0002,
        0.0008,
        0.0032,
        0.0128,
        0.0512,
    )
    batch_size: int = Field(default=8, ge=1)
    steps_per_epoch: int = Field(default=100, ge=1)

    @model_validator(mode="after")
    def _has_its_own_loss(self) -> Self:
        if (self.loss, self.value_range) != ("mse", "unit"):
            raise ValueError("the transform codec is trained with `loss: mse` and `value_range: unit`")
        return self


class TransformPoints(Points):
    """Points of one curve: lambdas, each of which selects the nearest rate."""

    lmbda: list[Lmbda] | None = None


class TransformChange(Change):
    """What a named value of `across` changes."""

    refine: int


class Refinement(Section):
    """How symbols are found.

    refine  steps of gradient descent on a picture's symbols after the analysis; minutes for hundreds of them
    """

    refine: int = Field(default=0, ge=0, le=100_000)


class TransformExperiment(Refinement):
    """One set of weights, trained here or taken from the zoo, and the photographs that are coded with it.

    subject     the photographs that are rebuilt
    trained_on  `patches`, of the images that `data` names; unused with `weights`
    weights     a transform codec of models/zoo; null: trained here
    settings    the widths of the networks
    training    what differs from the group's
    points      lambdas of the rates that are scored
    across      `refine` and its values: a curve for each
    """

    net: Literal["transform"]
    subject: EntryName
    trained_on: Literal["patches"]
    weights: EntryName | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    points: TransformPoints
    across: axes_type(TransformChange, most=1) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _weights_of_the_zoo_are_not_trained(self) -> Self:
        if self.weights and (self.training or self.settings):
            raise ValueError("with `weights` nothing is trained: no `settings` or `training`")
        return self


@dataclass(frozen=True)
class TransformRun(Run):
    """One curve: the architecture, how it is trained, for how many epochs, and how symbols are found.

    Curves across `refine` share the weights.
    """

    networks: TransformSettings
    training: TransformTraining
    refine: int
    epochs: int
    experiment: TransformExperiment

    @property
    def architecture(self) -> CodecArchitecture:
        """The shapes of its weights."""
        return CodecArchitecture(len(self.training.lambdas), **self.networks.model_dump())

    @property
    def points(self) -> Iterator[dict[str, Any]]:
        """Where it is scored: settings, as columns."""
        yield from (self.settings | point for point in self.experiment.points.each())
