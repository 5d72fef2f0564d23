"""What the coordinate networks must have in common with the rest of params.yaml."""

from typing import Any

from recon.core import rooms
from recon.core.errors import UserError
from recon.data.params import Subject
from recon.families.coordinates import shown
from recon.families.coordinates.field_checks import check_field_settings
from recon.families.coordinates.params import ANYWHERE, ROOM, Experiment, mask_of
from recon.families.coordinates.runs import Run, runs_of
from recon.settings.network_checks import check_network

# Subjects of other families, and the patterns.
TAKEN = ("plane", "autoencoder", "test", "jpeg", "latent_decoder", "patterns", "pixels", "fractal")


def check_coordinates(params: dict[str, Any], known: Any) -> None:
    """Raise UserError for the first fit of an entry, or its sweep, that cannot be; `known` are all groups."""
    group = known.coordinates
    for name in group.subjects:
        if name in TAKEN:
            raise UserError(f"params.yaml: coordinates.subjects.{name}: the name is taken; choose another")
    subjects = {"plane": known.plane, **group.subjects}
    for entry, experiment in group.experiments.items():
        key = f"coordinates.experiments.{entry}"
        if experiment.subject not in subjects:
            raise UserError(
                f"params.yaml: {key}.subject: unknown subject `{experiment.subject}`; known: {', '.join(subjects)}"
            )
        runs = runs_of(params, entry)
        for run in runs:
            _check_run(params, run, subjects[experiment.subject], known.runtime.seed, key)
            _check_baselines(params, run, experiment, key)
        if len({run.training.math for run in runs}) > 1:
            raise UserError(f"params.yaml: {key}: `math` is the same for all fits of an entry; make another entry")


def _check_run(params: dict[str, Any], run: Run, subject: Subject, seed: int, key: str) -> None:
    check_network(run.settings, run.training, key)
    mappings = rooms.constant(ROOM, run.net, "MAPPINGS")
    kind = run.mapping.kind
    if mappings and kind not in mappings:
        raise UserError(
            f"params.yaml: {key}.mapping.kind: `{run.net}` takes {' or '.join(mappings)} (got {kind!r})"
        )
    check_field_settings(run.settings, key)
    steps = run.training.epochs * run.training.steps_per_epoch
    if run.training.warmup_steps >= steps:
        raise UserError(
            f"params.yaml: {key}.training.warmup_steps: {run.training.warmup_steps} is the whole run of {steps} "
            "steps; lower it"
        )
    if run.shown.mask and run.shown.reduce > 1:
        raise UserError(f"params.yaml: {key}: either a `mask` or `reduce`, not both")
    if subject.rows:
        shown.mask_for(params, run, (subject.rows, subject.columns), seed=seed)
        if subject.rows % run.shown.reduce or subject.columns % run.shown.reduce:
            raise UserError(
                f"params.yaml: {key}.reduce: {run.shown.reduce} does not divide {subject.rows} x {subject.columns}"
            )


def _check_baselines(params: dict[str, Any], run: Run, experiment: Experiment, key: str) -> None:
    """Refuse an interpolation that has nothing to fill in, or needs other pixels than are known."""
    if experiment.baselines and run.shown.mask is None and run.shown.reduce == 1:
        raise UserError(f"params.yaml: {key}.baselines: nothing is hidden; give a `mask` or `reduce`")
    needs = [method for method in experiment.baselines if method not in ANYWHERE]
    if needs and run.shown.mask and mask_of(params, run.shown.mask).kind != "even":
        raise UserError(
            f"params.yaml: {key}.baselines: `{needs[0]}` needs known pixels on a lattice; with the mask "
            f"`{run.shown.mask}`, {' and '.join(ANYWHERE)} are possible"
        )
    if "biharmonic" in experiment.baselines and run.shown.reduce > 1:
        raise UserError(f"params.yaml: {key}.baselines: `biharmonic` fills in hidden pixels; `reduce` has none")
