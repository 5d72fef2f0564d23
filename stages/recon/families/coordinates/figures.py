"""The sheet of an entry: the visible pixels, the fitted pictures, their training, and charts of its factors.

```text
original | the visible pixels, for each value across, then the base
label    | pictures of one change, or of all values of a factor
...
curves of the training
charts of the score over each numeric factor
```
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from recon.drawing import figures

# Inches: the side of a picture, the height of a chart and of a line of text.
_TILE, _CHART, _LINE = 1.5, 2.7, 0.19
_SMALL = 64  # pixels; pictures with a shorter side are enlarged
_MAX_CURVES = 20  # whose names fit beside the panel
_CHARTS_PER_ROW = 4

Lines = dict[str, tuple[Sequence[float], Sequence[float]]]  # name -> numbers along the axis, PSNR in dB


@dataclass(frozen=True)
class Tile:
    """A picture, uint8 (rows, columns, channels), and its title."""

    title: str
    pixels: np.ndarray


@dataclass(frozen=True)
class Chart:
    """Lines over a numeric factor; `marked` is its value in the base."""

    title: str
    label: str
    lines: Lines
    marked: float | None = None


@dataclass(frozen=True)
class Sheet:
    """The content of a figure: labeled rows of tiles, with the original before the first row."""

    heading: str
    original: np.ndarray
    rows: list[tuple[str, list[Tile]]]
    curves: Lines
    charts: list[Chart] = field(default_factory=list)


def draw_sheet(path: str | Path, sheet: Sheet) -> None:
    """Draw one sheet."""
    columns = 1 + max(len(tiles) for _, tiles in sheet.rows)
    titles = 1 + max(tile.title.count("\n") for _, tiles in sheet.rows for tile in tiles)
    sides, curves = sheet.original.shape, min(len(sheet.curves), _MAX_CURVES)
    chart_rows = -(-len(sheet.charts) // _CHARTS_PER_ROW)
    chart_columns = -(-len(sheet.charts) // chart_rows) if chart_rows else 0
    heights = [
        (_TILE * sides[0] / sides[1] + _LINE * titles) * len(sheet.rows),
        max(_CHART, _LINE * curves + 0.5),
        *[_CHART * chart_rows] * (chart_rows > 0),
    ]
    width = max(_TILE * columns, 2.9 * chart_columns, 9)
    figure = figures.new_figure(width, sum(heights) + 0.5, dpi=figures.GRID_DPI)
    figure.suptitle(sheet.heading, fontsize=12)
    above, training, *below = figure.subfigures(len(heights), 1, height_ratios=heights)
    _draw_tiles(above, sheet, columns)
    _draw_curves(training.subplots(), sheet.curves)
    if below:
        panels = below[0].subplots(chart_rows, chart_columns, squeeze=False).flat
        for panel in panels[len(sheet.charts) :]:
            panel.set_axis_off()
        for panel, chart in zip(panels, sheet.charts, strict=False):
            _draw_chart(panel, chart)
    figures.save(path, figure)


def _draw_tiles(part: SubFigure, sheet: Sheet, columns: int) -> None:
    grid = part.subplots(len(sheet.rows), columns, squeeze=False)
    for panel in grid.flat:
        figures.hide_axes(panel)
    figures.draw_pixels(grid[0, 0], sheet.original, "original", blocks=min(sheet.original.shape[:2]) <= _SMALL)
    for index, (panels, (label, tiles)) in enumerate(zip(grid, sheet.rows, strict=True)):
        if index:
            panels[0].text(0.95, 0.5, label, ha="right", va="center", transform=panels[0].transAxes, fontsize=10)
        for panel, tile in zip(panels[1:], tiles, strict=False):
            figures.draw_pixels(panel, tile.pixels, "", blocks=min(tile.pixels.shape[:2]) <= _SMALL)
            panel.set_title(tile.title, fontsize=8.5)


def _draw_curves(panel: Axes, curves: Lines) -> None:
    for index, (name, (steps, psnr_db)) in enumerate(list(curves.items())[:_MAX_CURVES]):
        line = "--" if index >= len(figures.COLORS) else "-"
        panel.plot(steps, psnr_db, color=figures.COLORS[index % len(figures.COLORS)], linestyle=line, label=name)
    more = f", the first {_MAX_CURVES} of {len(curves)}" if len(curves) > _MAX_CURVES else ""
    panel.set(xlabel="step", ylabel="training PSNR (dB)", title=f"Training{more}")
    panel.grid(alpha=0.25)
    if len(curves) > 1:
        panel.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def _draw_chart(panel: Axes, chart: Chart) -> None:
    numbers = sorted({number for values, _ in chart.lines.values() for number in values})
    for index, (name, (values, psnr_db)) in enumerate(chart.lines.items()):
        figures.draw_curve(panel, values, psnr_db, label=name, index=index)
    if min(numbers) > 0 and max(numbers) >= 4 * min(numbers):
        panel.set_xscale("log")
    panel.set_xticks(numbers, labels=[f"{number:g}" for number in numbers], fontsize=8)
    panel.minorticks_off()
    if chart.marked is not None:
        panel.axvline(chart.marked, color="0.6", linestyle=":", linewidth=1.2, zorder=1)
    panel.set(xlabel=chart.label, ylabel="PSNR (dB)", title=chart.title)
    panel.grid(alpha=0.25)
    if len(chart.lines) > 1:
        panel.legend(fontsize=8, frameon=False)
