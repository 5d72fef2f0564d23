"""The comparison of restorers: the gain of each over plain JPEG, and over the methods without a network."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.errors import UserError
from recon.core.reconstruction import SCORES, read_pixels
from recon.families.restoration.params import (
    BASELINES,
    CURVES,
    FAMILY,
    MODELS,
    NOTICEABLE_DB,
    PLAIN,
    RestorerEntry,
)
from recon.jpeg.files import PLAIN as PLAIN_FILE
from recon.jpeg.files import JpegFile
from recon.settings import groups

TABLES, PLOTS = Path("metrics/comparisons") / FAMILY, Path("plots/families") / FAMILY
METHODS, FACTORS, FAILURES = (TABLES / f"{name}.csv" for name in ("methods", "factors", "failures"))
TEST, JPEG = "test", "jpeg"  # subjects: photographs, and the same as JPEG files
COLUMNS = [
    *["method", "family", "net", "quality", "images", "psnr_db", "gain_db", "ssim", "ssimulacra2", "psnr_b_db"],
    *["num_params", "macs_per_pixel", "latents_per_pixel", "patches_seen", "beats_jpeg", "beats_baselines"],
]


def compared(entries: Sequence[RestorerEntry], *, swept: bool) -> list[RestorerEntry]:
    """Return the entries that restore the test photographs: those with a sweep, or those without."""
    return [entry for entry in entries if entry.experiment.is_compared and bool(entry.experiment.sweep) == swept]


def count_patches_seen(entry: RestorerEntry) -> int | None:
    """Return the number of patches that the entry's network was trained on, counting repetitions.

    It is the smallest number if each quality has a network, and None if one is trained by whole epochs, or comes
    from the zoo.
    """
    trainings = [run.training for run in entry.runs]
    if entry.experiment.weights or not all(training.steps_per_epoch for training in trainings):
        return None
    return min(training.epochs * training.steps_per_epoch * training.batch_size for training in trainings)


def read_scores(subject: str = TEST) -> pd.DataFrame:
    """Return the referee's rows of networks and baselines on one subject, with the columns factor and value."""
    parts = [files.read_csv(SCORES / f"{family}.csv") for family in (BASELINES, FAMILY)]
    rows = pd.concat(part[part["subject"] == subject] for part in parts)
    return rows.reindex(columns=dict.fromkeys([*rows.columns, "factor", "value"])).reset_index(drop=True)


def read_gains() -> pd.DataFrame:
    """Return the scores of the test photographs with `gain_db`, the PSNR above that of the same plain JPEG.

    Entries whose files are of another kind are left out: their gain is not the decoder's alone.

    Raises:
        UserError: plain JPEG has no score at one of the qualities.
    """
    rows = read_scores()
    rows = rows[~rows["entry"].isin(_list_other_files())].reset_index(drop=True)
    plain = rows[(rows["family"] == BASELINES) & (rows["entry"] == PLAIN)].set_index(["image", "quality"])
    pairs = pd.MultiIndex.from_frame(rows[["image", "quality"]])
    missing = pairs.difference(plain.index)
    if len(missing):
        raise UserError(
            f"{SCORES / BASELINES}.csv: no `{PLAIN}` of quality {missing[0][1]} to compare {missing[0][0]} with; "
            f"add it to {BASELINES}.experiments.{PLAIN}.points.quality in params.yaml"
        )
    return rows.assign(gain_db=rows["psnr_db"] - plain["psnr_db"].reindex(pairs).to_numpy())


def _list_other_files() -> list[str]:
    """Return the entries of networks and baselines whose JPEG files are not plain."""
    experiments = [item for family in (BASELINES, FAMILY) for item in groups.read(family)["experiments"].items()]
    return [name for name, experiment in experiments if JpegFile(**experiment.get("file", {})) != PLAIN_FILE]


