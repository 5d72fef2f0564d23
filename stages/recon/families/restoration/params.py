"""The group `restoration` of params.yaml, and the networks that an entry of it stands for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from recon.core.errors import UserError
from recon.data.params import Augment, Degrade, Qualities
from recon.jpeg.files import PLAIN as PLAIN_FILE
from recon.jpeg.files import JpegFile
from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.networks import network_type
from recon.settings.sweeps import Change, Points, Run, axes_type, make_runs
from recon.settings.training import Training

FAMILY = "restoration"
HUE = 1  # its color, see `recon.drawing.looks`
BASELINES, PLAIN = "deblocking", "jpeg"  # the family without networks, and its entry that all gains are taken over
MODELS = Path("models/restoration")  # ENTRY/[RUN/] holds these two
WEIGHTS, CURVES = "best.weights.h5", "curves.csv"
EXPORTED = Path("models/image_compression_model.weights.h5")  # a copy of the weights of `restoration.export`
NOTICEABLE_DB = 0.03  # smaller differences, rounded to hundredths, count as none


class PatchTraining(Training):
    """Training on patches; `steps_per_epoch` null is one pass over all of them, `seed` null that of `runtime`.

    With `half_precision` the best weights are rounded to float16 when training ends: they take half the bytes, and
    what is scored is the rounded network.
    """

    epochs: int = Field(ge=1)
    steps_per_epoch: int | None = Field(ge=1)
    batch_size: int = Field(ge=1, le=4096)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    half_precision: bool = False


class Inference(Section):
    """What is done to a whole image besides one pass through the network.

    ensemble    the mean over the image's eight turned and mirrored forms; eight times the work
    projection  width of the cells that the coefficients are clipped to, 1: the quantizer's own; null: not clipped
    """

    ensemble: bool = False
    projection: float | None = Field(default=None, gt=0, le=1)


class RestorationPoints(Points):
    """The JPEG qualities that an entry is scored at."""

    quality: Qualities | None = None


class RestorationChange(Change):
    """What a named value of `sweep` changes."""

    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    inference: dict[str, Any] = Field(default_factory=dict)


class RestorationExperiment(Section):
    """One network, or with `sweep` one network for each change of a factor.

    net        the network, with its `settings`
    weights    a network of the zoo, which is not trained here; null: it is
    subject    the photographs that are restored
    file       how their JPEG files are written; the validation's are as the patches'
    direction  restore: from the JPEG to the photograph; degrade: the other way
    blind      one network for all qualities; else one for each
    training   what differs from the group's
    inference  what is done besides one pass through the network
    points     the JPEG qualities that are scored; by default those of `degrade`
    sweep      factors, changed one at a time: settings of the network, the training or the inference
    """

    net: str
    weights: EntryName | None = None
    subject: Literal["test", "plane"]
    file: JpegFile = PLAIN_FILE
    direction: Literal["restore", "degrade"] = "restore"
    blind: bool = True
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    inference: Inference = Inference()
    points: RestorationPoints | None = None
    sweep: axes_type(RestorationChange) = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> "RestorationExperiment":
        if self.subject == "plane" and self.sweep:
            raise ValueError("in the plane an entry is one curve: no `sweep`")
        return self

    @model_validator(mode="after")
    def _weights_are_of_one_trained_restorer(self) -> "RestorationExperiment":
        if self.weights and (self.training or not self.blind or self.direction != "restore"):
            raise ValueError("with `weights` nothing is trained: no `training`, `blind: false` or `direction`")
        return self

    @property
    def is_compared(self) -> bool:
        """Whether it restores the files that all entries do that are compared: of the test photographs, plain."""
        return (self.subject, self.direction, self.file) == ("test", "restore", PLAIN_FILE)


@dataclass(frozen=True)
class RestorerRun(Run):
    """One network of an entry: the settings of its `build`, how it is trained and used, and where it is scored.

    `quality` is the only one that it is trained on; None if it is blind.
    """

    network: dict[str, Any]
    training: PatchTraining
    inference: Inference
    quality: int | None
    qualities: Sequence[int]

    @property
    def settings(self) -> dict[str, Any]:
        """The columns that tell the run from the others of its entry: `quality` too, where that is its own."""
        return super().settings | ({"quality": self.quality} if self.quality else {})

    @property
    def weights_key(self) -> str:
        """What is equal for the runs that share their weights."""
        return json.dumps([self.network, self.training.model_dump(), self.quality], sort_keys=True)

    def at(self, quality: int) -> dict[str, Any]:
        """Return the columns of its reconstructions from JPEG files of `quality`."""
        return self.settings | {"quality": quality}


RestorerEntry = Entry[RestorationExperiment, RestorerRun]


class Restoration(Group):
    """The group: the training that its experiments share, these by name, and the one that is exported."""

    training: PatchTraining
    export: EntryName
    experiments: Annotated[dict[EntryName, RestorationExperiment], Field(min_length=1)]

    def entry(self, name: str, *, degrade: Degrade, augment: Augment) -> RestorerEntry:
        """Return the entry `name`: the experiment as it stands, then with each change of its sweep, per quality.

        Raises:
            UserError: there is no such entry, its settings cannot be, or a quality has no JPEG files or patches;
                the message names the key.
        """
        experiment: RestorationExperiment = self.experiment(name, FAMILY)
        key = f"{FAMILY}.experiments.{name}"
        qualities = experiment.points.quality if experiment.points else degrade.qualities
        _check_qualities(experiment, qualities, degrade, augment, key)
        runs = make_runs(
            experiment,
            key,
            parts={
                "settings": experiment.settings,
                "training": self.training.model_dump(exclude_unset=True) | experiment.training,
                "inference": experiment.inference.model_dump(),
            },
            types=lambda _: {
                "settings": network_type(experiment.net, key),
                "training": PatchTraining,
                "inference": Inference,
            },
            make=lambda place, parts: RestorerRun(
                **place,
                network=parts["settings"].model_dump(),
                training=parts["training"],
                inference=parts["inference"],
                quality=None,
                qualities=qualities,
            ),
        )
        if not experiment.blind:
            runs = [replace(run, quality=quality, qualities=[quality]) for run in runs for quality in qualities]
        _check_imitation(experiment, runs, key)
        return Entry(FAMILY, name, experiment, runs)


GROUP = Restoration


def _check_qualities(
    experiment: RestorationExperiment, qualities: list[int], degrade: Degrade, augment: Augment, key: str
) -> None:
    """Refuse a quality without JPEG files to imitate, or without pairs for a network that sees no other."""
    if experiment.direction == "degrade":
        for quality in qualities:
            if quality not in degrade.qualities:
                raise UserError(
                    f"params.yaml: {key}.points.quality: no JPEG files of {quality}; add it to degrade.qualities"
                )
    if experiment.blind:
        return
    for group, known in (("augment", augment.qualities), ("degrade", degrade.qualities)):
        if missing := [quality for quality in qualities if quality not in known]:
            raise UserError(
                f"params.yaml: {key}: with `blind: false` quality {missing[0]} has no pairs; add it to "
                f"{group}.qualities ({', '.join(map(str, known))})"
            )


def _check_imitation(experiment: RestorationExperiment, networks: list[RestorerRun], key: str) -> None:
    """Refuse what only a reconstruction from bytes can have where the network goes the other way."""
    inferred = any(network.inference != Inference() for network in networks)
    needs_bytes = experiment.subject == "plane" or experiment.file != PLAIN_FILE or inferred
    if experiment.direction == "degrade" and needs_bytes:
        raise UserError(
            f"params.yaml: {key}: `direction: degrade` makes no reconstruction: subject `test`, no `file` and no "
            "`inference`"
        )
