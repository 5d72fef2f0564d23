"""The tables of fractals for the pages."""

from typing import Any

import pandas as pd

from recon.core import files
from recon.core.machine import format_machines
from recon.core.reconstruction import SCORES
from recon.families.fractal.comparison import PASSES
from recon.families.fractal.params import FAMILY

_COLUMNS = 8  # passes, beside the noise


def tabulate_passes() -> tuple[list[str], list[list[str]]]:
    """Return rate, PSNR and the RMSE after each pass, on the subject of the figures."""
    header = ["blocks", "rate (bpp)", "PSNR (dB)", "SSIM", *(f"pass {number}" for number in range(_COLUMNS + 1))]
    passes, scores = files.read_csv(PASSES), files.read_csv(SCORES / f"{FAMILY}.csv")
    rows = []
    for score in scores[scores["subject"] == FAMILY].drop_duplicates("variant").itertuples():
        key = [score.entry, score.variant, score.image]
        rmse = passes.loc[(passes[["entry", "variant", "image"]] == key).all(axis=1), "rmse"].tolist()
        cells = [f"{rmse[min(number, len(rmse) - 1)]:.1f}" for number in range(_COLUMNS + 1)]
        rows.append([name_coding(score), f"{score.bpp:.3f}", f"{score.psnr_db:.2f}", f"{score.ssim:.3f}", *cells])
    return header, rows


def name_coding(score: Any) -> str:
    """Return the name of a coding: its value across, or its tolerance."""
    across = getattr(score, "across", None)
    return f"tolerance {score.tolerance:g}" if pd.isna(across) else across.replace("_", " ")


def tabulate_search() -> tuple[list[str], list[list[str]], str]:
    """Return the benchmarked seconds of the search by the image's side."""
    record = files.read_json("metrics/benchmarks/fractal-search.json")
    rows = [[f"{row['side']}", f"{row['pairs']:,}", f"{row['seconds']:.2f}"] for row in record["results"]]
    note = (
        f"Seconds grow with side^{record['exponent']:.1f}, as the pairs do. `{record['command']}` on "
        f"{format_machines(record['machines'])}, the fastest of {record['turns']}."
    )
    return ["side (pixels)", "pairs of blocks and turns", "seconds"], rows, note


TABLES = {"fractal": tabulate_passes, "fractal-search": tabulate_search}
