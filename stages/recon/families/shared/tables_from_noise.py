"""The README's tables of images that come out of noise: header and rows."""

from typing import Any

import pandas as pd

PASSES = 8  # columns of the fractals' table


def pixels(curves: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return the RMSE of each curve after the first steps and the last, from metrics/pixels_rmse.csv."""
    header = ["RMSE (gray levels) after", *map(str, range(9)), "all steps", "off the closed form"]
    rows = []
    for (entry, variant, image), curve in curves.groupby(["entry", "variant", "image"], sort=False):
        rmse = curve["rmse"].tolist()
        off = (curve["rmse"] - curve["closed_form_rmse"]).abs().max()
        cells = [f"{error:.1f}" for error in rmse[:9]]
        cells += [""] * (9 - len(cells))
        name = f"{entry if entry == 'plane' else variant.rpartition('=')[2].replace('_', ' ')}, {image}"
        rows.append([name, *cells, f"{rmse[-1]:.4f}", "" if pd.isna(off) else f"{off:.7f}"])
    return header, rows


def fractal(passes: pd.DataFrame, scores: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return rate, PSNR and the RMSE after each pass of the family's own entry.

    From metrics/fractal_rmse.csv and metrics/fractal.csv.
    """
    header = ["blocks", "rate (bpp)", "PSNR (dB)", "SSIM", *(f"pass {number}" for number in range(PASSES + 1))]
    own = scores[scores["subject"] == "fractal"].drop_duplicates("variant").set_index("variant")
    rows = []
    for variant, score in own.iterrows():
        chosen = (passes["variant"] == variant) & (passes["image"] == score["image"])
        rmse = passes[chosen & (passes["entry"] == score["entry"])]["rmse"].tolist()
        cells = [f"{rmse[min(number, len(rmse) - 1)]:.1f}" for number in range(PASSES + 1)]
        quality = [f"{score['bpp']:.3f}", f"{score['psnr_db']:.2f}", f"{score['ssim']:.3f}"]
        rows.append([variant.rpartition("=")[2].replace("_", " "), *quality, *cells])
    return header, rows


def search(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the seconds of the search by the image's side, from metrics/benchmarks/fractal-search.json."""
    rows = [[f"{row['side']}", f"{row['pairs']:,}", f"{row['seconds']:.2f}"] for row in record["results"]]
    return ["side (pixels)", "pairs of blocks and turns", "seconds"], rows