def index_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `read_gains` without those of a sweep, by (method, quality, image)."""
    return rows[rows["factor"].isna()].set_index(["entry", "quality", "image"])


def read_picture(scored: pd.DataFrame, method: str, quality: int, image: str) -> np.ndarray:
    """Return the picture that a method saved, uint8 (rows, columns, channels); `scored` is of `index_scores`."""
    row = scored.loc[(method, quality, image)]
    return read_pixels(family=row["family"], entry=method, variant=row["variant"], image=image)


def average_imitations() -> pd.DataFrame:
    """Return the scores of networks that imitate JPEG: entry, quality, psnr_db, photograph_db.

    `psnr_db` is the PSNR of the imitation, `photograph_db` that of the photograph itself, both against the JPEG
    and averaged over the test photographs.
    """
    imitated = read_scores(JPEG).groupby(["entry", "quality"], sort=False)["psnr_db"].mean().reset_index()
    rows = read_scores()
    plain = rows[rows["entry"] == PLAIN].groupby("quality")["psnr_db"].mean()
    return imitated.assign(photograph_db=imitated["quality"].map(plain))


def tabulate_methods(rows: pd.DataFrame, entries: Sequence[RestorerEntry]) -> pd.DataFrame:
    """Return a row for each method and quality, with the COLUMNS above: means over the photographs.

    `rows` is the result of `read_gains`. The methods are the baselines, then the compared entries without a sweep.
    `beats_jpeg` and `beats_baselines` (all of them, at this quality) are "yes", from NOTICEABLE_DB on, or "no";
    both are empty for baselines.
    """
    single = {entry.name: entry for entry in compared(entries, swept=False)}
    chosen = rows[(rows["family"] == BASELINES) | rows["entry"].isin(single)]
    groups = chosen.groupby(["family", "entry", "quality"], sort=False)
    means = groups[["psnr_db", "gain_db", "ssim", "psnr_b_db"]].mean().round(5)
    means = means.join(groups["ssimulacra2"].mean(skipna=False).round(5))
    means = means.join(groups[["num_params", "macs_per_pixel", "latents_per_pixel"]].first())
    means = means.join(groups.size().rename("images"))
    means = means.reset_index().rename(columns={"entry": "method"})
    order = {method: place for place, method in enumerate(single)}  # the baselines, which have none, sort first
    means = means.sort_values("method", key=lambda m: m.map(order).fillna(-1), kind="stable", ignore_index=True)
    is_network = means["family"] == FAMILY
    best = means[~is_network].groupby("quality")["gain_db"].max()
    means["net"] = means["method"].map({name: entry.experiment.net for name, entry in single.items()})
    counts = {name: count_patches_seen(entry) for name, entry in single.items()}
    means["patches_seen"] = means["method"].map(counts).astype("Int64")
    for column, level in {"beats_jpeg": 0.0, "beats_baselines": means["quality"].map(best)}.items():
        beats = (means["gain_db"] - level).round(2) >= NOTICEABLE_DB
        means[column] = beats.map({True: "yes", False: "no"}).where(is_network)
    return means[COLUMNS]


def find_common_quality(methods: pd.DataFrame) -> int:
    """Return the lowest JPEG quality at which most methods of the table were scored."""
    counts = methods.groupby("quality")["method"].nunique()
    return int(counts[counts == counts.max()].index.min())


def select_common_quality(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the common quality: one for each method scored at it."""
    return methods[methods["quality"] == find_common_quality(methods)].reset_index(drop=True)


def select_networks(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of methods with a network."""
    return methods[methods["family"] == FAMILY]


def select_baselines(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of methods without a network."""
    return methods[methods["family"] == BASELINES]


def list_blurred(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of networks with more PSNR than plain JPEG, noticeably so, but a lower SSIMULACRA 2."""
    plain = methods[methods["method"] == PLAIN].set_index("quality")["ssimulacra2"]
    is_lower = methods["ssimulacra2"] < methods["quality"].map(plain)
    return methods[is_lower & (methods["beats_jpeg"] == "yes")]


def find_front(methods: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Return the Pareto front, cheapest first: networks that gain more than all that cost no more.

    A network that does not beat the baselines, which cost nothing, is never on it.
    """
    choices = methods[methods["beats_baselines"] == "yes"].dropna(subset=[cost])
    choices = choices.sort_values([cost, "gain_db"], ascending=[True, False], kind="stable")
    return choices[choices["gain_db"] > choices["gain_db"].cummax().shift(fill_value=float("-inf"))]


def read_curves(entries: Sequence[RestorerEntry]) -> pd.DataFrame:
    """Return the validation curves of the compared entries without a sweep: model, epoch (from 1), and two PSNRs.

    A model is an entry, or `ENTRY, quality=10` where each quality has a network; networks of the zoo have none.
    `val_psnr_db` is the PSNR, `val_gain_db` its gain over that of the JPEG files.
    """
    columns = ["model", "epoch", "val_psnr_db", "val_gain_db"]
    parts = [pd.DataFrame(columns=columns).astype({"model": str, "epoch": int})]
    trained = [entry for entry in compared(entries, swept=False) if not entry.experiment.weights]
    for entry in trained:
        for run in entry.runs:
            curve = files.read_csv(MODELS / entry.name / run.folder / CURVES)
            model = ", ".join(filter(None, (entry.name, run.folder)))
            parts.append(curve.assign(model=model).dropna(subset=["val_gain_db"]))
    return pd.concat([part for part in parts if len(part)] or parts)[columns].reset_index(drop=True).round(5)


def choose_shown(points: pd.DataFrame) -> list[str]:
    """Return the methods to show side by side: JPEG, the best other baseline, and the best network, if any.

    `points` are the rows of one quality.
    """
    ranked = points.sort_values("gain_db", kind="stable")
    others = select_baselines(ranked)["method"]
    return [PLAIN, *others[others != PLAIN].tail(1), *select_networks(ranked)["method"].tail(1)]


def format_db(difference: float) -> str:
    """Return a difference in dB with its sign, `+0.12 dB`; one that rounds to zero has no sign."""
    return "0.00 dB" if abs(difference) < 0.005 else f"{difference:+.2f} dB"
