"""One factor at a time: what each change of a sweep brought, against the same entry left as it stands."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from recon.core.reconstruction import setting_text
from recon.families.restoration.comparison import compared
from recon.families.restoration.params import FAMILY, NOTICEABLE_DB, RestorerEntry
from recon.settings.sweeps import BASE

COLUMNS = [
    *["entry", "factor", "value", "base_value", "trained", "quality", "images", "psnr_db", "gain_db"],
    *["difference_db", "better_on", "ssim"],
]
SEED = "seed"  # another draw of weights and patches, to measure chance; no setting to choose
_EXTREMES = {"best": "idxmax", "worst": "idxmin"}


def tabulate_factors(rows: pd.DataFrame, entries: Sequence[RestorerEntry], *, seed: int) -> pd.DataFrame:
    """Return a row for each change of a sweep and quality, with the COLUMNS above.

    `rows` are those of `read_gains`, `seed` is that of `runtime`. gain_db is over plain JPEG, difference_db to the
    base of the same quality, both means over the photographs; better_on counts the photographs that the change
    improved; trained is "no" where the change uses the base's weights. The base itself is the factor `base`.
    """
    parts = [pd.DataFrame(columns=COLUMNS)]
    for entry in compared(entries, swept=True):
        scores = rows[(rows["family"] == FAMILY) & (rows["entry"] == entry.name)]
        base = scores.loc[scores["factor"] == BASE].set_index(["image", "quality"])["psnr_db"]
        pairs = pd.MultiIndex.from_frame(scores[["image", "quality"]])
        difference = scores["psnr_db"] - base.reindex(pairs).to_numpy()
        scores = scores.assign(difference_db=difference, better_on=(difference > 0).astype(int))
        groups = scores.groupby(["factor", "value", "quality"], sort=False)
        means = groups[["psnr_db", "gain_db", "difference_db", "ssim"]].mean().round(5)
        means = means.join(groups["better_on"].sum()).join(groups.size().rename("images")).reset_index()
        weights = {(run.factor, run.value, q): run.weights_key for run in entry.runs for q in run.qualities}
        points = means[["factor", "value", "quality"]].itertuples(index=False, name=None)
        means["trained"] = ["no" if weights[p] == weights[BASE, BASE, p[-1]] else "yes" for p in points]
        settings = _base_settings(entry, seed)
        parts.append(means.assign(entry=entry.name, base_value=means["factor"].map(settings))[COLUMNS])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def effects(changes: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each change: means over the qualities, counts summed, and a verdict.

    The verdict is `helped`, `did not help`, `made no difference` (less than `least_db`, see `chance_db`), or
    `depends`, where it helped at one quality and did not at another: `best_at` and `worst_at` are these,
    `best_db` and `worst_db` the differences there. The base is included, with the difference 0.
    """
    groups = changes.groupby(["entry", "factor", "value", "base_value", "trained"], sort=False, dropna=False)
    means = groups[["gain_db", "difference_db"]].mean().join(groups[["better_on", "images"]].sum())
    for word, find in _EXTREMES.items():
        extremes = changes.loc[getattr(groups["difference_db"], find)().to_numpy(int)]
        means[f"{word}_at"] = extremes["quality"].to_numpy()
        means[f"{word}_db"] = extremes["difference_db"].to_numpy()
    means = means.reset_index()
    means["least_db"] = np.where(means["trained"] == "yes", chance_db(changes), NOTICEABLE_DB)
    means["verdict"] = [_verdict_over_qualities(row) for row in means.itertuples()]
    return means


def chance_db(changes: pd.DataFrame) -> float:
    """Return the smallest difference that counts where networks differ in their training.

    That is the largest that another seed made at any quality, where a sweep has seeds, or NOTICEABLE_DB if larger.
    """
    seeds = changes.loc[changes["factor"] == SEED, "difference_db"]
    return max([NOTICEABLE_DB, *seeds.abs().round(2)])


def _verdict_over_qualities(row: Any) -> str:
    if row.factor == SEED:
        return "made no difference"  # by chance
    best, worst = (verdict(difference, row.least_db) for difference in (row.best_db, row.worst_db))
    return "depends" if (best, worst) == ("helped", "did not help") else verdict(row.difference_db, row.least_db)


def verdict(difference_db: float, least_db: float = NOTICEABLE_DB) -> str:
    """Return what a difference in dB means, in words, by the two decimals that are shown of it."""
    if abs(round(difference_db, 2)) < least_db:
        return "made no difference"
    return "helped" if difference_db > 0 else "did not help"


def numbers(change: pd.DataFrame) -> pd.DataFrame | None:
    """Return the rows of one factor with `number`, sorted, the base among them; None if they are no line.

    Words, a single number whose base is none, and seeds are no line.
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


def _base_settings(entry: RestorerEntry, seed: int) -> dict[str, str]:
    """Return all settings of the entry as it stands, as they would be written in a variant's name."""
    run = entry.runs[0]
    settings = run.inference.model_dump() | run.training.model_dump() | run.network
    settings[SEED] = seed if run.training.seed is None else run.training.seed
    return {name: "none" if value is None else setting_text(value) for name, value in settings.items()}
