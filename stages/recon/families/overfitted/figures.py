"""Figures of overfitted codecs: curves, where the bits go by level, and one photograph taken apart."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import PowerNorm
from matplotlib.figure import SubFigure
from scipy.ndimage import uniform_filter

from recon.drawing import figures, looks
from recon.families.overfitted.anatomy import Anatomy
from recon.families.shared.curve_figures import draw_rates

_BITS_MAP, _LATENTS_MAP, _LEVELS_MAP = "inferno", "RdBu_r", "YlGnBu"
_WINDOW = 5  # pixels along the sides of means of bits
_MOST = 99.8  # percentile of values that a map shows; few are beyond


def draw_curves(path: str | Path, points: pd.DataFrame, *, heading: str) -> None:
    """Draw PSNR over the rate for each method of `points`, the result of `comparison.read_plane`."""
    figure = figures.new_figure(8, 5)
    panel = figure.subplots()
    fits = points[points["family"] != looks.CODECS]
    draw_rates(panel, points, limits=(fits["bpp"].min() / 1.3, fits["bpp"].max() * 1.3))
    panel.set_ylim(fits["psnr_db"].min() - 1.5, fits["psnr_db"].max() + 1)
    panel.set_title(heading, fontsize=12)
    panel.legend(frameon=False, handlelength=4)
    figures.save(path, figure)


def draw_levels(path: str | Path, shares: Mapping[str, pd.DataFrame], *, heading: str) -> None:
    """Draw what each file is made of, a panel for each entry and a bar for each of its points.

    `shares` maps entry -> bits per pixel, with a row for each point, whose index is its name, from the lowest rate
    to the highest, and a column for each part, from the bottom of the bar; all have the same columns.
    """
    parts = list(next(iter(shares.values())))
    colors = dict(zip(parts, _choose_colors(len(parts)), strict=True))
    figure = figures.new_figure(max(7, 1.6 + 3.2 * len(shares)), 4.6)
    figure.suptitle(heading, fontsize=12)
    panels = figure.subplots(1, len(shares), sharey=True, squeeze=False)[0]
    for panel, (entry, table) in zip(panels, shares.items(), strict=True):
        bottom = np.zeros(len(table))
        for part in table:
            style = {"color": colors[part], "edgecolor": "white", "linewidth": 0.4}
            panel.bar(range(len(table)), table[part], bottom=bottom, width=0.7, label=part, **style)
            bottom += table[part].to_numpy()
        panel.set_xticks(range(len(table)), labels=table.index)
        panel.set(title=entry, xlabel="lambda, the price of a bit")
        panel.grid(alpha=0.25, axis="y")
        panel.set_axisbelow(True)
    panels[0].set_ylabel("bits per pixel")
    handles, labels = panels[0].get_legend_handles_labels()
    order = slice(None, None, -1)  # as they are stacked
    panels[-1].legend(handles[order], labels[order], loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figures.save(path, figure)


def _choose_colors(count: int) -> list:
    """Return the colors of the parts of a bar: the first is apart from the others, which get darker."""
    ramp = matplotlib.colormaps[_LEVELS_MAP]
    return [figures.COLORS[1], *(ramp(value) for value in np.linspace(0.25, 1, count - 1))]


def draw_anatomy(
    path: str | Path, original: np.ndarray, decoded: np.ndarray, anatomy: Anatomy, *, heading: str, caption: str
) -> None:
    """Draw a photograph taken apart: decoded beside it, its bits, its grids, and what each of them adds.

    `original` and `decoded` are uint8 (rows, columns, channels); `caption` is for the decoded one.
    """
    shape, count = original.shape[0] / original.shape[1], len(anatomy.levels)
    width, large, small = 13.0, 13.0 / 3, 13.0 / count
    heights = [large * shape + 0.8, 2 * small * shape + 0.8]  # with titles, and the bar of the bits
    figure = figures.new_figure(width, sum(heights) + 0.3, dpi=figures.PHOTOGRAPH_DPI)
    figure.suptitle(heading, fontsize=13)
    above, below = figure.subfigures(2, 1, height_ratios=heights)
    _draw_pictures(above, original, decoded, anatomy, caption)
    _draw_grids(below, anatomy)
    figures.save(path, figure)


def _draw_pictures(
    part: SubFigure, original: np.ndarray, decoded: np.ndarray, anatomy: Anatomy, caption: str
) -> None:
    left, center, right = part.subplots(1, 3)
    figures.draw_pixels(left, original, "original")
    figures.draw_pixels(center, decoded, caption)
    bits = uniform_filter(anatomy.map_bits(), _WINDOW, mode="nearest")
    norm = PowerNorm(0.6, vmin=0, vmax=max(np.percentile(bits, _MOST), 1e-3))
    drawn = right.imshow(bits, cmap=_BITS_MAP, norm=norm, interpolation="antialiased")
    right.set_title(f"bits per pixel, means over {_WINDOW} x {_WINDOW}", fontsize=10)
    right.set_anchor("N")
    figures.hide_axes(right)
    bar = part.colorbar(drawn, cax=right.inset_axes([0, -0.07, 1, 0.03]), orientation="horizontal", extend="max")
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)


def _draw_grids(part: SubFigure, anatomy: Anatomy) -> None:
    """Draw the grids from coarse to fine, and below each the picture of all grids so far."""
    panels = part.subplots(2, len(anatomy.levels), squeeze=False)
    bits = anatomy.network_bits
    for number, level in enumerate(reversed(anatomy.levels), start=1):
        latents = anatomy.map_latents(level).astype(np.float64)
        limit = max(1.0, np.percentile(np.abs(latents), _MOST))
        above, below = panels[:, number - 1]
        above.imshow(latents, cmap=_LATENTS_MAP, vmin=-limit, vmax=limit, interpolation="antialiased")
        figures.hide_axes(above)
        rows, columns = (-(-side >> level) for side in (anatomy.rows, anatomy.columns))
        above.set_title(f"{rows} x {columns} latents\n{anatomy.level_bits(level) / 8:,.0f} bytes", fontsize=9.5)
        bits += anatomy.level_bits(level)
        figures.draw_pixels(below, anatomy.render(number), "")
        below.set_title(f"{bits / 8:,.0f} bytes so far", fontsize=9.5)
