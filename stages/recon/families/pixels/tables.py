"""The table of pixels for the pages."""

import pandas as pd

from recon.core import files
from recon.families.pixels.comparison import CURVES

_STEPS = 8  # columns, beside that of the noise


def tabulate_curves() -> tuple[list[str], list[list[str]]]:
    """Return the RMSE of each fit after the first steps and after the last."""
    header = ["RMSE (gray levels) after", *map(str, range(_STEPS + 1)), "all steps", "off the closed form"]
    rows = []
    for name, curve in read_named_curves():
        rmse = curve["rmse"].tolist()
        distance = (curve["rmse"] - curve["closed_form_rmse"]).abs().max()
        cells = [f"{error:.1f}" for error in rmse[: _STEPS + 1]]
        cells += [""] * (_STEPS + 1 - len(cells))
        rows.append([name, *cells, f"{rmse[-1]:.4f}", "" if pd.isna(distance) else f"{distance:.7f}"])
    return header, rows


def read_named_curves() -> list[tuple[str, pd.DataFrame]]:
    """Return each fit's rows of CURVES, named by its optimizer (or entry) and photograph."""
    groups = files.read_csv(CURVES).groupby(["entry", "across", "image"], sort=False, dropna=False)
    return [
        (f"{(entry if pd.isna(across) else across).replace('_', ' ')}, {image}", curve)
        for (entry, across, image), curve in groups
    ]


TABLES = {"pixels": tabulate_curves}
