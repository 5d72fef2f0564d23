"""Figures of fractals decoded from noise: pictures by pass, curves of the RMSE, and blocks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from recon.core.imageset import ImageSet
from recon.core.reconstruction import variant_name
from recon.drawing import figures
from recon.drawing.animations import write_gif
from recon.families.fractal.comparison import decode_twice
from recon.families.fractal.params import FractalEntry

MOST_PASSES = 9  # pictures in a row
_SIDE_COLORS = {32: "#56b4e9", 16: "#0072b2", 8: "#e69f00", 4: "#d55e00", 2: "#cc79a7"}

Leaves = Sequence[tuple[int, int, int]]  # side, row and column of blocks


def draw_figures(folder: Path, entry: FractalEntry, passes: pd.DataFrame, scores: pd.DataFrame) -> None:
    """Draw passes.png, rmse.png, blocks.png and passes.gif of an entry's first photograph.

    `passes` is the result of `measure_passes`, `scores` that of the referee.
    """
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    image = photographs.names()[0]
    passes, scores = (
        table[(table["entry"] == entry.name) & (table["image"] == image)] for table in (passes, scores)
    )
    rows, blocks, curves = [], [], {}
    for run in entry.runs:
        for settings, tolerance in run.points:
            variant = variant_name(settings)
            decoding = decode_twice(entry=entry.name, variant=variant, image=image)
            curve, bpp = passes[passes["variant"] == variant], scores.set_index("variant")["bpp"][variant]
            name = (run.across or f"tolerance {tolerance:g}").replace("_", " ")
            pairs = list(zip(curve["rmse"], decoding.pictures, strict=True))[:MOST_PASSES]
            rows.append((name, [(f"{number}: {rmse:.1f}", pixels) for number, (rmse, pixels) in enumerate(pairs)]))
            title = f"{name}\n{bpp:.2f} bpp, RMSE {curve['rmse'].iloc[-1]:.1f}"
            blocks.append((title, decoding.pictures[-1], decoding.leaves))
            curves[name] = curve
    heading = "Fractals from noise, RMSE in gray levels after each pass"
    figures.draw_grid(folder / "passes.png", rows, heading=heading)
    draw_passes(folder / "rmse.png", curves)
    draw_blocks(folder / "blocks.png", photographs.pixels(image), blocks)
    write_gif(folder / "passes.gif", [pixels for _, pixels in rows[-1][1]])


def draw_passes(path: Path, curves: dict[str, pd.DataFrame]) -> None:
    """Draw the RMSE of each payload over the passes of its decoding, and the distance between two starts."""
    figure = figures.new_figure(11.5, 4.4)
    figure.suptitle("Decoding from noise", fontsize=12)
    error, apart = figure.subplots(1, 2)
    for index, (name, curve) in enumerate(curves.items()):
        label = f"{name}: {curve['rmse'].iloc[-1]:.1f}"
        figures.draw_curve(error, curve["passes"], curve["rmse"], label=label, index=index)
        error.plot(curve["passes"], curve["other_rmse"], "--", color="0.2", linewidth=0.8)
        figures.draw_curve(apart, curve["passes"], curve["largest_difference"], label=name, index=index)
    error.plot([], [], "--", color="0.2", linewidth=0.8, label="the same from another noise")
    error.set(ylabel="RMSE (gray levels)", title="Distance from the photograph, and where it ends")
    apart.set(ylabel="largest difference (gray levels)", title="Distance between two starts")
    for panel in (error, apart):
        panel.set(xlabel="passes", yscale="log")
        panel.yaxis.set_major_formatter("{x:g}")
        panel.grid(alpha=0.25)
    error.set_yticks([2, 5, 10, 20, 50, 100], labels=["2", "5", "10", "20", "50", "100"])
    error.set_ylim(bottom=min(curve["rmse"].min() for curve in curves.values()) / 1.2)
    error.minorticks_off()
    error.legend(frameon=False, fontsize=9)
    figures.save(path, figure)


def draw_blocks(path: Path, original: np.ndarray, pictures: Sequence[tuple[str, np.ndarray, Leaves]]) -> None:
    """Draw the original, and each (title, pixels, blocks) with the outlines of its blocks below it."""
    columns = 1 + len(pictures)
    figure = figures.new_figure(2.45 * columns, 5.5, dpi=figures.GRID_DPI)
    figure.suptitle("Blocks, and what they give", fontsize=12)
    above, below = figure.subplots(2, columns)
    figures.draw_pixels(above[0], original, f"original\n{8 * original.shape[-1]} bpp")
    below[0].set_axis_off()
    sides = sorted({side for _, _, blocks in pictures for side, _, _ in blocks}, reverse=True)
    handles = [
        Rectangle((0, 0), 1, 1, color=_SIDE_COLORS[side], label=f"{side} x {side} pixels") for side in sides
    ]
    below[0].legend(handles=handles, loc="upper left", title="blocks", frameon=False, fontsize=9)
    for top, bottom, (title, pixels, blocks) in zip(above[1:], below[1:], pictures, strict=True):
        figures.draw_pixels(top, pixels, title)
        figures.draw_pixels(bottom, 128 + pixels // 2, "")
        for side in sides:
            outlines = [Rectangle((c - 0.5, r - 0.5), side, side) for s, r, c in blocks if s == side]
            style = {"facecolor": "none", "edgecolor": _SIDE_COLORS[side], "linewidth": 0.5}
            bottom.add_collection(PatchCollection(outlines, **style))
    figures.save(path, figure)
