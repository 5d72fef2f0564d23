"""One factor at a time: what each change of a sweep brought, against the same entry left as it stands."""

from typing import Any

import pandas as pd

from recon.comparison import NETWORKS, NOTICEABLE_DB, entries
from recon.params.restoration import runs_of, text_of

COLUMNS = [
    *["entry", "factor", "value", "base_value", "quality", "images", "psnr_db", "gain_db", "difference_db"],
    *["better_on", "ssim"],
]
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

    The verdict is `helped`, `did not help` or `made no difference` (below NOTICEABLE_DB). The base is left in,
    with the difference 0.
    """
    groups = changes.groupby(["entry", "factor", "value", "base_value"], sort=False, dropna=False)
    means = groups[["gain_db", "difference_db"]].mean().join(groups[["better_on", "images"]].sum()).reset_index()
    return means.assign(verdict=means["difference_db"].map(verdict))


def verdict(difference_db: float) -> str:
    """Return what a difference in dB means, in words."""
    if abs(difference_db) < NOTICEABLE_DB:
        return "made no difference"
    return "helped" if difference_db > 0 else "did not help"


def numbers(change: pd.DataFrame) -> pd.DataFrame | None:
    """Return the rows of one factor with `number`, sorted, the base among them; None if they are no line.

    Not a line are words, and a single number whose base is none.
    """
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
    return {key: text_of(list(value) if isinstance(value, tuple) else value) for key, value in settings.items()}
