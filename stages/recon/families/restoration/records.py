"""What stands on top of the record of a restoration run: the figures that papers print."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recon.referee.bd_rate import bd_rate_percent

MEASURES = ("psnr_db", "psnr_b_db", "ssim")
Nested = Mapping[str, Mapping[str, Mapping[str, float]]]  # entry -> variant -> what was measured


def summary(
    results: Nested, seconds: Mapping[str, Mapping[str, float]], plane: pd.DataFrame | None
) -> dict[str, Any]:
    """Return PSNR, PSNR-B and SSIM at each JPEG quality of the run's one entry, what it costs, and its BD-rates.

    Args:
        results: metrics/restoration.json; with more than one entry there is no summary.
        seconds: the entries of metrics/timings/restoration.json.
        plane: the leaderboard, if the entry is in the plane: its curve is held against each of the others.

    Returns:
        psnr_db, psnr_b_db, ssim (quality -> mean over the images), macs_per_pixel, num_params, training_minutes;
        bd_rate_percent (method -> rate at equal PSNR against that method's, in percent more or, below 0, less) and
        bd_rate_range_db (method -> the PSNRs that both curves reach).
    """
    if len(results) != 1:
        return {}
    ((entry, points),) = results.items()
    by_quality = {variant.removeprefix("quality="): point for variant, point in points.items()}
    first = next(iter(by_quality.values()))
    top = {measure: {q: point[measure] for q, point in by_quality.items()} for measure in MEASURES}
    top |= {key: first[key] for key in ("macs_per_pixel", "num_params")}
    top["training_minutes"] = round(seconds[entry]["train_seconds"] / 60, 2)
    return top if plane is None else top | _bd_rates(plane)


def _bd_rates(plane: pd.DataFrame) -> dict[str, Any]:
    curves = {
        method: list(zip(points["bpp"], points["psnr_db"], strict=True))
        for method, points in plane.groupby("method", sort=False)
    }
    ours = plane.loc[plane["family"] == "restoration", "method"].unique()
    others = [method for method in curves if method not in ours]
    reached = {method: sorted(psnr_db for _, psnr_db in curve) for method, curve in curves.items()}
    own = reached[ours[0]]
    rates = {
        method: bd_rate_percent(anchor=curves[method], test=curves[ours[0]])
        for method in others
        if max(reached[method][0], own[0]) < min(reached[method][-1], own[-1])  # else nothing can be said
    }
    return {
        "bd_rate_percent": {method: round(rate.percent, 2) for method, rate in rates.items()},
        "bd_rate_range_db": {
            method: [round(rate.lowest_db, 2), round(rate.highest_db, 2)] for method, rate in rates.items()
        },
    }
