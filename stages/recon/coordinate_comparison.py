"""The coordinate networks side by side: what the referee measured of each fit, by what was changed for it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon import files
from recon.params.coordinates import METHOD, SHOWN, Run, experiment_of, runs_of

FAMILY = "coordinates"
MODELS = Path("models/coordinates")
BASE = "base"
_PEAK = {"unit": 1.0, "symmetric": 2.0}  # the width of a value range


def read_scores(params: dict[str, Any]) -> pd.DataFrame:
    """Return the referee's rows with what their variants say.

    Added to the columns of `recon.scoring.COLUMNS`, each NaN where it has no meaning:

        method       the interpolation, of what has no network
        across       the value on the entry's axis `across`, as text
        factor       what was changed beside; `base` for the entry as it stands
        value        to what, as text
        bits         of each weight
        score_db     hidden_psnr_db where pixels were hidden, else psnr_db
    """
    rows = files.read_csv(f"metrics/{FAMILY}.csv")
    known = rows.assign(score_db=rows["hidden_psnr_db"].fillna(rows["psnr_db"]))
    parts = [_parts(params, *pair) for pair in zip(rows["entry"], rows["variant"], strict=True)]
    columns = ["method", "across", "factor", "value", "bits"]
    said = pd.DataFrame(parts, columns=columns, index=rows.index)
    return known.join(said.astype({"bits": "Int64"}))


def _parts(params: dict[str, Any], entry: str, variant: str) -> dict[str, Any]:
    pairs = dict(part.split("=", 1) for part in variant.split(","))
    said = {"method": pairs.pop(METHOD, None), "bits": pairs.pop("bits", None)}
    said["bits"] = int(said["bits"]) if said["bits"] else pd.NA
    axis = next(iter(experiment_of(params, entry).across), None)
    said["across"] = pairs.pop(axis, None)
    if said["method"] is None:
        said["factor"], said["value"] = next(iter(pairs.items()), (BASE, BASE))
    return said


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
    across = next(iter(experiment_of(params, entry).across.values()), [BASE])
    return [run.variant for run in runs_of(params, entry)[: len(across)]]


def _curve(run: Run, entry: str, image: str) -> pd.DataFrame:
    curve = files.read_csv(MODELS / entry / run.variant / f"{image}.csv")
    psnr_db = 10 * np.log10(_PEAK[run.training.value_range] ** 2 / curve["mse"].clip(lower=1e-10))
    step = curve["epoch"] * run.training.steps_per_epoch
    found = pd.DataFrame({"step": step, "train_psnr_db": psnr_db.round(4)})
    return found.assign(entry=entry, variant=run.variant, image=image)


def setting(run: Run, factor: str) -> Any:
    """Return what a run has for a factor: of what it is shown, its mapping, training, or network's settings."""
    known = {key: getattr(run, key) for key in SHOWN}
    value = (known | run.mapping.model_dump() | run.training.model_dump() | run.settings).get(factor)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number(text: Any) -> float | None:
    """Return the number that a value's text stands for, None where it stands for none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
