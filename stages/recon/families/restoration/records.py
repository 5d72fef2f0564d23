"""The summary in the record of a restoration run, the numbers that papers print, and its network for the zoo."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from recon.core.errors import UserError
from recon.families.restoration.params import FAMILY, MODELS, WEIGHTS, RestorerEntry
from recon.families.shared.project import Project
from recon.families.shared.record_input import RecordInput
from recon.referee.bd_rate import BdRate, bd_rate_percent

MEASURES = ("psnr_db", "psnr_b_db", "ssim")
COSTS = ("macs_per_pixel", "num_params", "decoder_bytes")
SCORES = (*MEASURES, *COSTS, "training_minutes", "bd_rate_percent")  # of the summary, in the zoo's index


def summarize(record_input: RecordInput) -> dict[str, Any]:
    """Return PSNR, PSNR-B and SSIM at each JPEG quality of the run's only entry, its costs, and its BD-rates.

    Returns:
        psnr_db, psnr_b_db, ssim (quality -> mean over the images), macs_per_pixel, num_params, decoder_bytes;
        training_minutes, where the run has trained the network; with a leaderboard also bd_rate_percent (method ->
        rate at equal PSNR, in percent above that method's, or below if negative) and bd_rate_range_db (method ->
        the PSNRs that both curves reach), for each other method of the plane. Empty for several entries.
    """
    scores = record_input.scores
    if scores["entry"].nunique() != 1:
        return {}
    means = scores.groupby("quality", sort=False)[list(MEASURES)].mean().round(5)
    summary = {measure: {f"{quality}": value for quality, value in means[measure].items()} for measure in MEASURES}
    summary |= {cost: scores[cost].iloc[0].item() for cost in COSTS}
    (seconds,) = record_input.seconds.values()
    if "train_seconds" in seconds:
        summary["training_minutes"] = round(seconds["train_seconds"] / 60, 2)
    return summary if record_input.leaderboard is None else summary | _compute_bd_rates(record_input.leaderboard)


def find_weights(project: Project) -> Path:
    """Return the file of the network that a run has trained; UserError where there is none, or several."""
    entry = _find_entry(project)
    return MODELS / entry.name / entry.runs[0].folder / WEIGHTS


def describe_network(project: Project, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the zoo's index says of a run's network, by the fields of `ZooNetwork`.

    `summary` is that of the run.
    """
    entry = _find_entry(project)
    (run,) = entry.runs
    scored = {
        "images": project.scored_source(entry.experiment.subject),
        "file": entry.experiment.file.model_dump(),
    }
    return {
        "net": entry.experiment.net,
        "settings": run.network,
        "channels": 3 if project.data.color == "rgb" else 1,
        "value_range": run.training.value_range,
        "half_precision": run.training.half_precision,
        "inference": run.inference.model_dump(),
        "augment": project.augment.model_dump(include={"qualities", "subsamplings", "encoders", "tables"}),
        "scores": scored | {name: summary[name] for name in SCORES if name in summary},
    }


def _find_entry(project: Project) -> RestorerEntry:
    """Return the only entry, which trains one network to restore."""
    group = project.families[FAMILY]
    name = next(iter(group.experiments))
    entry: RestorerEntry = group.entry(name, degrade=project.degrade, augment=project.augment)
    experiment = entry.experiment
    trains = experiment.direction == "restore" and not experiment.weights
    if len(group.experiments) > 1 or len(entry.runs) > 1 or not trains:
        raise UserError(
            f"{FAMILY}.experiments: {', '.join(group.experiments)}; a run whose network goes into the zoo has one "
            "entry, which trains one network to restore: change the recipe, or omit its `zoo:`"
        )
    return entry


def _compute_bd_rates(board: pd.DataFrame) -> dict[str, Any]:
    """Return the BD-rate against each other method of the plane, where it is defined."""
    curves = {
        method: list(zip(points["bpp"], points["psnr_db"], strict=True))
        for method, points in board.groupby("method", sort=False)
    }
    restorers = board.loc[board["family"] == FAMILY, "method"].unique()
    rates: dict[str, BdRate] = {}
    for method, anchor in curves.items():
        if method not in restorers:
            with suppress(UserError):  # no PSNR in common, or one that falls where the rate grows
                rates[method] = bd_rate_percent(anchor=anchor, test=curves[restorers[0]])
    return {
        "bd_rate_percent": {method: round(rate.percent, 2) for method, rate in rates.items()},
        "bd_rate_range_db": {
            method: [round(rate.lowest_db, 2), round(rate.highest_db, 2)] for method, rate in rates.items()
        },
    }
