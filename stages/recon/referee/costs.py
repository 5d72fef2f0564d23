"""Seconds by entry and by method. All results made from them are written below `timings/`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES, read_timings
from recon.referee import fields


def summarize(family: str, entry: str) -> dict[str, float]:
    """Return an entry's seconds: those of training, if it trains; means per megapixel; the total.

    A fit to one image is part of encoding it. A reconstruction without payload, such as an interpolation, has no
    encode time. `elapsed` is the time since training began, and is not in the total.
    """
    _, seconds = read_timings(family=family, entry=entry)
    scores = files.read_csv(SCORES / f"{family}.csv").query("entry == @entry")
    images = scores.assign(megapixels=scores["rows"] * scores["columns"] / 1e6)
    timed = seconds.merge(images[["variant", "image", "megapixels", "payload_bytes"]], on=["variant", "image"])
    timed = timed[(timed["what"] != "encode") | timed["payload_bytes"].notna()]
    per_megapixel = (timed["seconds"] / timed["megapixels"]).groupby(timed["what"]).mean()
    if "fit" in per_megapixel:
        per_megapixel["encode"] += per_megapixel.pop("fit")
    summary = {f"{action}_seconds_per_megapixel": round(value, 4) for action, value in per_megapixel.items()}
    training = seconds.query("what == 'train'")["seconds"]
    summary["total_seconds"] = round(seconds.query("what != 'elapsed'")["seconds"].sum(), 2)
    return ({"train_seconds": round(training.sum(), 2)} if len(training) else {}) | summary


def list_machines(family: str, entries: Sequence[str]) -> list[dict[str, Any]]:
    """Return the machines that the entries ran on, normally one, each with the names of its entries."""
    groups: dict[str, dict[str, Any]] = {}
    for entry in entries:
        machine, _ = read_timings(family=family, entry=entry)
        groups.setdefault(json.dumps(machine), machine | {"entries": []})["entries"].append(entry)
    return list(groups.values())


def gather(points: pd.DataFrame, summaries: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each method of the plane: the rate and PSNR of its best point, and its seconds.

    `summaries` maps family -> entry -> the result of `summarize`.
    """
    best = points.loc[points.groupby("method", sort=False)["psnr_db"].idxmax()]
    seconds = pd.DataFrame([summaries[row.family][row.entry] for row in best.itertuples()])
    table = best.reset_index(drop=True).join(seconds)
    return table.reindex(columns=fields.columns(fields.TIMINGS))
