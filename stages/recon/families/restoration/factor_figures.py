"""A chart of one factor at a time: a line for each factor of numbers, and all other changes as bars."""

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from recon.drawing import figures
from recon.families.restoration.comparison import format_db
from recon.families.restoration.factors import numbers

COLORS = {"helped": "#009e73", "made no difference": "0.6", "did not help": "#d55e00", "depends": "#e69f00"}
_MOST_DB = 0.4  # longer bars are cut, with an arrow, so that they do not flatten the rest
PANELS_PER_ROW = 4


def draw(path: str | Path, effects: pd.DataFrame) -> None:
    """Draw the changes of `factors.effects`: gains over numbers as lines, differences of the rest as bars."""
    changes = effects[effects["factor"] != "base"]
    groups = [(name, change) for name, change in changes.groupby(["entry", "factor"], sort=False)]
    lines = {name: line for name, change in groups if (line := numbers(change)) is not None}
    bars = pd.concat([changes.iloc[:0], *(change for name, change in groups if name not in lines)])
    rows = -(-len(lines) // PANELS_PER_ROW)
    heights = [3.1 * rows] * bool(rows) + [1.5 + 0.3 * len(bars)] * (len(bars) > 0)
    figure = figures.new_figure(12, 0.5 + (sum(heights) or 1.5))
    figure.suptitle(
        "One factor at a time, means over the qualities. Ringed: the base; "
        f"gray: no difference ({_describe_threshold(changes)})"
    )
    parts = list(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False).flat) if heights else []
    if lines:
        _draw_lines(parts[0], lines, rows)
    if len(bars):
        _draw_bars(parts[-1], bars)
    if not parts:
        figure.text(0.5, 0.4, "No entry of restoration.experiments has a factor in its sweep.", ha="center")
    figures.save(path, figure)


def _describe_threshold(changes: pd.DataFrame) -> str:
    """Return the differences that count as none: normally two, the larger for networks trained again."""
    least = [f"{number:.2f} dB" for number in sorted(changes["least_db"].unique())]
    return ", or, where trained again, ".join(least)


def _draw_lines(figure: Figure | SubFigure, lines: dict[tuple[str, str], pd.DataFrame], rows: int) -> None:
    columns = -(-len(lines) // rows)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    names = {entry for entry, _ in lines}
    for panel, ((entry, factor), line) in zip(panels.flat, lines.items(), strict=False):
        _draw_line(panel, line)
        panel.set_title(factor if len(names) == 1 else f"{factor} ({entry})", fontsize=11)
    for panel in panels.flat[len(lines) :]:
        panel.set_axis_off()
    for panel in panels[:, 0]:
        panel.set_ylabel("gain over plain JPEG (dB)")


def _draw_line(panel: Axes, line: pd.DataFrame) -> None:
    level = line.iloc[0]["gain_db"] - line.iloc[0]["difference_db"]
    least = line["least_db"].iloc[0]
    panel.axhspan(level - least, level + least, color="0.9")
    panel.plot(line["number"], line["gain_db"], color=figures.COLORS[0], marker=figures.MARKERS[0], linewidth=1.6)
    base = line[line["value"] == line["base_value"]]
    panel.plot(base["number"], base["gain_db"], color="black", marker="o", markersize=10, fillstyle="none")
    if line["number"].min() > 0:
        panel.set_xscale("log")
    panel.set_xticks(line["number"], labels=[f"{number:g}" for number in line["number"]])
    panel.minorticks_off()
    panel.margins(x=0.12)
    panel.grid(alpha=0.25)


def _draw_bars(figure: Figure | SubFigure, bars: pd.DataFrame) -> None:
    panel = figure.subplots()
    for least, gray in zip(sorted(bars["least_db"].unique(), reverse=True), ("0.95", "0.9"), strict=False):
        panel.axvspan(-least, least, color=gray)
    panel.axvline(0, color="black", linewidth=0.8)
    ends = bars["difference_db"].clip(-_MOST_DB, _MOST_DB)
    panel.barh(range(len(bars)), ends, color=list(map(COLORS.get, bars["verdict"])), height=0.6)
    entries = bars["entry"].nunique()
    labels = [
        f"{row.factor}: {_describe_change(row)}" + (f" ({row.entry})" if entries > 1 else "")
        for row in bars.itertuples()
    ]
    panel.set_yticks(range(len(bars)), labels=labels)
    panel.invert_yaxis()
    for place, (end, difference) in enumerate(zip(ends, bars["difference_db"], strict=True)):
        side, offset = ("left", 4) if difference >= 0 else ("right", -4)
        position = {"xy": (end, place), "xytext": (offset, 0), "textcoords": "offset points"}
        arrow = "" if end == difference else ("→ " if end > 0 else "← ")
        panel.annotate(f"{arrow}{format_db(difference)}", **position, ha=side, va="center")
    least = bars["least_db"].max()
    left, right = min(ends.min(), -least), max(ends.max(), least)
    panel.set_xlim(left - 0.15 * (right - left), right + 0.15 * (right - left))  # room for the numbers
    panel.set_axisbelow(True)
    panel.set_xlabel("difference to the base (dB), mean over the qualities; yellow: depends on them")
    panel.grid(alpha=0.25, axis="x")


def _describe_change(row: Any) -> str:
    return row.value if pd.isna(row.base_value) else f"{row.base_value} to {row.value}"
