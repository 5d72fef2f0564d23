"""Figures of the latent decoders: patterns and what became of them, patches beside principal components."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from recon.drawing import figures

# Column of metrics/latent_artifacts.csv -> its name in the chart, and what it is without any artifact.
MEASURES = {
    "range_kept": ("range of gray levels kept", 1.0),
    "high_frequency_kept": ("energy at high frequencies kept", 1.0),
    "phase_error_degrees": ("phase error of the sine (degrees)", 0.0),
    "frequency_error": ("frequency error of the sine (cycles)", 0.0),
    "harmonic_distortion": ("harmonic distortion of the sine", 0.0),
    "edge_error": ("edge error of the checkerboard (gray levels)", 0.0),
}
_RATIOS = ("high_frequency_kept",)  # may be many times too large
_TILE = 1.35  # inches


def draw_patterns(
    path: str | Path,
    originals: Mapping[str, np.ndarray],
    columns: Mapping[str, Mapping[str, tuple[np.ndarray, float]]],
    *,
    heading: str,
) -> None:
    """Draw pictures in rows: the original, and what each training makes of it with its PSNR.

    `columns`: name of a training -> image -> (pixels, PSNR in dB).
    """
    figure = figures.new_figure(_TILE * (1 + len(columns)), 1.7 * len(originals) + 0.6)
    figure.suptitle(heading, fontsize=12)
    grid = figure.subplots(len(originals), 1 + len(columns), squeeze=False)
    for place, (panels, (image, original)) in enumerate(zip(grid, originals.items(), strict=True)):
        _draw(panels[0], original, "original" if place == 0 else "")
        for panel, (name, pictures) in zip(panels[1:], columns.items(), strict=True):
            pixels, psnr_db = pictures[image]
            _draw(panel, pixels, f"{name}\n{psnr_db:.1f} dB" if place == 0 else f"{psnr_db:.1f} dB")
    figures.save(path, figure)


def _draw(panel: Axes, pixels: np.ndarray, title: str) -> None:
    figures.draw_pixels(panel, pixels, "", blocks=True)
    panel.set_title(title, fontsize=9)


def draw_artifacts(path: str | Path, measured: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Draw each measure of artifacts, a bar for each training and pattern; a line where nothing is amiss.

    `measured` as `comparison.measure_artifacts` gives it, `names`: variant -> training, in order.
    """
    figure = figures.new_figure(13, 0.32 * len(names) * 2 + 1.8)
    panels = figure.subplots(2, 3, sharey=True)
    images = list(dict.fromkeys(measured["image"]))
    for panel, (column, (title, perfect)) in zip(panels.flat, MEASURES.items(), strict=True):
        known = measured.dropna(subset=[column])
        shown = [image for image in images if image in set(known["image"])]
        for index, image in enumerate(shown):
            own = known[known["image"] == image].set_index("variant")[column].reindex(list(names))
            height = 0.8 / len(shown)
            places = np.arange(len(names)) + (index - (len(shown) - 1) / 2) * height
            style = {"color": figures.COLORS[images.index(image) % len(figures.COLORS)], "label": image}
            panel.barh(places, own - perfect, left=perfect, height=height, **style)
        panel.axvline(perfect, color="black", linewidth=0.8)
        if column in _RATIOS:
            panel.set_xscale("log")
        if (known[column] == perfect).all():
            panel.set_xticks([perfect])
            panel.text(0.5, 0.5, "none", ha="center", transform=panel.transAxes, backgroundcolor="white")
        panel.set_title(title, fontsize=10)
        panel.set_yticks(range(len(names)), labels=list(names.values()), fontsize=9)
        panel.grid(alpha=0.25, axis="x")
    panels[0, 0].invert_yaxis()  # shared
    panels[0, 0].legend(fontsize=8, frameon=False)
    figures.save(path, figure)


def draw_training(path: str | Path, curves: Mapping[str, pd.DataFrame], *, heading: str) -> None:
    """Draw the mean squared error as training went on: name -> epoch, mse."""
    figure = figures.new_figure(9, 4.2)
    panel = figure.subplots()
    for index, (name, curve) in enumerate(curves.items()):
        line = "-" if index < len(figures.COLORS) else "--"
        color = figures.COLORS[index % len(figures.COLORS)]
        panel.plot(curve["epoch"], curve["mse"], line, color=color, linewidth=1.3, label=name)
    panel.set(yscale="log", xlabel="epoch", ylabel="mean squared error, values in [0, 1]", title=heading)
    panel.grid(alpha=0.25)
    panel.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figures.save(path, figure)


def draw_patches(
    path: str | Path,
    rows: Sequence[tuple[str, Sequence[tuple[str, np.ndarray]]]],
    table: pd.DataFrame,
    *,
    heading: str,
) -> None:
    """Draw pictures as each decoder gives them, and its quality over the length of the code beside the bound.

    `rows`: a label, then titled pictures of one shape; `table` has columns name, latents, fit_psnr_db,
    pca_psnr_db and found_psnr_db.
    """
    columns = max(len(tiles) for _, tiles in rows)
    figure = figures.new_figure(1.9 * columns, 2.35 * len(rows) + 3.8, dpi=figures.PHOTOGRAPH_DPI)
    figure.suptitle(heading, fontsize=12)
    above, below = figure.subfigures(2, 1, height_ratios=(2.35 * len(rows), 3.8))
    for panels, (label, tiles) in zip(above.subplots(len(rows), columns, squeeze=False), rows, strict=True):
        for panel in panels:
            panel.set_axis_off()
        for place, (panel, (title, pixels)) in enumerate(zip(panels, tiles, strict=False)):
            figures.draw_pixels(panel, pixels, "")
            panel.set_title(f"{label}\n{title}" if place == 0 else title, fontsize=9)
    fit, unseen = below.subplots(1, 2)
    for index, (name, own) in enumerate(table.groupby("name", sort=False)):
        own = own.sort_values("latents")
        figures.draw_curve(fit, own["latents"], own["fit_psnr_db"], label=name, index=index)
        figures.draw_curve(unseen, own["latents"], own["found_psnr_db"], label=name, index=index)
    bound = table.drop_duplicates("latents").sort_values("latents")
    fit.plot(bound["latents"], bound["pca_psnr_db"], "--", color="black", label="principal components")
    fit.set(title="Patches seen in training, before rounding", ylabel="PSNR (dB)")
    unseen.set(title="Unseen photograph, code found for the frozen decoder", ylabel="PSNR (dB)")
    for panel in (fit, unseen):
        panel.set_xlabel("latents of a patch")
        panel.set_xticks(bound["latents"])
        panel.grid(alpha=0.25)
    fit.legend(fontsize=8, frameon=False)
    figures.save(path, figure)
