"""What stands on top of the record of a run of coordinate networks: PSNR by entry and what it compares."""

from collections.abc import Mapping
from math import prod
from typing import Any

import pandas as pd

from recon.data.masks import KNOWN
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import Run, baselines_of, runs_of
from recon.families.coordinates.shown import mask_for
from recon.settings.axes import BASE

STANDS = "as it stands"


def summary(
    rows: pd.DataFrame, seconds: Mapping[str, Mapping[str, float]], params: dict[str, Any]
) -> dict[str, Any]:
    """Return what each entry reached with its most bits a weight, and at what cost.

    Args:
        rows: metrics/coordinates.csv.
        seconds: the entries of metrics/timings/coordinates.json.
        params: params.yaml of the run.

    Returns:
        source (entry -> dataset), images (entry -> number), psnr_db and std_db (entry -> mapping, or whatever the
        entry compares -> mean and standard deviation over the images, of the hidden pixels where some were),
        passes (entry -> the same -> how often a fit was shown each known place), fit_minutes (entry -> of fitting,
        encoding and decoding, all in all).
    """
    scores = rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))
    found: dict[str, dict[str, Any]] = {name: {} for name in ("source", "images", "psnr_db", "std_db", "passes")}
    found["fit_minutes"] = {}
    for entry in params["coordinates"]["experiments"]:
        own = scores[scores["entry"] == entry]
        groups = own.groupby("variant", sort=False)["score_db"]
        means, deviations = groups.mean(), groups.std(ddof=0)
        names = _names(params, entry)
        found["source"][entry] = _source(params, entry)
        found["images"][entry] = int(own["image"].nunique())
        found["psnr_db"][entry] = {name: round(means[variant], 3) for name, variant in names.items()}
        found["std_db"][entry] = {name: round(deviations[variant], 3) for name, variant in names.items()}
        shape = max(own[["rows", "columns"]].itertuples(index=False, name=None), key=prod)
        found["passes"][entry] = {_label(run): _passes(params, run, shape) for run in runs_of(params, entry)}
        found["fit_minutes"][entry] = round(seconds[entry]["total_seconds"] / 60, 2)
    return found


def _names(params: dict[str, Any], entry: str) -> dict[str, str]:
    """Return what is compared in an entry -> its variant."""
    bits = max(experiment_of(params, entry).bits)
    names = {_label(run): run.variant_at(bits) for run in runs_of(params, entry)}
    return names | {_label(run, method): run.variant for method, run in baselines_of(params, entry)}


def _label(run: Run, method: str = "") -> str:
    """Return `gaussian`, `mae, gaussian` or `bicubic`: values without the names of their axes."""
    changed = "" if method or run.factor == BASE else f"{run.factor} {run.value}"
    return ", ".join(filter(None, (method, changed, run.across))) or STANDS


def _source(params: dict[str, Any], entry: str) -> str:
    """Return the dataset that an entry is about."""
    subjects = params["coordinates"]["subjects"] | {"plane": params["plane"]}
    return subjects[experiment_of(params, entry).subject]["source"]


def _passes(params: dict[str, Any], run: Run, shape: tuple[int, int]) -> float:
    """Return how often a fit to an image of this shape was shown each of the places that it knows."""
    mask = mask_for(params, run, shape, seed=params["runtime"]["seed"])
    known = prod(shape) / run.shown.reduce**2 if mask is None else int((mask == KNOWN).sum())
    training = run.training
    batch = min(training.batch_size or known, known)
    return round(training.epochs * training.steps_per_epoch * batch / known, 2)
