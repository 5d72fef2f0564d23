"""The summary in the record of a restoration run: the numbers that papers print."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recon.families.restoration.params import FAMILY
from recon.families.shared.record_input import RecordInput
from recon.referee.bd_rate import bd_rate_percent

MEASURES = ("psnr_db", "psnr_b_db", "ssim")
COSTS = ("macs_per_pixel", "num_params")


def summarize(record_input: RecordInput) -> dict[str, Any]:
    """Return PSNR, PSNR-B and SSIM at each JPEG quality of the run's only entry, its costs, and its BD-rates.

    Returns:
        psnr_db, psnr_b_db, ssim (quality -> mean over the images), macs_per_pixel, num_params, training_minutes;
        with a leaderboard also bd_rate_percent (method -> rate at equal PSNR, in percent above that method's) and
        bd_rate_range_db (method -> the PSNRs that both curves reach). Empty if the run has several entries.
    """
    scores = record_input.scores
    if scores["entry"].nunique() != 1:
        return {}
    means = scores.groupby("quality", sort=False)[list(MEASURES)].mean().round(5)
    summary = {measure: {f"{quality}": value for quality, value in means[measure].items()} for measure in MEASURES}
    summary |= {cost: scores[cost].iloc[0].item() for cost in COSTS}
    (seconds,) = record_input.seconds.values()
    summary["training_minutes"] = round(seconds["train_seconds"] / 60, 2)
    return summary if record_input.leaderboard is None else summary | _compute_bd_rates(record_input.leaderboard)


def _compute_bd_rates(board: pd.DataFrame) -> dict[str, Any]:
    curves = {
        method: list(zip(points["bpp"], points["psnr_db"], strict=True))
        for method, points in board.groupby("method", sort=False)
    }
    restorers = board.loc[board["family"] == FAMILY, "method"].unique()
    test = curves[restorers[0]]
    rates = {
        method: bd_rate_percent(anchor=anchor, test=test)
        for method, anchor in curves.items()
        if method not in restorers and _overlap(anchor, test)
    }
    return {
        "bd_rate_percent": {method: round(rate.percent, 2) for method, rate in rates.items()},
        "bd_rate_range_db": {
            method: [round(rate.lowest_db, 2), round(rate.highest_db, 2)] for method, rate in rates.items()
        },
    }


def _overlap(*curves: Sequence[tuple[float, float]]) -> bool:
    """Return whether the curves have PSNRs in common."""
    values = [[psnr_db for _, psnr_db in curve] for curve in curves]
    return max(map(min, values)) < min(map(max, values))
