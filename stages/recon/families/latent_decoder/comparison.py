"""The comparison of latent decoders: the referee's scores, the bound of linear decoders, and the artifacts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.imageset import ImageSet
from recon.core.reconstruction import SCORES, read_pixels, variant_name
from recon.data.params import Synthesize
from recon.families.latent_decoder import artifacts, pca
from recon.families.latent_decoder.params import FAMILY, SEARCH, DecoderEntry, DecoderRun
from recon.families.latent_decoder.pictures import Pictures
from recon.families.shared.project import PATTERNS

MODELS = Path("models") / FAMILY
TABLES = Path("metrics/comparisons") / FAMILY
TRAININGS, ARTIFACTS, LOSSES = TABLES / "trainings.csv", TABLES / "artifacts.csv", TABLES / "losses.csv"
AXES = ["factor", "value", "axis", "across"]  # columns that identify a training of an entry
_RANGE_WIDTHS = {"unit": 1.0, "symmetric": 2.0}
_LEAST_MSE = 1e-10  # 100 dB


def read_scores() -> pd.DataFrame:
    """Return the referee's scores of the family."""
    return files.read_csv(SCORES / f"{FAMILY}.csv")


def select_points(
    rows: pd.DataFrame, entry: DecoderEntry, run: DecoderRun, *, unseen: bool = False
) -> pd.DataFrame:
    """Return the rows of a training at its finest quantizer step."""
    variant = variant_name(run.point(min(entry.experiment.points.values), unseen=unseen))
    return rows[(rows["entry"] == entry.name) & (rows["variant"] == variant)]


def compare_trainings(entries: Iterable[DecoderEntry], rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each training, at the finest quantizer step of its entry.

    variant          the folder of its weights; AXES: its place among the entry's trainings
    images           number of training images
    fit_psnr_db      of the decoder's output in training, neither rounded nor clipped nor quantized
    pca_psnr_db      the same of the best possible linear decoder with as many latents
    psnr_db, bpp     the referee's means over the training pictures
    found_psnr_db, found_bpp   the same over unseen pictures
    found_pca_psnr_db          of unseen pictures, by the principal components of the training pictures
    search_steps               in which the codes of an unseen picture are found
    analysis_steps             after which the search that begins with the linear analysis is where the one that
                               begins with the mean code ends, mean over the unseen pictures; None: never
    """
    table = []
    for entry in entries:
        subject = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
        patch_size = entry.experiment.patch_size
        trained_on, others = (Pictures.of(subject, patch_size, unseen=unseen) for unseen in (False, True))
        images = trained_on.images() / 255
        for run in entry.runs:
            seen_points = select_points(rows, entry, run)
            unseen_points = select_points(rows, entry, run, unseen=True)
            peak = _RANGE_WIDTHS[run.training.value_range]
            components = pca.principal_components(images, run.latents)
            row = {"entry": entry.name, "variant": run.folder, "net": run.net, "latents": run.latents}
            row |= {name: getattr(run, name) for name in AXES} | {"images": len(images)}
            row["fit_psnr_db"] = _compute_psnr_db(read_curve(entry, run)["mse"].iloc[-1] / peak**2)
            row["pca_psnr_db"] = _compute_psnr_db(pca.bound(images, run.latents))
            row |= {"psnr_db": seen_points["psnr_db"].mean(), "bpp": seen_points["bpp"].mean()}
            row |= {"found_psnr_db": unseen_points["psnr_db"].mean(), "found_bpp": unseen_points["bpp"].mean()}
            row["found_pca_psnr_db"] = (
                _compute_psnr_db(pca.projection_error(components, others.images() / 255))
                if others.pixels
                else None
            )
            row |= _compare_searches(entry, run)
            table.append(row | {"num_params": int(seen_points["num_params"].iloc[0])})
    return pd.DataFrame(table)


def _compare_searches(entry: DecoderEntry, run: DecoderRun) -> dict[str, float | None]:
    """Return search_steps and analysis_steps of a training; both None without unseen pictures."""
    needed, total = [], None
    for path in sorted((MODELS / entry.name / run.folder).glob(SEARCH.format(image="*"))):
        errors = {start: rows["mse"].to_numpy() for start, rows in files.read_csv(path).groupby("start")}
        total = len(errors["mean"])
        reached = np.flatnonzero(errors["analysis"] <= errors["mean"][-1])
        needed.append(int(reached[0]) if reached.size else None)
    steps = None if not needed or None in needed else float(np.mean(needed))
    return {"search_steps": total, "analysis_steps": steps}


def read_curve(entry: DecoderEntry, run: DecoderRun) -> pd.DataFrame:
    """Return the curve of a training: epoch, loss, mse, learning_rate."""
    return files.read_csv(MODELS / entry.name / run.folder / "curve.csv")


def read_losses(entries: Iterable[DecoderEntry]) -> pd.DataFrame:
    """Return the training losses in long form: model, epoch, loss."""
    runs = [(entry, run) for entry in entries for run in entry.runs]
    losses = [read_curve(entry, run).assign(model=f"{entry.name} {run.folder}".strip()) for entry, run in runs]
    return pd.concat(losses)[["model", "epoch", "loss"]]


def measure_artifacts(rows: pd.DataFrame, synthesize: Synthesize) -> pd.DataFrame:
    """Return a row for each pattern of each point in `rows`, with the measures of `artifacts`."""
    patterns, measured = ImageSet.open(f"data/subjects/{PATTERNS}"), []
    points = rows[rows["subject"] == PATTERNS].reindex(columns=["entry", "variant", *AXES, "q_step", "image"])
    for row in points.to_dict("records"):
        pixels = read_pixels(family=FAMILY, entry=row["entry"], variant=row["variant"], image=row["image"])
        measured.append(row | _measure(row["image"], patterns.pixels(row["image"]), pixels, synthesize))
    return pd.DataFrame(measured)


def _measure(
    image: str, reference: np.ndarray, reconstruction: np.ndarray, synthesize: Synthesize
) -> dict[str, Any]:
    pair = {"reference": reference, "reconstruction": reconstruction}
    measures = {"range_kept": artifacts.range_kept(**pair)}
    measures["high_frequency_kept"] = artifacts.high_frequency_kept(**pair)
    if image == "sine_wave":
        wave = {"frequency": synthesize.sine_frequency, "reconstruction": reconstruction}
        measures["frequency_error"] = artifacts.frequency_error(**wave)
        measures["phase_error_degrees"] = artifacts.phase_error_degrees(**wave, reference=reference)
        measures["harmonic_distortion"] = artifacts.harmonic_distortion(**wave)
    if image == "checkerboard":
        measures["edge_error"] = artifacts.edge_error(**pair)
    return measures


def _compute_psnr_db(mse: float) -> float:
    """Return the PSNR of a mean squared error of values in [0, 1], at most 100."""
    return float(-10 * np.log10(max(mse, _LEAST_MSE)))
