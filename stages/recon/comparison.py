"""The restorers side by side: what each gains over plain JPEG, and over the methods that have no network."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon import files
from recon.errors import UserError
from recon.params.restoration import experiment_of, runs_of

NETWORKS, BASELINES = "restoration", "deblocking"  # families
JPEG, SUBJECT = "jpeg", "test"
NOTICEABLE_DB = 0.03  # of a short training, another seed changes about as much
COLUMNS = [
    *["method", "family", "net", "quality", "images", "psnr_db", "gain_db", "ssim", "psnr_b_db"],
    *["num_params", "macs_per_pixel", "latents_per_pixel", "beats_jpeg", "beats_baselines"],
]
_VARIANT = r"^(?:(?P<factor>\w+)=(?P<value>.*),)?quality=(?P<quality>\d+)$"


def entries(params: dict[str, Any], *, factors: bool) -> list[str]:
    """Return the entries that restore the test photographs: those whose sweep has `factors`, or those without."""
    found = []
    for entry in params["restoration"]["experiments"]:
        experiment = experiment_of(params, entry)
        if (experiment.subject, experiment.direction) == (SUBJECT, "restore"):
            found += [entry] if bool(experiment.sweep.keys() - {"quality"}) == factors else []
    return found


def nets(params: dict[str, Any]) -> dict[str, str]:
    """Return the architectures that are compared: the entries without factors, with the name of their network."""
    return {entry: experiment_of(params, entry).net for entry in entries(params, factors=False)}


def read_scores() -> pd.DataFrame:
    """Return the referee's rows on the test photographs, of networks and baselines.

    Added to the columns of `recon.scoring.COLUMNS`: factor and value (of a sweep's variants), quality, and
    gain_db, by which the PSNR exceeds that of the same photograph's plain JPEG.
    """
    rows = pd.concat([files.read_csv(f"metrics/{family}.csv") for family in (BASELINES, NETWORKS)])
    rows = rows[rows["subject"] == SUBJECT].reset_index(drop=True)
    rows = rows.join(rows["variant"].str.extract(_VARIANT)).astype({"quality": int})
    jpeg = rows[(rows["family"] == BASELINES) & (rows["entry"] == JPEG)]
    plain = jpeg.set_index(["image", "quality"])["psnr_db"]
    pairs = pd.MultiIndex.from_frame(rows[["image", "quality"]])
    missing = pairs.difference(plain.index)
    if len(missing):
        raise UserError(
            f"metrics/{BASELINES}.csv: no `{JPEG}` of quality {missing[0][1]} to compare {missing[0][0]} with; "
            f"add it to {BASELINES}.experiments.{JPEG}.sweep.quality in params.yaml"
        )
    return rows.assign(gain_db=rows["psnr_db"] - plain.reindex(pairs).to_numpy())


def table(rows: pd.DataFrame, nets: dict[str, str]) -> pd.DataFrame:
    """Return a row for each method and quality, with the COLUMNS above: means over the photographs.

    The methods are the baselines, then the entries that `nets` maps to their network's name, in its order.
    `beats_jpeg` and `beats_baselines` (each of them, at this quality) are "yes", by NOTICEABLE_DB or more, or
    "no"; of networks only.
    """
    chosen = rows[(rows["family"] == BASELINES) | rows["entry"].isin(nets)]
    groups = chosen.groupby(["family", "entry", "quality"], sort=False)
    means = groups[["psnr_db", "gain_db", "ssim", "psnr_b_db"]].mean().round(5)
    means = means.join(groups[["num_params", "macs_per_pixel", "latents_per_pixel"]].first())
    means = means.join(groups.size().rename("images"))
    means = means.reset_index().rename(columns={"entry": "method"})
    order = {method: place for place, method in enumerate(nets)}  # the baselines, which have none, come first
    means = means.sort_values("method", key=lambda m: m.map(order).fillna(-1), kind="stable", ignore_index=True)
    network = means["family"] == NETWORKS
    best = means[~network].groupby("quality")["gain_db"].max()
    means["net"] = means["method"].map(nets).where(network)
    for column, level in {"beats_jpeg": 0.0, "beats_baselines": means["quality"].map(best)}.items():
        means[column] = (means["gain_db"] - level >= NOTICEABLE_DB).map({True: "yes", False: "no"}).where(network)
    return means[COLUMNS]


def common_quality(methods: pd.DataFrame) -> int:
    """Return the lowest JPEG quality at which most methods of the table were scored."""
    counts = methods.groupby("quality")["method"].nunique()
    return int(counts[counts == counts.max()].index.min())


def at_common_quality(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `common_quality`: one for each method that has it."""
    return methods[methods["quality"] == common_quality(methods)].reset_index(drop=True)


def networks(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of networks."""
    return methods[methods["family"] == NETWORKS]


def baselines(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of methods without a network."""
    return methods[methods["family"] == BASELINES]


def front(methods: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Return the Pareto front, cheapest first: networks that gain more than each that costs no more.

    One that does not beat the baselines, which have no parameters and no multiply-adds, is never on it.
    """
    choices = methods[methods["beats_baselines"] == "yes"].dropna(subset=[cost])
    choices = choices.sort_values([cost, "gain_db"], ascending=[True, False], kind="stable")
    return choices[choices["gain_db"] > choices["gain_db"].cummax().shift(fill_value=float("-inf"))]


def curves(params: dict[str, Any]) -> pd.DataFrame:
    """Return the validation PSNR of the entries without factors in long form: model, epoch (from 1), val_psnr_db.

    A model is an entry, or `ENTRY, quality=10` where each quality has a network of its own.
    """
    parts = [pd.DataFrame({"model": [], "epoch": [], "val_psnr_db": []}).astype({"model": str, "epoch": int})]
    for entry in entries(params, factors=False):
        for run in runs_of(params, entry):
            curve = files.read_csv(Path("models", NETWORKS, entry, run.variant, "curves.csv"))
            name = f"{entry}, {run.variant}" if run.variant else entry
            parts.append(curve.assign(model=name).dropna(subset=["val_psnr_db"]))
    return pd.concat(parts, ignore_index=True)[["model", "epoch", "val_psnr_db"]].round({"val_psnr_db": 5})


def side_by_side(methods: pd.DataFrame, *, most_networks: int) -> list[str]:
    """Return the methods to be shown as pictures: JPEG, the best baseline, and networks from worst to best.

    Of more than `most_networks` the worst, the best, and those evenly between.
    """
    points = at_common_quality(methods).sort_values("gain_db", kind="stable")
    others = list(baselines(points).query("method != @JPEG")["method"])
    ranked = list(networks(points)["method"])
    places = np.linspace(0, len(ranked) - 1, min(most_networks, len(ranked))).round().astype(int)
    return [JPEG, *others[-1:], *(ranked[place] for place in places)]


def signed_db(difference: float) -> str:
    """Return a difference in dB with its sign, `+0.12 dB`; what rounds to nothing has none."""
    return "0.00 dB" if abs(difference) < 0.005 else f"{difference:+.2f} dB"
