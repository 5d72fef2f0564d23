"""Seconds, summed up by entry and by method. All that is written from here lies under `timings/`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES, read_timings


def summarize(family: str, entry: str) -> dict[str, float]:
    """Return an entry's seconds: of training, where it trains; mean ones per megapixel; all that were noted.

    What a fit to each image takes is part of encoding it. What has no payload was never encoded: an interpolation,
    say, only decodes. `elapsed` is a look at the clock in training, and no time beside it.
    """
    _, seconds = read_timings(family=family, entry=entry)
    scores = files.read_csv(SCORES / f"{family}.csv").query("entry == @entry")
    known = scores.assign(megapixels=scores["rows"] * scores["columns"] / 1e6)
    timed = seconds.merge(known[["variant", "image", "megapixels", "payload_bytes"]], on=["variant", "image"])
    timed = timed[(timed["what"] != "encode") | timed["payload_bytes"].notna()]
    per_megapixel = (timed["seconds"] / timed["megapixels"]).groupby(timed["what"]).mean()
    if "fit" in per_megapixel:
        per_megapixel["encode"] += per_megapixel.pop("fit")
    summary = {f"{what}_seconds_per_megapixel": round(value, 4) for what, value in per_megapixel.items()}
    training = seconds.query("what == 'train'")["seconds"]
    summary["total_seconds"] = round(seconds.query("what != 'elapsed'")["seconds"].sum(), 2)
    return ({"train_seconds": round(training.sum(), 2)} if len(training) else {}) | summary


def machines(family: str, entries: Sequence[str]) -> list[dict[str, Any]]:
    """Return the machines that the entries ran on, each with the names of its entries: one, as a rule."""
    groups: dict[str, dict[str, Any]] = {}
    for entry in entries:
        machine, _ = read_timings(family=family, entry=entry)
        groups.setdefault(json.dumps(machine), machine | {"entries": []})["entries"].append(entry)
    return list(groups.values())


def gather(points: pd.DataFrame, summaries: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each method of the plane: its seconds, and its best PSNR and the rate of that point.

    `summaries` is family -> entry -> what `summarize` returns.
    """
    best = points.loc[points.groupby("method", sort=False)["psnr_db"].idxmax()]
    seconds = [summaries[row.family][row.entry] for row in best.itertuples()]
    return best[["method", "bpp", "psnr_db"]].reset_index(drop=True).join(pd.DataFrame(seconds))
