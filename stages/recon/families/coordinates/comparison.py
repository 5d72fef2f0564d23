"""The coordinate networks side by side: the referee's scores of each fit, by what was changed for it."""

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
SEED = "seed"  # a factor that is no choice: it measures chance
MIN_DB = 0.1  # smaller differences count as none, whatever other seeds show
_PEAKS = {"unit": 1.0, "symmetric": 2.0}  # the width of a value range


def read_scores() -> pd.DataFrame:
    """Return the referee's scores, see `complete`."""
    return complete(files.read_csv(SCORES / f"{FAMILY}.csv"))


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the referee's scores with all columns of SETTINGS and `score_db`.

    A fit that no sweep changes has the factor BASE; an interpolation has a `method` and no factor. `score_db` is
    `hidden_psnr_db` where pixels were hidden, else `psnr_db`.
    """
    rows = rows.reindex(columns=[*rows.columns, *(name for name in SETTINGS if name not in rows)])
    rows = rows.astype(dict.fromkeys(SETTINGS[:-1], object) | {"bits": "Int64"})
    is_base = rows["method"].isna() & rows["factor"].isna()
    rows.loc[is_base, ["factor", "value"]] = BASE
    return rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))


def finest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the most bits per weight in their entry, and all interpolations."""
    most = rows.groupby("entry")["bits"].transform("max")
    return rows[rows["bits"].isna() | (rows["bits"] == most)]


def average(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each variant: means over its images, in the order of `rows`."""
    measures = ["bpp", "psnr_db", "ssim", "known_psnr_db", "hidden_psnr_db", "score_db"]
    measures += ["num_params", "macs_per_pixel"]
    groups = rows.groupby(["entry", "variant", *SETTINGS], sort=False, dropna=False)
    return groups[measures].mean().reset_index()


def verdicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each entry and value across: the base fit against what was changed, and interpolation.

    Args:
        rows: of `read_scores`.

    Returns:
        entry, axis, across, score_db (of the base fit), best_change (of the sweep, by name; empty where none gains
        more than chance), change_db (its gain), best_method (the best interpolation), method_db (its score).
    """
    points = finest(average(rows))
    compared = []
    for entry, entry_points in points.groupby("entry", sort=False):
        least_db = chance_db(entry_points)
        for base in entry_points[entry_points["factor"] == BASE].itertuples():
            peers = entry_points[entry_points["across"].isna() | (entry_points["across"] == base.across)]
            changed = peers[~peers["factor"].isin([BASE, SEED]) & peers["method"].isna()]
            verdict = {"entry": entry, "axis": base.axis, "across": base.across, "score_db": base.score_db}
            if len(changed) and (best := _best(changed)).score_db - base.score_db >= least_db:
                change = f"{best.factor}={best.value}"
                verdict |= {"best_change": change, "change_db": best.score_db - base.score_db}
            if len(methods := peers.dropna(subset=["method"])):
                verdict |= {"best_method": _best(methods).method, "method_db": _best(methods).score_db}
            compared.append(verdict)
    columns = ["entry", "axis", "across", "score_db", "best_change", "change_db", "best_method", "method_db"]
    return pd.DataFrame(compared, columns=columns).round(5)


def chance_db(points: pd.DataFrame) -> float:
    """Return the smallest difference in an entry's scores that counts: what another seed makes, or MIN_DB."""
    bases, seeds = points[points["factor"] == BASE], points[points["factor"] == SEED]
    pairs = seeds.merge(bases[["across", "score_db"]], on="across", suffixes=("", "_base"))
    return max([MIN_DB, *(pairs["score_db"] - pairs["score_db_base"]).abs()])


def _best(points: pd.DataFrame) -> Any:
    """Return the row with the highest score."""
    return next(points.loc[[points["score_db"].idxmax()]].itertuples())


def read_curves(entries: Sequence[FieldEntry], images: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the training PSNR of all fits: entry, model, label, is_base, image, step, train_psnr_db.

    `images` are the names by entry. A point is of the mean squared error of the batches since the last one.
    """
    fits = [(entry, run) for entry in entries for run in entry.runs if run.method is None]
    parts = [_read_curve(entry, run, image) for entry, run in fits for image in images[entry.name]]
    return pd.concat(parts, ignore_index=True)


def base_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of base fits to the first image of each entry: model, step, train_psnr_db."""
    first = curves.groupby("entry")["image"].transform("first")
    return curves.loc[curves["is_base"] & (curves["image"] == first), ["model", "step", "train_psnr_db"]]


def _read_curve(entry: FieldEntry, run: FieldRun, image: str) -> pd.DataFrame:
    curve = files.read_csv(run.curve_path(entry.name, image))
    psnr_db = 10 * np.log10(_PEAKS[run.training.value_range] ** 2 / curve["mse"].clip(lower=1e-10))
    step = curve["epoch"] * run.training.steps_per_epoch
    model = ", ".join(filter(None, (entry.name, run.folder)))
    names = {"entry": entry.name, "model": model, "label": run.label, "is_base": run.is_base, "image": image}
    return pd.DataFrame(names | {"step": step, "train_psnr_db": psnr_db.round(4)})
