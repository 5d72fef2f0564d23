"""Tables in Markdown, and those of the pages on the points and curves of the plane, and the list of fields."""

import re
from collections.abc import Sequence

import pandas as pd
from tabulate import tabulate

from recon.core import files
from recon.referee import fields, leaderboard
from recon.referee.params import Plot
from recon.settings.core import section

Table = tuple[list[str], list[list[str]]]
SHORT = ["method", "variant", "bpp", "psnr_db", "ssim", "gain_over_jpeg_db", "on_front", "decoder_bytes"]
CURVE = ["method", "variant", "bpp", "psnr_db", "ssim", "gain_over_jpeg_db"]
_OMITTED = ("family", "entry", "images")  # `method` implies the first two; a note states the third
_WIDEST = 200
_NUMERIC = re.compile(r"[-+]?[\d.,]+( / [\d.,]+|: [\d.,]+)?|")


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as Markdown: columns of numbers aligned right, text left; a wide one is not padded."""
    numeric = [all(map(_NUMERIC.fullmatch, column)) for column in zip(*rows, strict=True)]
    align = ["right" if right else "left" for right in numeric] or None
    markdown = tabulate(rows, header, tablefmt="pipe", disable_numparse=True, colalign=align)
    if markdown.index("\n") > _WIDEST:  # too wide to read as text: padding would only enlarge the file
        markdown = re.sub("-{3,}", "---", re.sub(" {2,}", " ", markdown))
    return markdown


def tabulate_curve(family: str) -> Table:
    """Return all points of a family in the plane."""
    points = leaderboard.read()
    return fields.select(points[points["family"] == family], CURVE)


def _tabulate_leaderboard(names: list[str]) -> tuple[list[str], list[list[str]], str]:
    """Return these columns of each method's point nearest to the rate of the mosaics, and a note on the points."""
    points, target = leaderboard.read(), section(Plot, "plot").mosaic_bpp
    images = int(points["images"].iloc[0])
    note = f"Means over {images} photographs, each method at its point nearest to {target:g} bpp."
    return *fields.select(leaderboard.nearest_points(points, target), names), note


def _tabulate_all_columns() -> tuple[list[str], list[list[str]], str]:
    return _tabulate_leaderboard([name for name in fields.columns(fields.BOARD) if name not in _OMITTED])


def _tabulate_methods() -> Table:
    """Return the curves of all methods, with the two ends of a range in one cell."""
    methods = files.read_csv("metrics/methods.csv")
    names = [name for name in methods.columns if name != "family" and not name.endswith(("_bpp", "_db"))]
    header, rows = fields.select(methods, names)
    ranges = {"rates (bpp)": ("lowest_bpp", "highest_bpp")}
    for anchor, name in fields.ANCHORS.items():
        ranges[f"PSNRs shared with {name} (dB)"] = (f"bd_rate_{anchor}_from_db", f"bd_rate_{anchor}_to_db")
    for title, (low, high) in ranges.items():
        header.append(title)
        for row, cells in zip(methods.to_dict("records"), rows, strict=True):
            cells.append(_format_range(row[low], row[high]))
    return header, rows


def _format_range(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"


TABLES = {
    "leaderboard": lambda: _tabulate_leaderboard(SHORT),
    "leaderboard-full": _tabulate_all_columns,
    "methods": _tabulate_methods,
    "fields": fields.tabulate_fields,
}
