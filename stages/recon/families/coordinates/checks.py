"""Checks of the coordinate networks against the rest of params.yaml."""

from recon.core import rooms
from recon.core.errors import UserError
from recon.data.params import Subject
from recon.families.coordinates.params import FAMILY, ROOM, SCATTERED_METHODS, FieldRun
from recon.families.coordinates.setting_limits import MAX_COUNT, check_limits
from recon.families.shared.project import Project
from recon.settings.network_checks import MOST_UNITS, check_network
from recon.settings.sweeps import locate_errors


def check(project: Project) -> None:
    """Raise UserError for the first run that could not work."""
    group = project.families[FAMILY]
    for name in group.experiments:
        entry = group.entry(name)
        subject = project.subject(entry.experiment.subject, entry.key)
        for run in entry.runs:
            with locate_errors(run, entry.key):
                if run.method is None:
                    _check_fit(run, entry.key)
                    _check_visibility(run, subject, project.runtime.seed, entry.key)
                else:
                    _check_interpolation(run, entry.key)
        if len({run.training.math for run in entry.runs}) > 1:
            raise UserError(
                f"params.yaml: {entry.key}: `math` must be the same for all its fits; define another entry"
            )


def _check_fit(run: FieldRun, key: str) -> None:
    """Refuse incompatible settings."""
    is_dense = not rooms.has_convolutions(run.net, room=ROOM)
    check_network(run.network, run.training, key, most=MOST_UNITS, is_dense=is_dense, table_rows=MAX_COUNT)
    check_limits(run.network, key)
    mappings, kind = rooms.constant(ROOM, run.net, "MAPPINGS"), run.mapping.kind
    if mappings and kind not in mappings:
        raise UserError(
            f"params.yaml: {key}.mapping.kind: `{run.net}` takes {' or '.join(mappings)} (got {kind!r})"
        )
    steps = run.training.epochs * run.training.steps_per_epoch
    if run.training.warmup_steps >= steps:
        raise UserError(
            f"params.yaml: {key}.training.warmup_steps: must be less than the run's {steps} steps "
            f"(got {run.training.warmup_steps})"
        )


def _check_visibility(run: FieldRun, subject: Subject, seed: int, key: str) -> None:
    """Refuse a mask or a reduction that does not fit the subject's images."""
    reduce = run.visibility.reduce
    if run.mask and reduce > 1:
        raise UserError(f"params.yaml: {key}: set either `mask` or `reduce`, not both")
    if subject.rows:
        run.draw_mask((subject.rows, subject.columns), seed=seed)
        if subject.rows % reduce or subject.columns % reduce:
            raise UserError(
                f"params.yaml: {key}.reduce: {reduce} does not divide {subject.rows} x {subject.columns}"
            )


def _check_interpolation(run: FieldRun, key: str) -> None:
    """Refuse an interpolation without hidden pixels, or one that needs other visible pixels."""
    if run.visibility.is_full:
        raise UserError(f"params.yaml: {key}.baselines: no pixels are hidden; set `mask` or `reduce`")
    if run.method not in SCATTERED_METHODS and run.mask and run.mask.kind != "even":
        raise UserError(
            f"params.yaml: {key}.baselines: `{run.method}` needs visible pixels on a lattice; with the mask "
            f"`{run.visibility.mask}` use {' or '.join(SCATTERED_METHODS)}"
        )
    if run.method == "biharmonic" and run.visibility.reduce > 1:
        raise UserError(f"params.yaml: {key}.baselines: `biharmonic` fills in hidden pixels; `reduce` leaves none")
