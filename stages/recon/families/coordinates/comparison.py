"""The coordinate networks side by side: what the referee measured of each fit, by what was changed for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import Run, baselines_of, runs_of
from recon.settings.axes import BASE
from recon.settings.sweeps import text_of

FAMILY = "coordinates"
MODELS = Path("models/coordinates")
_PEAK = {"unit": 1.0, "symmetric": 2.0}  # the width of a value range


def read_scores(params: dict[str, Any]) -> pd.DataFrame:
    """Return the referee's rows with what their variants say.

    Added to the columns of `recon.referee.scoring.COLUMNS`, each NaN where it has no meaning:

        method       the interpolation, of what has no network
        across       the value on the entry's axis `across`, as text
        factor       what was changed beside; BASE for the entry as it stands
        value        to what, as text
        bits         of each weight
        score_db     hidden_psnr_db where pixels were hidden, else psnr_db
    """
    rows = files.read_csv(f"metrics/{FAMILY}.csv")
    known = rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))
    said = pd.DataFrame(_said(params), columns=["entry", "variant", "method", "across", "factor", "value", "bits"])
    return known.merge(said.astype({"bits": "Int64"}), on=["entry", "variant"], how="left", validate="many_to_one")


def _said(params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield entry, variant and what it says, for all variants there are."""
    for entry in params[FAMILY]["experiments"]:
        for run in runs_of(params, entry):
            for bits in experiment_of(params, entry).bits:
                yield entry, run.variant_at(bits), None, run.across, run.factor, run.value, bits
        for method, run in baselines_of(params, entry):
            yield entry, run.variant, method, run.across, None, None, pd.NA


def finest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return of each fit the rows with the most bits a weight of its entry, and all without a network."""
    most = rows.groupby("entry")["bits"].transform("max")
    return rows[rows["bits"].isna() | (rows["bits"] == most)]


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each variant: means over its images, in the order they come."""
    keys = ["entry", "variant", "method", "across", "factor", "value", "bits"]
    measured = ["bpp", "psnr_db", "ssim", "known_psnr_db", "hidden_psnr_db", "score_db"]
    measured += ["num_params", "macs_per_pixel"]
    groups = rows.groupby(keys, sort=False, dropna=False)
    return groups[measured].mean().join(groups.size().rename("images")).reset_index()


def curves(params: dict[str, Any], images: dict[str, list[str]]) -> pd.DataFrame:
    """Return the PSNR on batches as training went on: entry, variant, image, step, train_psnr_db.

    `images` are those of each entry. A point is the mean of the squared errors since the last one.
    """
    parts = []
    for entry, names in images.items():
        for run in runs_of(params, entry):
            parts += [_curve(run, entry, image) for image in names]
    return pd.concat(parts, ignore_index=True)


def of_bases(curves: pd.DataFrame, params: dict[str, Any]) -> pd.DataFrame:
    """Return the curves of entries as they stand, on their first image: model, step, train_psnr_db."""
    variants = {entry: _base_variants(params, entry) for entry in curves["entry"].unique()}
    first = curves.groupby("entry")["image"].transform("first")
    bases = [variant in variants[entry] for entry, variant in zip(curves["entry"], curves["variant"], strict=True)]
    own = curves[np.array(bases) & (curves["image"] == first)]
    names = [", ".join(filter(None, pair)) for pair in zip(own["entry"], own["variant"], strict=True)]
    return own.assign(model=names)[["model", "step", "train_psnr_db"]]


def _base_variants(params: dict[str, Any], entry: str) -> list[str]:
    return [run.variant for run in runs_of(params, entry) if run.factor == BASE]


def _curve(run: Run, entry: str, image: str) -> pd.DataFrame:
    curve = files.read_csv(MODELS / entry / run.variant / f"{image}.csv")
    psnr_db = 10 * np.log10(_PEAK[run.training.value_range] ** 2 / curve["mse"].clip(lower=1e-10))
    step = curve["epoch"] * run.training.steps_per_epoch
    found = pd.DataFrame({"step": step, "train_psnr_db": psnr_db.round(4)})
    return found.assign(entry=entry, variant=run.variant, image=image)


def stands_at(run: Run, factor: str) -> str | None:
    """Return what a run has for a factor, as text; None where the factor is a name for several settings."""
    known = run.shown.model_dump() | run.mapping.model_dump() | run.training.model_dump() | run.settings
    if factor not in known:
        return None
    value = known[factor]
    return f"{value:g}" if isinstance(value, float) else text_of(value)


def number(text: Any) -> float | None:
    """Return the number that a value's text stands for, None where it stands for none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
