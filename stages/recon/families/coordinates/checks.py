"""What the coordinate networks must have in common with the rest of params.yaml."""

from recon.core import rooms
from recon.core.errors import UserError
from recon.data.params import Subject
from recon.families.coordinates.params import FAMILY, ROOM, SCATTERED_METHODS, FieldRun
from recon.families.coordinates.setting_limits import check_limits
from recon.families.shared.project import Project
from recon.settings.network_checks import check_network


def check(project: Project) -> None:
    """Raise UserError for the first run of an entry that cannot be."""
    group = project.families[FAMILY]
    for name in group.experiments:
        entry = group.entry(name)
        subject = project.subject(entry.experiment.subject, entry.key)
        for run in entry.runs:
            if run.method is None:
                _check_fit(run, entry.key)
                _check_visibility(run, subject, project.runtime.seed, entry.key)
            else:
                _check_interpolation(run, entry.key)
        if len({run.training.math for run in entry.runs}) > 1:
            raise UserError(f"params.yaml: {entry.key}: `math` must be one for all its fits; make another entry")


def _check_fit(run: FieldRun, key: str) -> None:
    """Refuse settings that do not go with each other."""
    check_network(run.network, run.training, key)
    check_limits(run.network, key)
    mappings, kind = rooms.constant(ROOM, run.net, "MAPPINGS"), run.mapping.kind
    if mappings and kind not in mappings:
        raise UserError(
            f"params.yaml: {key}.mapping.kind: `{run.net}` takes {' or '.join(mappings)} (got {kind!r})"
        )
    steps = run.training.epochs * run.training.steps_per_epoch
    if run.training.warmup_steps >= steps:
        raise UserError(
            f"params.yaml: {key}.training.warmup_steps: {run.training.warmup_steps} is the whole run of {steps} "
            "steps; lower it"
        )


def _check_visibility(run: FieldRun, subject: Subject, seed: int, key: str) -> None:
    """Refuse a mask or a reduction that the subject's images cannot have."""
    reduce = run.visibility.reduce
    if run.mask and reduce > 1:
        raise UserError(f"params.yaml: {key}: either a `mask` or `reduce`, not both")
    if subject.rows:
        run.draw_mask((subject.rows, subject.columns), seed=seed)
        if subject.rows % reduce or subject.columns % reduce:
            raise UserError(
                f"params.yaml: {key}.reduce: {reduce} does not divide {subject.rows} x {subject.columns}"
            )


def _check_interpolation(run: FieldRun, key: str) -> None:
    """Refuse an interpolation that has nothing to fill in, or needs other visible pixels."""
    if run.visibility.is_full:
        raise UserError(f"params.yaml: {key}.baselines: nothing is hidden; give a `mask` or `reduce`")
    if run.method not in SCATTERED_METHODS and run.mask and run.mask.kind != "even":
        raise UserError(
            f"params.yaml: {key}.baselines: `{run.method}` needs visible pixels on a lattice; with the mask "
            f"`{run.visibility.mask}`, {' and '.join(SCATTERED_METHODS)} are possible"
        )
    if run.method == "biharmonic" and run.visibility.reduce > 1:
        raise UserError(f"params.yaml: {key}.baselines: `biharmonic` fills in hidden pixels; `reduce` has none")
