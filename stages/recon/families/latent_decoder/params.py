"""The `latent_decoder` group of params.yaml."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.networks import network_type
from recon.settings.sweeps import Change, Points, Run, axes_type, make_runs
from recon.settings.training import QStep, Training

FAMILY, ROOM = "latent_decoder", "families/latent_decoder/networks"
HUE = 3  # its color, see `recon.drawing.looks`
SEARCH = "search_{image}.csv"  # of an unseen image's codes, beside a decoder's weights: start, step, mse
FOUND = {"codes": "found"}  # the setting that marks pictures whose codes were found for the finished decoder
Start = Literal["random", "orthogonal", "pca"]
Latents = Annotated[int, Field(ge=1, le=4096)]


class CodeTraining(Training):
    """Training of a decoder and of the codes of its images together.

    epochs        passes over the images
    report_every  epochs between two points of the curve
    batch_size    images in a step; null: all
    fit_epochs    steps in which the codes of unseen images are found, all at once, the decoder frozen
    fit_learning_rate  of those steps
    seed          of the weights, the codes and the order of images; null: that of `runtime`
    """

    epochs: int = Field(ge=1)
    report_every: int = Field(ge=1)
    batch_size: int | None = Field(ge=1)
    fit_epochs: int = Field(ge=1)
    fit_learning_rate: float = Field(gt=0, le=10)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _points_fill_the_run(self) -> Self:
        for name in ("epochs", "fit_epochs"):
            if getattr(self, name) % self.report_every:
                raise ValueError(f"`report_every` must divide `{name}` ({getattr(self, name)})")
        return self


class DecoderChange(Change):
    """What a named value of a sweep changes in an experiment."""

    net: str | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    latents: Latents | None = None
    start: Start | None = None
    training: dict[str, Any] = Field(default_factory=dict)


class DecoderPoints(Points):
    """The points of a decoder's curve: quantizer steps of the codes."""

    q_step: list[QStep] | None = None


class Decoder(Section):
    """A decoder and its codes, but for the network's settings and the training.

    net         a module of families/latent_decoder/networks
    latents     values of a code
    start       where the codes begin, and the decoder's linear layer with them
    """

    net: str
    latents: Latents
    start: Start = "random"


class DecoderExperiment(Decoder):
    """One decoder for all images of a subject, and a code for each; or one question.

    patch_size  the side of the patches that are the images; null: the pictures themselves
    points      quantizer steps of the codes
    across, sweep   see `recon.settings.sweeps`
    """

    subject: EntryName
    settings: dict[str, Any] = Field(default_factory=dict)
    patch_size: Annotated[int, Field(ge=2, le=256)] | None = None
    training: dict[str, Any] = Field(default_factory=dict)
    points: DecoderPoints
    across: axes_type(DecoderChange, most=1) = Field(default_factory=dict)
    sweep: axes_type(DecoderChange) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> Self:
        if self.subject == "plane" and (self.sweep or (self.across and len(self.points.values) > 1)):
            raise ValueError("in the plane an entry is one curve: over `points` or `across`, no `sweep`")
        return self


@dataclass(frozen=True)
class DecoderRun(Run):
    """One decoder that is trained with the codes of its images."""

    net: str
    net_settings: dict[str, Any]
    latents: int
    start: Start
    training: CodeTraining

    @property
    def description(self) -> list[Any]:
        """All that decides the training, as JSON has it."""
        return [self.net, self.net_settings, self.latents, self.start, self.training.model_dump()]

    def point(self, q_step: float, *, unseen: bool = False) -> dict[str, Any]:
        """Return the settings of a point: pictures at a quantizer step, `unseen` ones or those trained on."""
        return {**self.settings, "q_step": q_step, **(FOUND if unseen else {})}


DecoderEntry = Entry[DecoderExperiment, DecoderRun]


class LatentDecoder(Group):
    """The group: the training that its experiments share, and the experiments by name."""

    training: CodeTraining
    experiments: Annotated[dict[EntryName, DecoderExperiment], Field(min_length=1)]

    def entry(self, name: str) -> DecoderEntry:
        """Return the entry `name` with its trainings; UserError names a wrong key or value."""
        experiment, key = self.experiment(name, FAMILY), f"{FAMILY}.experiments.{name}"
        runs = make_runs(
            experiment,
            key,
            parts={
                "settings": experiment.settings,
                "training": self.training.model_dump(exclude_unset=True) | experiment.training,
                "": experiment.model_dump(include=set(Decoder.model_fields)),
            },
            types=lambda parts: {
                "settings": network_type(parts[""]["net"], key, room=ROOM),
                "training": CodeTraining,
                "": Decoder,
            },
            make=lambda place, parts: DecoderRun(
                **place,
                **parts[""].model_dump(),
                net_settings=parts["settings"].model_dump(),
                training=parts["training"],
            ),
        )
        return Entry(FAMILY, name, experiment, runs)


GROUP = LatentDecoder
