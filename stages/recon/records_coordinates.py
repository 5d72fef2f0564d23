"""What stands on top of the record of a run of coordinate networks: PSNR by set of images and by mapping."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recon.params.coordinates import experiment_of, runs_of

MEASURES = ("psnr_db", "std_db", "images", "places_seen", "minutes")


def summary(
    rows: pd.DataFrame, seconds: Mapping[str, Mapping[str, float]], params: dict[str, Any]
) -> dict[str, Any]:
    """Return what was reached on each set, and at what cost.

    Args:
        rows: metrics/coordinates.csv.
        seconds: the entries of metrics/timings/coordinates.json.
        params: params.yaml of the run.

    Returns:
        psnr_db and std_db (set -> mapping or interpolation -> mean and standard deviation over the images, of the
        hidden pixels where some were), images (set -> number), places_seen (set -> places that a fit was shown,
        each counted as often as it came), minutes (set -> of fitting, encoding and decoding, all in all).
    """
    top: dict[str, dict[str, Any]] = {name: {} for name in MEASURES}
    rows = rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))
    for entry, own in rows.groupby("entry", sort=False):
        name = _set(params, entry)
        groups = own.groupby("variant", sort=False)["score_db"]
        top["psnr_db"][name] = {_label(variant): round(value, 3) for variant, value in groups.mean().items()}
        top["std_db"][name] = {_label(variant): round(value, 3) for variant, value in groups.std(ddof=0).items()}
        top["images"][name] = int(own["image"].nunique())
        top["places_seen"][name] = {_label(run.variant): _places(run) for run in runs_of(params, entry)}
        top["minutes"][name] = round(seconds[entry]["total_seconds"] / 60, 2)
    return top


def _set(params: dict[str, Any], entry: str) -> str:
    """Return the dataset that an entry is about."""
    subject = experiment_of(params, entry).subject
    subjects = params["coordinates"]["subjects"] | {"plane": params["plane"]}
    return subjects[subject]["source"]


def _places(run: Any) -> int | None:
    training = run.training
    return training.batch_size and training.epochs * training.steps_per_epoch * training.batch_size


def _label(variant: str) -> str:
    """Return `gaussian` for `mapping=gaussian,bits=16`, `bicubic` for `method=bicubic`."""
    parts = [part.split("=", 1) for part in variant.split(",")]
    return ", ".join(value for key, value in parts if key not in ("bits", "base"))
