"""The restorers side by side: what each gains over plain JPEG, and over the methods that have no network."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.errors import UserError
from recon.families.restoration.params import experiment_of, runs_of

NETWORKS, BASELINES = "restoration", "deblocking"  # families
JPEG, SUBJECT, IMITATED = "jpeg", "test", "jpeg"  # an entry, and two subjects
COSTS = {"macs_per_pixel": "multiply-adds per pixel", "num_params": "parameters"}
NOTICEABLE_DB = 0.03  # a difference that is less when rounded to hundredths is called none
COLUMNS = [
    *["method", "family", "net", "quality", "images", "psnr_db", "gain_db", "ssim", "psnr_b_db"],
    *["num_params", "macs_per_pixel", "latents_per_pixel", "patches_seen", "beats_jpeg", "beats_baselines"],
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


def patches_seen(params: dict[str, Any]) -> dict[str, int]:
    """Return how many patches each network of `nets` was trained on, counting one as often as it came.

    It is the smallest number where an entry has a network per quality; those trained by whole passes have none.
    """
    runs = {entry: [run.training for run in runs_of(params, entry)] for entry in nets(params)}
    return {
        entry: min(how.epochs * how.steps_per_epoch * how.batch_size for how in found)
        for entry, found in runs.items()
        if all(how.steps_per_epoch for how in found)
    }


def read_scores() -> pd.DataFrame:
    """Return the referee's rows on the test photographs, of networks and baselines.

    Added to the columns of `recon.referee.scoring.COLUMNS`: factor and value (of a sweep's variants), quality, and
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


def imitations() -> pd.DataFrame:
    """Return what networks for the other direction reach: entry, quality, psnr_db, photograph_db.

    `psnr_db` is of what they take for the JPEG, `photograph_db` of the photograph itself, both against the JPEG
    and means over the test photographs.
    """
    scores = pd.concat([files.read_csv(f"metrics/{family}.csv") for family in (BASELINES, NETWORKS)])
    scores["quality"] = pd.to_numeric(scores["variant"].str.extract(_VARIANT)["quality"]).astype("Int64")
    plain = scores[(scores["entry"] == JPEG) & (scores["subject"] == SUBJECT)]
    ours = scores[scores["subject"] == IMITATED].groupby(["entry", "quality"], sort=False)["psnr_db"].mean()
    found = ours.reset_index()
    return found.assign(photograph_db=found["quality"].map(plain.groupby("quality")["psnr_db"].mean()))


def table(rows: pd.DataFrame, nets: dict[str, str], seen: dict[str, int]) -> pd.DataFrame:
    """Return a row for each method and quality, with the COLUMNS above: means over the photographs.

    The methods are the baselines, then the entries that `nets` maps to their network's name, in its order; `seen`
    are the patches that each was trained on.
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
    means["patches_seen"] = means["method"].map(seen).astype("Int64")
    for column, level in {"beats_jpeg": 0.0, "beats_baselines": means["quality"].map(best)}.items():
        beats = (means["gain_db"] - level).round(2) >= NOTICEABLE_DB
        means[column] = beats.map({True: "yes", False: "no"}).where(network)
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
    """Return the validation gain of the entries without factors in long form: model, epoch (from 1), val_gain_db.

    A model is an entry, or `ENTRY, quality=10` where each quality has a network of its own.
    """
    parts = [pd.DataFrame({"model": [], "epoch": [], "val_gain_db": []}).astype({"model": str, "epoch": int})]
    for entry in entries(params, factors=False):
        for run in runs_of(params, entry):
            curve = files.read_csv(Path("models", NETWORKS, entry, run.variant, "curves.csv"))
            name = f"{entry}, {run.variant}" if run.variant else entry
            parts.append(curve.assign(model=name).dropna(subset=["val_gain_db"]))
    return pd.concat(parts, ignore_index=True)[["model", "epoch", "val_gain_db"]].round({"val_gain_db": 5})


def side_by_side(methods: pd.DataFrame, *, most_networks: int) -> list[str]:
    """Return the methods to be shown as pictures: JPEG, the best baseline, and networks from worst to best.

    Of more than `most_networks` the worst, the best, and those evenly between.
    """
    points = at_common_quality(methods).sort_values("gain_db", kind="stable")
    others = list(baselines(points).query("method != @JPEG")["method"])
    ranked = list(networks(points)["method"])
    places = np.linspace(0, len(ranked) - 1, min(most_networks, len(ranked))).round().astype(int)
    return [JPEG, *others[-1:], *(ranked[place] for place in places)]


def noticeable(difference_db: float) -> bool:
    """Say whether a difference counts, going by the two decimals that are shown of it."""
    return abs(round(difference_db, 2)) >= NOTICEABLE_DB


def signed_db(difference: float) -> str:
    """Return a difference in dB with its sign, `+0.12 dB`; what rounds to nothing has none."""
    return "0.00 dB" if abs(difference) < 0.005 else f"{difference:+.2f} dB"
