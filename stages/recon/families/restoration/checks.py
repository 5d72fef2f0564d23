"""What the restoration family must have in common with the rest of params.yaml."""

from typing import Any

from recon.core.errors import UserError
from recon.families.restoration.params import Experiment, Run, qualities_of, runs_of
from recon.settings.network_checks import check_network

BLOCK = 8  # whole images are padded to multiples of JPEG's blocks
PLAIN = "jpeg"  # the deblocking entry that all gains are taken over


def check_restoration(params: dict[str, Any], known: Any) -> None:
    """Raise UserError for the first network of an entry, or its sweep, that cannot be; `known` are all groups."""
    group = known.restoration
    _check_plain_jpeg(known)
    for entry, experiment in group.experiments.items():
        key = f"restoration.experiments.{entry}"
        if entry in known.deblocking.experiments:
            raise UserError(f"params.yaml: {key}: deblocking has an entry of that name; rename one of them")
        qualities = qualities_of(params, entry)
        for run in runs_of(params, entry):
            _check_run(run, experiment, known.augment.patch_size, key)
        if (experiment.subject, experiment.direction) == ("test", "restore"):
            _check_compared(known, qualities, key)
    single = [entry for entry in group.experiments if [run.variant for run in runs_of(params, entry)] == [""]]
    if group.export not in single:
        raise UserError(
            f"params.yaml: restoration.export: `{group.export}` is no experiment with one network; "
            f"known: {', '.join(single) or 'none'}"
        )


def check_unseen(known: Any, splits: dict[str, str]) -> None:
    """Raise UserError where a restorer would be shown the plane's photographs in training.

    `splits` are those of `data.source` by itself; with a `test_source` its test images are trained on too.
    """
    in_plane = [entry for entry, e in known.restoration.experiments.items() if e.subject == "plane"]
    if not in_plane or known.plane.source != known.data.source:
        return
    held_out = () if known.data.test_source else ("test",)
    names = splits if known.plane.images == "all" else known.plane.images
    seen = [name for name in names if splits.get(name, "test") not in held_out]
    if seen:
        raise UserError(
            f"params.yaml: plane.images: `{seen[0]}` is among the photographs that restoration.experiments."
            f"{in_plane[0]} learns from; take the plane from another source, or leave the entry out"
        )


def _check_plain_jpeg(known: Any) -> None:
    plain = known.deblocking.experiments.get(PLAIN)
    if plain is None or (plain.filter, plain.subject) != ("none", "test"):
        raise UserError(
            f"params.yaml: deblocking.experiments.{PLAIN}: must be there, with `filter: none` and "
            "`subject: test`: restorers are compared with it"
        )


def _check_compared(known: Any, qualities: list[int], key: str) -> None:
    plain = known.deblocking.experiments[PLAIN]
    missing = [quality for quality in qualities if quality not in plain.qualities(known.degrade)]
    if missing:
        raise UserError(
            f"params.yaml: {key}.sweep.quality: deblocking.experiments.{PLAIN} is not scored at {missing[0]}; "
            "add it there, or to degrade.qualities"
        )


def _check_run(run: Run, experiment: Experiment, patch_size: int, key: str) -> None:
    check_network(run.settings, run.training, key)
    side = run.settings.get("patch_size")
    if side not in (None, patch_size):
        raise UserError(
            f"params.yaml: {key}.settings.patch_size: {experiment.net} sees patches of one size, and is trained "
            f"on those of augment.patch_size, {patch_size} (got {side})"
        )
    halvings = len(run.settings.get("filters", ()))
    if (side or BLOCK) % 2**halvings:
        raise UserError(
            f"params.yaml: {key}.settings.filters: each halves the sides, which are multiples of "
            f"{side or BLOCK}; name fewer (got {halvings})"
        )
    steps = run.training.steps_per_epoch
    if steps and run.training.warmup_steps >= run.training.epochs * steps:
        raise UserError(
            f"params.yaml: {key}.training.warmup_steps: {run.training.warmup_steps} is the whole run of "
            f"{run.training.epochs} x {steps} steps; lower it"
        )
