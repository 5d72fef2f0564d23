"""Figures of images that come out of noise: pictures by step, curves of the RMSE, and the blocks of a fractal."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from recon.core.files import atomic_path
from recon.drawing import figures

_TILE = 1.32  # inches
_DPI = 80
_SIDE_COLORS = {32: "#56b4e9", 16: "#0072b2", 8: "#e69f00", 4: "#d55e00", 2: "#cc79a7"}

Row = tuple[str, list[tuple[str, np.ndarray]]]  # a name, and titled pictures


def draw_grid(path: str | Path, rows: Sequence[Row], *, heading: str) -> None:
    """Draw rows of pictures, each row with its name at the left and each picture with its title above."""
    columns = max(len(pictures) for _, pictures in rows)
    figure = figures.new_figure(_TILE * columns + 0.3, (_TILE + 0.22) * len(rows) + 0.4, dpi=_DPI)
    figure.suptitle(heading, fontsize=12)
    for panels, (name, pictures) in zip(figure.subplots(len(rows), columns, squeeze=False), rows, strict=True):
        for panel in panels:
            panel.set_xticks([])
            panel.set_yticks([])
            panel.spines[:].set_visible(False)
        panels[0].set_ylabel(name.replace(" ", "\n") if len(name) > 8 else name, fontsize=9)
        for panel, (title, pixels) in zip(panels, pictures, strict=False):
            panel.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="antialiased")
            panel.set_title(title, fontsize=8.5)
    _save_with_palette(path, figure)


def _save_with_palette(path: str | Path, figure: Figure) -> None:
    """Write a PNG of 256 colors: noise does not compress, and would take three times the bytes in full color."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    with atomic_path(path) as temporary:
        drawn.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(temporary, "PNG")


def draw_pixel_curves(path: str | Path, curves: dict[str, pd.DataFrame], *, heading: str) -> None:
    """Draw the RMSE of each optimizer over its steps, with the closed form as a line through the points."""
    figure = figures.new_figure(8.5, 4.6)
    panel = figure.subplots()
    for index, (name, curve) in enumerate(curves.items()):
        color = figures.COLORS[index % len(figures.COLORS)]
        marker = figures.MARKERS[index % len(figures.MARKERS)]
        panel.plot(curve["step"], curve["rmse"], marker, color=color, markersize=4.5, label=name)
        if curve["closed_form_rmse"].notna().all():
            label = f"{name}, closed form"
            panel.plot(curve["step"], curve["closed_form_rmse"], color=color, linewidth=1.2, label=label)
    panel.set(xlabel="step", ylabel="RMSE (gray levels)", yscale="log", title=heading)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.grid(alpha=0.25)
    panel.legend(frameon=False, fontsize=9)
    figures.save(path, figure)


def draw_passes(path: str | Path, curves: dict[str, pd.DataFrame], *, heading: str) -> None:
    """Draw the RMSE of each payload over the passes of its decoding, and how far two starts are apart."""
    figure = figures.new_figure(11.5, 4.4)
    figure.suptitle(heading, fontsize=12)
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


def draw_blocks(
    path: str | Path,
    original: np.ndarray,
    pictures: Sequence[tuple[str, np.ndarray, Sequence[tuple[int, int, int]]]],
    *,
    heading: str,
) -> None:
    """Draw the original, and each (title, pixels, blocks) with the outlines of its blocks below it."""
    columns = 1 + len(pictures)
    figure = figures.new_figure(2.45 * columns, 5.5, dpi=_DPI)
    figure.suptitle(heading, fontsize=12)
    above, below = figure.subplots(2, columns)
    figures.draw_pixels(above[0], original, "original\n8 bpp" if original.shape[-1] == 1 else "original\n24 bpp")
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
