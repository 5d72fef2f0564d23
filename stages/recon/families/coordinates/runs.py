"""The fits that an experiment of `coordinates` stands for, and the interpolations that are put beside them."""

import json
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from recon.families.coordinates.params import (
    METHOD,
    ROOM,
    SHOWN,
    InputMapping,
    Method,
    PlaceTraining,
    experiment_of,
    mask_of,
)
from recon.settings import axes
from recon.settings.core import EntryName, Section, lookup, parse
from recon.settings.networks import network_settings


class Shown(Section):
    """What of an image a fit is shown: its pixels but those of a mask, or all of it reduced by a factor."""

    mask: EntryName | None
    reduce: int = Field(ge=1, le=16)


@dataclass(frozen=True)
class Run(axes.Run):
    """One fit of each photograph, and how it is made."""

    net: str
    settings: dict[str, Any]
    mapping: InputMapping
    training: PlaceTraining
    shown: Shown

    def variant_at(self, bits: int) -> str:
        """Return what its reconstructions at so many bits a weight are called, such as `scale=10,bits=8`."""
        return ",".join(filter(None, (self.variant, f"bits={bits}")))

    @property
    def described(self) -> str:
        """Return all that decides the fit, as text."""
        parts = [self.mapping.model_dump(), self.training.model_dump(), self.shown.model_dump()]
        return json.dumps([self.net, self.settings, *parts], sort_keys=True)


def runs_of(params: dict[str, Any], entry: str) -> list[Run]:
    """Return the fits that `entry` needs: for each value across, as it stands and with each change of its sweep.

    UserError names a wrong key or value.
    """
    experiment = experiment_of(params, entry)
    return [_run(params, entry, run, laid) for run, laid in axes.runs(experiment.across, experiment.sweep)]


def baselines_of(params: dict[str, Any], entry: str) -> list[tuple[Method, Run]]:
    """Return each interpolation of `entry`, with a run that says what it is shown: one for each mask or reduction.

    Its name says both: `method=nearest,mask=block`.
    """
    experiment, runs = experiment_of(params, entry), runs_of(params, entry)
    found = []
    for method in experiment.baselines:
        by_shown = {run.shown: run for run in reversed(runs)}
        for run in reversed(by_shown.values()):
            varied = f"{next(iter(experiment.across))}={run.across}" if len(by_shown) > 1 else ""
            variant = ",".join(filter(None, (f"{METHOD}={method}", varied)))
            found.append((method, replace(run, variant=variant, across=run.across if varied else None)))
    return found


def _run(params: dict[str, Any], entry: str, run: axes.Run, laid: list[axes.Value]) -> Run:
    key, experiment = f"coordinates.experiments.{entry}", experiment_of(params, entry)
    parts = {
        "settings": experiment.settings,
        "mapping": lookup(params, "coordinates.mapping") | experiment.mapping,
        "training": lookup(params, "coordinates.training") | experiment.training,
        "shown": {"mask": experiment.mask, "reduce": experiment.reduce},
    }
    known = {
        "settings": network_settings(experiment.net, {}, key, room=ROOM).keys(),
        "mapping": InputMapping.model_fields.keys(),
        "training": PlaceTraining.model_fields.keys(),
        "shown": SHOWN,
    }
    for value in laid:
        for part, changed in _by_part(axes.changes(value, known, key)).items():
            parts[part] = parts[part] | changed
    shown = parse(Shown, parts["shown"], key)
    if shown.mask is not None:
        mask_of(params, shown.mask)
    return Run(
        **vars(run),
        net=experiment.net,
        settings=network_settings(experiment.net, parts["settings"], key, room=ROOM),
        mapping=parse(InputMapping, parts["mapping"], f"{key}.mapping"),
        training=parse(PlaceTraining, parts["training"], f"{key}.training"),
        shown=shown,
    )


def _by_part(changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a named value changes, a mask or a reduction as the part `shown`."""
    shown = {name: changed[name] for name in SHOWN if name in changed}
    others = {name: change for name, change in changed.items() if name not in SHOWN}
    return others | ({"shown": shown} if shown else {})
