"""The comparison of coordinate networks: the referee's scores of each fit, by the change of its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES
from recon.families.coordinates.params import FAMILY, FieldEntry, FieldRun
from recon.settings.sweeps import BASE

SETTINGS = ["method", "axis", "across", "factor", "value", "bits"]
VERDICTS = "metrics/comparisons/coordinates/verdicts.csv"
SEED = "seed"  # a factor that measures chance
MIN_DB = 0.1  # smaller differences never count
_PEAKS = {"unit": 1.0, "symmetric": 2.0}  # the width of a value range


def read_scores() -> pd.DataFrame:
    """Return the referee's scores; see `complete_scores`."""
    return complete_scores(files.read_csv(SCORES / f"{FAMILY}.csv"))


def complete_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the referee's scores with all columns of SETTINGS and `score_db`.

    A fit that the sweep leaves unchanged has the factor BASE; an interpolation has a `method` and no factor.
    `score_db` is `hidden_psnr_db` where pixels were hidden, else `psnr_db`.
    """
    rows = rows.reindex(columns=[*rows.columns, *(name for name in SETTINGS if name not in rows)])
    rows = rows.astype(dict.fromkeys(SETTINGS[:-1], object) | {"bits": "Int64"})
    is_base = rows["method"].isna() & rows["factor"].isna()
    rows.loc[is_base, ["factor", "value"]] = BASE
    return rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))


def select_finest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the most bits per weight in their entry, and all interpolations."""
    most = rows.groupby("entry")["bits"].transform("max")
    return rows[rows["bits"].isna() | (rows["bits"] == most)]


def average(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each variant: means over its images, in the order of `rows`."""
    measures = ["bpp", "psnr_db", "ssim", "known_psnr_db", "hidden_psnr_db", "score_db"]
    measures += ["num_params", "macs_per_pixel"]
    groups = rows.groupby(["entry", "variant", *SETTINGS], sort=False, dropna=False)
    return groups[measures].mean().reset_index()


def compare_fits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each entry and value across: the base fit against the best change and interpolation.

    Args:
        rows: the result of `read_scores`.

    Returns:
        entry, axis, across, score_db (of the base fit), best_change (its name in the sweep; empty where none gains
        more than chance), change_db (its gain), best_method (the best interpolation), method_db (its score).
    """
    points = select_finest(average(rows))
    verdicts = []
    for entry, entry_points in points.groupby("entry", sort=False):
        least_db = max([MIN_DB, *list_seed_changes(entry_points)])
        for base in entry_points[entry_points["factor"] == BASE].itertuples():
            peers = entry_points[entry_points["across"].isna() | (entry_points["across"] == base.across)]
            changes = peers[~peers["factor"].isin([BASE, SEED]) & peers["method"].isna()]
            verdict = {"entry": entry, "axis": base.axis, "across": base.across, "score_db": base.score_db}
            if len(changes) and (best := _find_best(changes)).score_db - base.score_db >= least_db:
                verdict["best_change"] = f"{best.factor}={best.value}"
                verdict["change_db"] = best.score_db - base.score_db
            if len(methods := peers.dropna(subset=["method"])):
                best = _find_best(methods)
                verdict |= {"best_method": best.method, "method_db": best.score_db}
            verdicts.append(verdict)
    columns = ["entry", "axis", "across", "score_db", "best_change", "change_db", "best_method", "method_db"]
    return pd.DataFrame(verdicts, columns=columns).round(5)


def list_seed_changes(points: pd.DataFrame) -> pd.Series:
    """Return the absolute change of the score, in dB, of each fit that differs from its base only in the seed."""
    bases = points.loc[points["factor"] == BASE, ["entry", "across", "score_db"]]
    pairs = points[points["factor"] == SEED].merge(bases, on=["entry", "across"], suffixes=("", "_base"))
    return (pairs["score_db"] - pairs["score_db_base"]).abs()


def _find_best(points: pd.DataFrame) -> Any:
    """Return the row with the highest score."""
    return next(points.loc[[points["score_db"].idxmax()]].itertuples())


def read_curves(entries: Sequence[FieldEntry], images: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the training PSNR of all fits: entry, model, label, is_base, image, step, train_psnr_db.

    `images` are the names by entry. Each point is the PSNR of the mean squared error since the previous point.
    """
    fits = [(entry, run) for entry in entries for run in entry.runs if run.method is None]
    parts = [_read_curve(entry, run, image) for entry, run in fits for image in images[entry.name]]
    return pd.concat(parts, ignore_index=True)


def select_base_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of the base fits to each entry's first image: model, step, train_psnr_db."""
    first = curves.groupby("entry")["image"].transform("first")
    return curves.loc[curves["is_base"] & (curves["image"] == first), ["model", "step", "train_psnr_db"]]


def _read_curve(entry: FieldEntry, run: FieldRun, image: str) -> pd.DataFrame:
    curve = files.read_csv(run.curve_path(entry.name, image))
    psnr_db = 10 * np.log10(_PEAKS[run.training.value_range] ** 2 / curve["mse"].clip(lower=1e-10))
    step = curve["epoch"] * run.training.steps_per_epoch
    model = ", ".join(filter(None, (entry.name, run.folder)))
    names = {"entry": entry.name, "model": model, "label": run.label, "is_base": run.is_base, "image": image}
    return pd.DataFrame(names | {"step": step, "train_psnr_db": psnr_db.round(4)})
