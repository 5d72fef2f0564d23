"""The `restoration` group of params.yaml."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from recon.core.errors import UserError
from recon.data.params import Augment, Degrade, Qualities
from recon.settings.core import EntryName, Section, lookup, parse
from recon.settings.networks import network_settings
from recon.settings.sweeps import Values, text_of
from recon.settings.training import Training


class PatchTraining(Training):
    """Training on patches; `steps_per_epoch` null is one pass over all of them, `seed` null that of `runtime`."""

    epochs: int = Field(ge=1)
    steps_per_epoch: int | None = Field(ge=1)
    batch_size: int = Field(ge=1, le=4096)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class Inference(Section):
    """What is done to a whole image beside one pass through the network.

    ensemble    the mean over the image's eight turned and mirrored forms; eight times the work
    projection  width of the cells that the coefficients are brought back to, 1: the quantizer's own; null: none
    """

    ensemble: bool = False
    projection: float | None = Field(default=None, gt=0, le=1)


class Experiment(Section):
    """One architecture, or one question: a `sweep` over factors, changed one at a time.

    A factor is a setting of the network, of the training or of the inference. `sweep.quality` is none of them: the
    JPEG qualities that are scored, by default those of `degrade`.
    """

    net: str
    subject: Literal["test", "plane"]
    direction: Literal["restore", "degrade"] = "restore"
    blind: bool = True
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    inference: Inference = Inference()
    sweep: dict[str, Values] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _only_restoring_has_bytes(self) -> "Experiment":
        inferred = self.inference != Inference() or self.sweep.keys() & Inference.model_fields.keys()
        if self.direction == "degrade" and (self.subject == "plane" or inferred):
            raise ValueError("`direction: degrade` makes no reconstruction: subject `test`, and no `inference`")
        return self

    @model_validator(mode="after")
    def _one_curve_in_the_plane(self) -> "Experiment":
        if self.subject == "plane" and self.sweep.keys() - {"quality"}:
            raise ValueError("in the plane an entry is one curve: no factor but `quality` in its `sweep`")
        return self


class Restoration(Section):
    """The group's experiments by name, the training that they share, and the one whose weights are exported."""

    training: PatchTraining
    export: EntryName
    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]


@dataclass(frozen=True)
class Run:
    """One network of an entry: what it is called ("" where it is the only one), and how it is made and used.

    `quality` is the one that it is trained for; None if it is blind.
    """

    variant: str
    settings: dict[str, Any]
    training: PatchTraining
    inference: Inference
    quality: int | None

    @property
    def network(self) -> str:
        """Return what is equal for runs that use one and the same trained network."""
        return json.dumps([self.settings, self.training.model_dump(), self.quality], sort_keys=True)

    def variant_at(self, quality: int) -> str:
        """Return what its reconstructions from JPEGs of this quality are called, such as `width=16,quality=10`."""
        if self.quality:
            return self.variant
        return ",".join(filter(None, (self.variant, f"quality={quality}")))


class _Sweep(Section):
    quality: Qualities


def experiment_of(params: dict[str, Any], entry: str) -> Experiment:
    """Return the experiment `entry`; UserError names a wrong key."""
    key = f"restoration.experiments.{entry}"
    return parse(Experiment, lookup(params, key), key)


def qualities_of(params: dict[str, Any], entry: str) -> list[int]:
    """Return the JPEG qualities that `entry` is scored at; UserError names a wrong one."""
    experiment, degrade = experiment_of(params, entry), parse(Degrade, lookup(params, "degrade"), "degrade")
    key = f"restoration.experiments.{entry}.sweep"
    wanted = parse(_Sweep, {"quality": experiment.sweep.get("quality", degrade.qualities)}, key).quality
    missing = [quality for quality in wanted if quality not in degrade.qualities]
    if missing and experiment.direction == "degrade":
        raise UserError(f"params.yaml: {key}.quality: no JPEG files of {missing[0]}; add it to degrade.qualities")
    return wanted


def runs_of(params: dict[str, Any], entry: str) -> list[Run]:
    """Return the networks that `entry` needs: as it stands, with each factor of its sweep changed, per quality.

    UserError names a wrong key or value, or a quality that has no training or validation pairs.
    """
    experiment = experiment_of(params, entry)
    if experiment.blind:
        return [_run(params, entry, change, quality=None) for change in _changes(experiment.sweep)]
    qualities = qualities_of(params, entry)
    _check_pairs(params, entry, qualities)
    return [
        _run(params, entry, change, quality=quality)
        for change in _changes(experiment.sweep)
        for quality in qualities
    ]


def _changes(sweep: dict[str, list[Any]]) -> Iterator[tuple[str, Any] | None]:
    """Yield None, for the entry as it stands, then each factor with each of its values."""
    yield None
    yield from ((factor, value) for factor, values in sweep.items() if factor != "quality" for value in values)


def _run(params: dict[str, Any], entry: str, change: tuple[str, Any] | None, *, quality: int | None) -> Run:
    experiment, key = experiment_of(params, entry), f"restoration.experiments.{entry}"
    parts = {
        "settings": experiment.settings,
        "training": lookup(params, "restoration.training") | experiment.training,
        "inference": experiment.inference.model_dump(),
    }
    known = {
        "settings": network_settings(experiment.net, {}, key).keys(),
        "training": PatchTraining.model_fields.keys(),
        "inference": Inference.model_fields.keys(),
    }
    if change:
        factor, value = change
        homes = [part for part, names in known.items() if factor in names]
        if not homes:
            listed = ", ".join(sorted({"quality"}.union(*known.values())))
            raise UserError(f"params.yaml: {key}.sweep.{factor}: unknown factor; known: {listed}")
        parts[homes[0]] = parts[homes[0]] | {factor: value}
    return Run(
        variant=_variant(experiment, change, quality),
        settings=network_settings(experiment.net, parts["settings"], key),
        training=parse(PatchTraining, parts["training"], f"{key}.training"),
        inference=parse(Inference, parts["inference"], f"{key}.inference"),
        quality=quality,
    )


def _variant(experiment: Experiment, change: tuple[str, Any] | None, quality: int | None) -> str:
    named = [f"{change[0]}={text_of(change[1])}"] if change else []
    if not named and experiment.sweep.keys() - {"quality"}:
        named = ["base=base"]
    return ",".join(named + ([f"quality={quality}"] if quality else []))


def _check_pairs(params: dict[str, Any], entry: str, qualities: list[int]) -> None:
    """Refuse a quality that a network of its own has nothing to train or to be validated on."""
    for group, model in (("augment", Augment), ("degrade", Degrade)):
        known = parse(model, lookup(params, group), group).qualities
        missing = [quality for quality in qualities if quality not in known]
        if missing:
            raise UserError(
                f"params.yaml: restoration.experiments.{entry}: with `blind: false` quality {missing[0]} has no "
                f"pairs; add it to {group}.qualities ({', '.join(map(str, known))})"
            )
