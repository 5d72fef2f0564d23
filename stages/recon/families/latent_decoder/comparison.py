"""The latent decoders side by side: what the referee measured, the bound of linear ones, and the artifacts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files, tiles
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.data.params import Synthesize
from recon.families.latent_decoder import artifacts, pca
from recon.families.latent_decoder.params import FAMILY, FOUND, PATTERNS, Run, experiment_of, runs_of

MODELS = Path("models/latent_decoder")
_PEAK = {"unit": 1.0, "symmetric": 2.0}  # the width of a value range
_LEAST_MSE = 1e-10  # 100 dB
SAID = ["entry", "run", "variant", "across", "factor", "value", "latents", "q_step", "seen"]


def entries_on(params: dict[str, Any], subject: str) -> list[str]:
    """Return the entries about a subject."""
    return [name for name in params[FAMILY]["experiments"] if experiment_of(params, name).subject == subject]


def read_scores(params: dict[str, Any]) -> pd.DataFrame:
    """Return the referee's rows with what their variants say.

    Added to `recon.referee.scoring.COLUMNS`: `run` (the variant without its quantizer step), `across`,
    `factor` and `value` (see `params.Run`), `latents`, `q_step`, and `seen`: whether the
    decoder was trained on the picture.
    """
    said = pd.DataFrame(_said(params), columns=SAID)
    rows = files.read_csv(f"metrics/{FAMILY}.csv")
    return rows.merge(said, on=["entry", "variant"], how="left", validate="many_to_one")


def _said(params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for entry in params[FAMILY]["experiments"]:
        for run in runs_of(params, entry):
            for q_step in experiment_of(params, entry).q_step:
                name = run.variant_at(q_step)
                what = (run.across, run.factor, run.value, run.latents, q_step)
                yield entry, run.variant, name, *what, True
                yield entry, run.variant, name + FOUND, *what, False


def compare(params: dict[str, Any], rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each training, at the finest quantizer step of its entry.

    fit_psnr_db      of the decoder's answers in training, neither rounded nor clipped nor quantized
    pca_psnr_db      the same of the best linear decoder there can be with so many latents
    psnr_db, bpp     as the referee scored the pictures that the decoder was trained on: means
    found_psnr_db, found_bpp   and those that it was not
    found_pca_psnr_db          of these, the components of the others: what a linear decoder can do
    """
    finest = rows[rows["q_step"] == rows.groupby("entry")["q_step"].transform("min")]
    found = []
    for entry in params[FAMILY]["experiments"]:
        images, others = (_images(params, entry, unseen=unseen) for unseen in (False, True))
        for run in runs_of(params, entry):
            own = finest[(finest["entry"] == entry) & (finest["run"].fillna("") == run.variant)]
            seen, unseen = (own[own["seen"] == is_seen][["psnr_db", "bpp"]].mean() for is_seen in (True, False))
            peak = _PEAK[run.training.value_range]
            row = {"entry": entry, "variant": run.variant, "net": run.net, "latents": run.latents}
            row |= {"across": run.across, "factor": run.factor, "value": run.value, "images": len(images)}
            row["fit_psnr_db"] = _psnr_db(curve(entry, run)["mse"].iloc[-1] / peak**2)
            row["pca_psnr_db"] = _psnr_db(pca.bound(images, run.latents))
            row |= {"psnr_db": seen["psnr_db"], "bpp": seen["bpp"]}
            row |= {"found_psnr_db": unseen["psnr_db"], "found_bpp": unseen["bpp"]}
            components = pca.principal_components(images, run.latents)
            row["found_pca_psnr_db"] = _psnr_db(pca.projection_error(components, others)) if len(others) else None
            found.append(row | {"num_params": int(own["num_params"].iloc[0])})
    return pd.DataFrame(found)


def curve(entry: str, run: Run) -> pd.DataFrame:
    """Return the curve of a training: epoch, loss, mse, learning_rate."""
    return files.read_csv(MODELS / entry / run.variant / "curve.csv")


def measure_artifacts(params: dict[str, Any], rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each pattern as each training gives it, with the measures of `artifacts`."""
    drawn = Synthesize.model_validate(params["synthesize"])
    patterns, found = ImageSet.open(f"data/subjects/{PATTERNS}"), []
    for row in rows[(rows["subject"] == PATTERNS)].itertuples():
        pixels = read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)
        pair = {"reference": patterns.pixels(row.image), "reconstruction": pixels}
        measured = {"range_kept": artifacts.range_kept(**pair)}
        measured["high_frequency_kept"] = artifacts.high_frequency_kept(**pair)
        if row.image == "sine_wave":
            wave = {"frequency": drawn.sine_frequency, "reconstruction": pixels}
            measured["frequency_error"] = artifacts.frequency_error(**wave)
            measured["phase_error_degrees"] = artifacts.phase_error_degrees(**wave, reference=pair["reference"])
            measured["harmonic_distortion"] = artifacts.harmonic_distortion(**wave)
        if row.image == "checkerboard":
            measured["edge_error"] = artifacts.edge_error(**pair)
        found.append({"entry": row.entry, "variant": row.variant, "image": row.image} | measured)
    return pd.DataFrame(found)


def _images(params: dict[str, Any], entry: str, *, unseen: bool) -> np.ndarray:
    """Return what decoders are trained on, or are not: float64 in [0, 1] (images, rows, columns, channels)."""
    experiment = experiment_of(params, entry)
    subject = ImageSet.open(f"data/subjects/{experiment.subject}")
    names = [name for name in subject.names() if (subject.split(name) == "unseen") == unseen]
    images = [tiles.cut(subject.pixels(name), experiment.patch_size) for name in names]
    return np.concatenate(images) / 255 if images else np.empty(0)


def _psnr_db(mse: float) -> float:
    """Return the PSNR of a mean squared error of values in [0, 1], at most 100."""
    return float(-10 * np.log10(max(mse, _LEAST_MSE)))
