"""One factor at a time: what each change of a sweep brought, against the same entry left as it stands."""

from typing import Any

import numpy as np
import pandas as pd

from recon.families.restoration.comparison import NETWORKS, NOTICEABLE_DB, entries
from recon.families.restoration.params import Inference, runs_of
from recon.settings.sweeps import text_of

COLUMNS = [
    *["entry", "factor", "value", "base_value", "quality", "images", "psnr_db", "gain_db", "difference_db"],
    *["better_on", "ssim"],
]
SEED = "seed"  # another draw of weights and patches, to see what luck does; no setting to choose
_EXTREMES = {"best": "idxmax", "worst": "idxmin"}
OFF = ("false", "none", "null", "0", "0.0")


def table(rows: pd.DataFrame, params: dict[str, Any]) -> pd.DataFrame:
    """Return a row for each changed factor and quality, with the COLUMNS above; `rows` are those of `read_scores`.

    gain_db is over plain JPEG, difference_db to the base of the same quality, both means over the photographs;
    better_on counts the photographs that the change made better. The base itself is the factor `base`.
    """
    parts = [pd.DataFrame(columns=COLUMNS)]
    for entry in entries(params, factors=True):
        own = rows[(rows["family"] == NETWORKS) & (rows["entry"] == entry)]
        base = own.loc[own["factor"] == "base"].set_index(["image", "quality"])["psnr_db"]
        difference = own["psnr_db"] - base.reindex(pd.MultiIndex.from_frame(own[["image", "quality"]])).to_numpy()
        own = own.assign(difference_db=difference, better_on=(difference > 0).astype(int))
        groups = own.groupby(["factor", "value", "quality"], sort=False)
        means = groups[["psnr_db", "gain_db", "difference_db", "ssim"]].mean().round(5)
        means = means.join(groups["better_on"].sum()).join(groups.size().rename("images")).reset_index()
        settings = _base_settings(params, entry)
        parts.append(means.assign(entry=entry, base_value=means["factor"].map(settings))[COLUMNS])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def effects(changes: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each change without its quality: means over the qualities, counts summed, and a verdict.

    The verdict is `helped`, `did not help`, `made no difference` (less than `least_db`, see `luck_db`), or, where
    it helped at one quality and did not at another, `depends`: `best_at` and `worst_at` are those qualities,
    `best_db` and `worst_db` the differences there. The base is left in, with the difference 0.
    """
    groups = changes.groupby(["entry", "factor", "value", "base_value"], sort=False, dropna=False)
    means = groups[["gain_db", "difference_db"]].mean().join(groups[["better_on", "images"]].sum())
    for word, find in _EXTREMES.items():
        extremes = changes.loc[getattr(groups["difference_db"], find)().to_numpy(int)]
        means[f"{word}_at"] = extremes["quality"].to_numpy()
        means[f"{word}_db"] = extremes["difference_db"].to_numpy()
    means = means.reset_index()
    trained_anew = ~means["factor"].isin(list(Inference.model_fields))
    means["least_db"] = np.where(trained_anew, luck_db(changes), NOTICEABLE_DB)
    means["verdict"] = [_verdict_over_qualities(row) for row in means.itertuples()]
    return means


def luck_db(changes: pd.DataFrame) -> float:
    """Return the difference that a network must be trained to make before it counts.

    That is what another seed made at any quality, where a sweep has seeds, and never less than NOTICEABLE_DB.
    """
    seeds = changes.loc[changes["factor"] == SEED, "difference_db"]
    return max([NOTICEABLE_DB, *seeds.abs().round(2)])


def _verdict_over_qualities(row: Any) -> str:
    best, worst = (verdict(difference, row.least_db) for difference in (row.best_db, row.worst_db))
    return "depends" if (best, worst) == ("helped", "did not help") else verdict(row.difference_db, row.least_db)


def verdict(difference_db: float, least_db: float = NOTICEABLE_DB) -> str:
    """Return what a difference in dB means, in words, going by the two decimals that are shown of it."""
    if abs(round(difference_db, 2)) < least_db:
        return "made no difference"
    return "helped" if difference_db > 0 else "did not help"


def numbers(change: pd.DataFrame) -> pd.DataFrame | None:
    """Return the rows of one factor with `number`, sorted, the base among them; None if they are no line.

    Not a line are words, a single number whose base is none, and seeds.
    """
    if change["factor"].iloc[0] == SEED:
        return None
    base = change.iloc[:1].assign(value=change["base_value"].iloc[0], difference_db=0.0)
    base["gain_db"] = change["gain_db"].iloc[0] - change["difference_db"].iloc[0]
    points = pd.concat([change, base])
    points = points.assign(number=pd.to_numeric(points["value"], errors="coerce"))
    if points["number"].iloc[:-1].isna().any() or points["number"].nunique() < 2:
        return None
    return (
        points.dropna(subset=["number"])
        .sort_values("number", kind="stable")
        .drop_duplicates("number", keep="last")
    )


def _base_settings(params: dict[str, Any], entry: str) -> dict[str, str]:
    """Return all settings of the entry as it stands, as they would be written in a variant's name."""
    run = runs_of(params, entry)[0]
    settings = run.inference.model_dump() | run.training.model_dump() | run.settings
    settings[SEED] = params["runtime"]["seed"] if run.training.seed is None else run.training.seed
    return {key: text_of(list(value) if isinstance(value, tuple) else value) for key, value in settings.items()}
