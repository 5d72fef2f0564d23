"""Checks of the latent decoders against the rest of params.yaml."""

from recon.core import rooms
from recon.core.errors import UserError
from recon.families.latent_decoder.params import (
    FAMILY,
    ROOM,
    DecoderChange,
    DecoderEntry,
    DecoderExperiment,
    DecoderRun,
)
from recon.families.shared.project import PATTERNS, Project
from recon.settings.network_checks import MOST_UNITS, check_network
from recon.settings.sweeps import AxisValue, axis_values, locate_errors


def check(project: Project) -> None:
    """Raise UserError for the first training that could not work."""
    group = project.families[FAMILY]
    for entry in group.entries():
        key = f"params.yaml: {entry.key}"
        sides = image_shape(entry, project)[:2]
        _check_axes(entry.experiment, key)
        for run in entry.runs:
            with locate_errors(run, entry.key):
                # The highest octave has 2^(octaves - 1) half cycles per side, of which each pixel can show one.
                octaves = max(sides).bit_length()
                check_network(
                    run.net_settings,
                    run.training,
                    entry.key,
                    is_dense=not rooms.has_convolutions(run.net, room=ROOM),
                    most=MOST_UNITS,
                    octaves=octaves,
                )
                _check_grid(run, sides, key)
                _check_training(run, key)
    count = [experiment.subject for experiment in group.experiments.values()].count(PATTERNS)
    if count != 1:
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: {count} have the subject `{PATTERNS}`; the figures and "
            "decoded patterns need exactly one"
        )


def image_shape(entry: DecoderEntry, project: Project) -> tuple[int, int, int]:
    """Return rows, columns and channels of the images of an entry's decoders; UserError where these differ."""
    key, patch_size = f"params.yaml: {entry.key}.patch_size", entry.experiment.patch_size
    if entry.experiment.subject == PATTERNS:
        rows, columns, channels = project.synthesize.side, project.synthesize.side, 1
    else:
        subject = project.subject(entry.experiment.subject, entry.key)
        rows, columns, channels = subject.rows, subject.columns, 3 if subject.color == "rgb" else 1
    if not (patch_size or rows):
        raise UserError(
            f"{key}: the pictures of `{entry.experiment.subject}` differ in size, but those of a decoder must "
            "not; set patch_size, or rows and columns of the subject"
        )
    if patch_size and rows and patch_size > min(rows, columns):
        raise UserError(
            f"{key}: {patch_size} is more than the pictures' {rows} x {columns} pixels; choose a smaller one"
        )
    return (patch_size or rows, patch_size or columns, channels)


def _check_axes(experiment: DecoderExperiment, key: str) -> None:
    """Refuse a sweep over a setting that also varies across: one of the two changes would be lost."""
    varied = set().union(*map(_changed_settings, axis_values(experiment, "across")))
    for value in axis_values(experiment, "sweep"):
        if twice := sorted(varied & _changed_settings(value)):
            raise UserError(
                f"{key}: `{twice[0]}` varies in `across` and is changed by `{value.factor}` in `sweep`; keep one"
            )


def _changed_settings(value: AxisValue) -> set[str]:
    """Return the names of the settings changed by a value on an axis."""
    if not isinstance(value.change, DecoderChange):
        return {value.factor}
    parts = value.change.model_dump(exclude_unset=True)
    return set().union(*(change if isinstance(change, dict) else {part} for part, change in parts.items()))


def _check_training(run: DecoderRun, key: str) -> None:
    """Refuse a warm-up as long as the run, a start that needs a linear output, and early stopping."""
    for name in ("epochs", "fit_epochs"):
        if run.training.warmup_steps >= getattr(run.training, name):
            raise UserError(
                f"{key}.training.warmup_steps: must be less than `{name}`, {getattr(run.training, name)} "
                f"(got {run.training.warmup_steps})"
            )
    if run.start == "pca" and run.net_settings.get("output_activation", "linear") != "linear":
        raise UserError(
            f"{key}.start: principal components need a linear output; set `output_activation: linear`, "
            "or another start"
        )
    if run.training.early_stopping:
        raise UserError(f"{key}.training.early_stopping: the curves need all epochs; use null")


def _check_grid(run: DecoderRun, sides: tuple[int, int], key: str) -> None:
    """Refuse a decoder that doubles a small grid, unless sides and latents are multiples of the grid's."""
    if not {"levels", "grid"} <= run.net_settings.keys():
        return
    levels, grid = run.net_settings["levels"], run.net_settings["grid"]
    if any(side % (2**levels * grid) for side in sides):
        product = f"2^levels x grid = {2**levels * grid}"
        raise UserError(f"{key}.settings: {product} does not divide the sides {sides[0]} x {sides[1]}")
    if run.latents % grid**2:
        raise UserError(f"{key}.latents: {run.latents} is not a multiple of grid^2 = {grid**2}")
