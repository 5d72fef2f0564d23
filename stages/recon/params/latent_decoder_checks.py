"""What the latent decoders must have in common with the rest of params.yaml."""

from typing import Any

from recon.errors import UserError
from recon.params.data import Subject
from recon.params.latent_decoder import FAMILY, Experiment, Run, experiment_of, runs_of
from recon.params.network_checks import check_network

PATTERNS = "patterns"


def check_latent_decoder(params: dict[str, Any], known: Any) -> None:
    """Raise UserError for the first training of an entry that cannot be; `known` are all groups."""
    subjects = {"plane": known.plane, FAMILY: known.latent_decoder.subject, PATTERNS: None}
    for entry in known.latent_decoder.experiments:
        key, experiment = f"params.yaml: {FAMILY}.experiments.{entry}", experiment_of(params, entry)
        if experiment.subject not in subjects:
            raise UserError(f"{key}.subject: unknown subject `{experiment.subject}`; known: {', '.join(subjects)}")
        sides = _sides(experiment, subjects[experiment.subject], known.synthesize.side, key)
        for run in runs_of(params, entry):
            check_network(run.settings, run.training, key.removeprefix("params.yaml: "))
            _check_grid(run, sides, key)


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
