"""What the latent decoders must have in common with the rest of params.yaml."""

from typing import Any

from recon.core.errors import UserError
from recon.data.params import Subject
from recon.families.latent_decoder.params import FAMILY, PATTERNS, Change, Experiment, Run, experiment_of, runs_of
from recon.settings.axes import Value, values
from recon.settings.network_checks import check_network

_MOST = 4096  # of a network's counts


def check_latent_decoder(params: dict[str, Any], known: Any) -> None:
    """Raise UserError for the first training of an entry that cannot be; `known` are all groups."""
    subjects = {"plane": known.plane, FAMILY: known.latent_decoder.subject, PATTERNS: None}
    for entry in known.latent_decoder.experiments:
        key, experiment = f"params.yaml: {FAMILY}.experiments.{entry}", experiment_of(params, entry)
        if experiment.subject not in subjects:
            raise UserError(f"{key}.subject: unknown subject `{experiment.subject}`; known: {', '.join(subjects)}")
        sides = _sides(experiment, subjects[experiment.subject], known.synthesize.side, key)
        _check_axes(experiment, key)
        for run in runs_of(params, entry):
            check_network(run.settings, run.training, key.removeprefix("params.yaml: "))
            _check_counts(run, sides, key)
            _check_grid(run, sides, key)
            _check_training(run, key)
    about = [experiment.subject for experiment in known.latent_decoder.experiments.values()]
    if about.count(PATTERNS) != 1:
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: {about.count(PATTERNS)} have the subject `{PATTERNS}`; the "
            "figures, and the decoded patterns, are of exactly one"
        )


def _sides(experiment: Experiment, subject: Subject | None, pattern: int, key: str) -> tuple[int, int]:
    """Return rows and columns of the images that a decoder gives."""
    if subject is None:
        sides = (pattern, pattern)
    elif subject.rows:
        sides = (subject.rows, subject.columns)
    elif experiment.patch_size is None:
        raise UserError(
            f"{key}.patch_size: the pictures of `{experiment.subject}` are left at their own sizes, which a "
            "decoder cannot give; set patch_size, or rows and columns of the pictures"
        )
    else:
        sides = (experiment.patch_size, experiment.patch_size)
    if experiment.patch_size and experiment.patch_size > min(sides):
        raise UserError(
            f"{key}.patch_size: {experiment.patch_size} is more than the pictures' {sides[0]} x {sides[1]} "
            "pixels; choose a smaller one"
        )
    return (experiment.patch_size, experiment.patch_size) if experiment.patch_size else sides


def _check_axes(experiment: Experiment, key: str) -> None:
    """Refuse a sweep that changes what varies across too: one of the two changes would be lost."""
    varied = set().union(*map(_changed, values(experiment.across)))
    for change in values(experiment.sweep):
        if twice := sorted(varied & _changed(change)):
            raise UserError(
                f"{key}: `{twice[0]}` varies in `across` and is changed by `{change.factor}` in `sweep`; keep one"
            )


def _changed(value: Value) -> set[str]:
    """Return the names of the settings that a value on an axis changes."""
    if not isinstance(value.change, Change):
        return {value.factor}
    parts = value.change.model_dump(exclude_unset=True)
    return set().union(*(what if isinstance(what, dict) else {part} for part, what in parts.items()))


def _check_counts(run: Run, sides: tuple[int, int], key: str) -> None:
    """Refuse counts that no memory has room for; that they are above 0 is checked with those of all networks.

    The highest octave has 2^(octaves - 1) half cycles a side, of which the pixels can show one each.
    """
    for name, value in run.settings.items():
        most = max(sides).bit_length() if name == "octaves" else _MOST
        if type(value) is int and value > most:
            raise UserError(f"{key}.settings.{name}: at most {most} (got {value!r})")


def _check_training(run: Run, key: str) -> None:
    """Refuse a warm-up that may be longer than the run, and an end of training before the last epoch."""
    for name in ("epochs", "fit_epochs"):
        if run.training.warmup_steps >= getattr(run.training, name):
            raise UserError(
                f"{key}.training.warmup_steps: {run.training.warmup_steps} are no fewer than the "
                f"{getattr(run.training, name)} of `{name}`; lower it or train longer"
            )
    if run.start == "pca" and run.settings["output_activation"] != "linear":
        raise UserError(
            f"{key}.start: principal components are of the pixels themselves, and so the output is; set "
            "`output_activation: linear`, or another start"
        )
    if run.training.early_stopping:
        raise UserError(f"{key}.training.early_stopping: quality over time is told for all epochs; use null")


def _check_grid(run: Run, sides: tuple[int, int], key: str) -> None:
    """Refuse a decoder that doubles a small grid, where the sides or the code do not divide so."""
    if "levels" not in run.settings:
        return
    levels, grid = run.settings["levels"], run.settings["grid"]
    if any(side % (2**levels * grid) for side in sides):
        raise UserError(
            f"{key}.settings: 2^levels x grid = {2**levels * grid} does not divide the sides "
            f"{sides[0]} x {sides[1]}"
        )
    if run.latents % grid**2:
        raise UserError(f"{key}.latents: {run.latents} is no multiple of grid^2 = {grid**2}")
