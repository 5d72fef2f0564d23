"""The tables of latent decoders for the pages."""

from typing import Any

import pandas as pd

from recon.core import files
from recon.families.latent_decoder.comparison import ARTIFACTS, AXES, TRAININGS
from recon.settings.sweeps import BASE

Table = tuple[list[str], list[list[str]]]

_MEASURES = {  # column of ARTIFACTS -> header, pattern, format
    "range_kept": ("range kept, gradient", "radial_gradient", "{:.2f}"),
    "high_frequency_kept": ("high frequencies kept, gradient", "radial_gradient", "{:.1f}"),
    "phase_error_degrees": ("phase error, sine (degrees)", "sine_wave", "{:.2f}"),
    "harmonic_distortion": ("harmonic distortion, sine", "sine_wave", "{:.3f}"),
    "edge_error": ("edge error, checkerboard (gray levels)", "checkerboard", "{:.1f}"),
}


def tabulate_patterns() -> Table:
    """Return the measures of each training of the patterns, at its finest quantizer step."""
    trainings, artifacts = files.read_csv(TRAININGS), files.read_csv(ARTIFACTS)
    finest = artifacts[artifacts["q_step"] == artifacts.groupby("entry")["q_step"].transform("min")]
    measured = trainings.merge(finest, on=["entry", *AXES], suffixes=("", "_of_point"))
    rows = []
    for _, patterns in measured.groupby(["entry", "variant"], sort=False, dropna=False):
        training, by_image = patterns.iloc[0].to_dict(), patterns.set_index("image")
        numbers = [style.format(by_image.loc[image, name]) for name, (_, image, style) in _MEASURES.items()]
        cells = [name_training(training), str(training["latents"]), f"{training['psnr_db']:.2f}"]
        rows.append([*cells, *map(_format_zero, numbers)])
    return ["decoder", "latents", "PSNR (dB)", *(header for header, *_ in _MEASURES.values())], rows


def tabulate_patches() -> Table:
    """Return the quality of each decoder and of principal components, in training and on unseen photographs."""
    header = ["decoder", "latents", "parameters", "in training (dB)", "principal components (dB)"]
    header += ["seen (dB)", "seen (bpp)", "unseen (dB)", "unseen (bpp)", "components of the seen (dB)"]
    trainings = files.read_csv(TRAININGS).dropna(subset=["found_psnr_db"])
    numbers = ["fit_psnr_db", "pca_psnr_db", "psnr_db", "bpp", "found_psnr_db", "found_bpp", "found_pca_psnr_db"]
    rows = []
    for row in trainings.sort_values("latents", kind="stable").to_dict("records"):
        quality = [f"{row[name]:.2f}" for name in numbers]
        rows.append([name_training(row), str(row["latents"]), f"{row['num_params']:,}", *quality])
    return header, rows


def name_training(row: dict[str, Any]) -> str:
    """Return the network of a row of TRAININGS and its change: `linear`, `linear, start pca`, `conv (grid)`."""
    factor, value = row["factor"], row["value"]
    if pd.isna(factor) or factor in (BASE, "latents") or value == row["net"]:
        return row["net"]
    return f"{row['net']} ({value})" if factor == "net" else f"{row['net']}, {factor} {value}"


def _format_zero(number: str) -> str:
    return number if float(number) else number.removeprefix("-")


TABLES = {"latent-patterns": tabulate_patterns, "latent-patches": tabulate_patches}
