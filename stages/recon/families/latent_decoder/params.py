"""The `latent_decoder` group of params.yaml."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.data.subjects import PartlySeen
from recon.families.autoencoder.params import QStep
from recon.settings import axes
from recon.settings.core import EntryName, Section, lookup, parse, unique
from recon.settings.networks import network_settings
from recon.settings.training import Training

FAMILY, ROOM = "latent_decoder", "families/latent_decoder/networks"
PATTERNS = "patterns"  # the subject whose closed forms are known
FOUND = ",codes=found"  # what the variants of pictures end with that the decoder was not trained on
Start = Literal["random", "orthogonal", "pca"]
Latents = Annotated[int, Field(ge=1, le=4096)]


def _named_apart(steps: list[float]) -> list[float]:
    unique([f"{step:g}" for step in steps])
    return steps


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
    def _points_fill_the_run(self) -> "CodeTraining":
        for name in ("epochs", "fit_epochs"):
            if getattr(self, name) % self.report_every:
                raise ValueError(f"`report_every` must divide `{name}` ({getattr(self, name)})")
        return self


class Change(axes.Change):
    """What a named value of a sweep lays over an experiment."""

    net: str | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    latents: Latents | None = None
    start: Start | None = None
    training: dict[str, Any] = Field(default_factory=dict)


Axis = axes.axis_of(Change)


class Experiment(Section):
    """One decoder for all images of a subject, and a code for each; or one question.

    net         a module of recon/decoders
    latents     values of a code
    start       where the codes begin, and the decoder's linear layer with them
    patch_size  the side of the patches that are the images; null: the pictures themselves
    q_step      quantizer step of the latents; a list is a curve
    across      one axis: the entry once for each of its values, with and without what `sweep` changes
    sweep       factors, changed one at a time
    """

    net: str
    subject: EntryName
    latents: Latents
    settings: dict[str, Any] = Field(default_factory=dict)
    start: Start = "random"
    patch_size: Annotated[int, Field(ge=2, le=256)] | None = None
    training: dict[str, Any] = Field(default_factory=dict)
    q_step: Annotated[list[QStep], Field(min_length=1), AfterValidator(_named_apart)]
    across: Annotated[dict[EntryName, Axis], Field(max_length=1)] = Field(default_factory=dict)
    sweep: dict[EntryName, Axis] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> "Experiment":
        if self.subject == "plane" and (self.sweep or (self.across and len(self.q_step) > 1)):
            raise ValueError(
                "in the plane an entry is one curve: over `q_step` or `across` one axis, nothing else"
            )
        return self


class LatentDecoder(Section):
    """The group: photographs, what experiments share, and the experiments by name."""

    subject: PartlySeen
    training: CodeTraining
    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


@dataclass(frozen=True)
class Run(axes.Run):
    """One decoder and its codes, and how it is made."""

    net: str
    settings: dict[str, Any]
    latents: int
    start: Start
    training: CodeTraining

    def variant_at(self, q_step: float) -> str:
        """Return what its reconstructions at a quantizer step are called, such as `latents=8,q_step=0.05`."""
        return ",".join(filter(None, (self.variant, f"q_step={q_step:g}")))

    @property
    def described(self) -> str:
        """Return all that decides the training, as text."""
        parts = [self.net, self.settings, self.latents, self.start, self.training.model_dump()]
        return json.dumps(parts, sort_keys=True)


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"{FAMILY}.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def runs_of(params: dict[str, Any], entry: str) -> list[Run]:
    """Return the trainings of `entry`: for each value across, as it stands and with each change of its sweep.

    UserError names a wrong key or value.
    """
    experiment = experiment_of(params, entry)
    return [_run(params, entry, run, laid) for run, laid in axes.runs(experiment.across, experiment.sweep)]


def _run(params: dict[str, Any], entry: str, run: axes.Run, laid: list[axes.Value]) -> Run:
    key, experiment = f"{FAMILY}.experiments.{entry}", experiment_of(params, entry)
    parts: dict[str, Any] = {
        "net": experiment.net,
        "settings": experiment.settings,
        "latents": experiment.latents,
        "start": experiment.start,
        "training": lookup(params, f"{FAMILY}.training") | experiment.training,
    }
    for value in laid:
        known = {
            "settings": network_settings(parts["net"], {}, key, room=ROOM).keys(),
            "training": CodeTraining.model_fields.keys(),
            **dict.fromkeys(("net", "latents", "start"), ()),
        }
        for part, changed in axes.changes(value, known, key).items():
            parts[part] = parts[part] | changed if isinstance(changed, dict) else changed
    held = parse(Held, {name: parts[name] for name in ("net", "latents", "start")}, key)
    return Run(
        **vars(run),
        settings=network_settings(held.net, parts["settings"], key, room=ROOM),
        training=parse(CodeTraining, parts["training"], f"{key}.training"),
        **held.model_dump(),
    )


class Held(Section):
    """What is no part of `settings` or `training`, and may be swept."""

    net: str
    latents: Latents
    start: Start
