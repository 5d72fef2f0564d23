"""Figures of the latent decoders: artifacts of decoded patterns, training, patches beside principal components."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from recon.drawing import figures

# Column of artifacts.csv -> its name in the chart, and its value without any artifact.
MEASURES = {
    "range_kept": ("range of gray levels kept", 1.0),
    "high_frequency_kept": ("energy at high frequencies kept", 1.0),
    "phase_error_degrees": ("phase error of the sine (degrees)", 0.0),
    "frequency_error": ("frequency error of the sine (cycles)", 0.0),
    "harmonic_distortion": ("harmonic distortion of the sine", 0.0),
    "edge_error": ("edge error of the checkerboard (gray levels)", 0.0),
}
_RATIOS = ("high_frequency_kept",)  # can be hundreds of times too large


def draw_artifacts(path: str | Path, measured: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Draw the artifacts that any training has, with a bar for each training and pattern.

    `measured` is the result of `comparison.measure_artifacts`, `names` maps variant -> training, in order. A line
    marks the value without artifact; artifacts that no training has are listed above the legend.
    """
    ideals = {column: value for column, (_, value) in MEASURES.items()}
    flawless_columns = [column for column in MEASURES if (measured[column].dropna() == ideals[column]).all()]
    columns = [column for column in MEASURES if column not in flawless_columns]
    images = list(dict.fromkeys(measured["image"]))
    figure = figures.new_figure(13, 0.32 * len(names) * 2 + 1.8)
    panels = figure.subplots(2, 3, sharey=True)
    for panel, column in zip(panels.flat, columns, strict=False):
        groups = dict(list(measured.dropna(subset=[column]).groupby("image", sort=False)))
        height = 0.8 / len(groups)
        for index, (image, rows) in enumerate(groups.items()):
            bars = rows.set_index("variant")[column].reindex(list(names))
            places = np.arange(len(names)) + (index - (len(groups) - 1) / 2) * height
            color = figures.COLORS[images.index(image) % len(figures.COLORS)]
            panel.barh(places, bars - ideals[column], left=ideals[column], height=height, color=color)
        panel.axvline(ideals[column], color="black", linewidth=0.8)
        if column in _RATIOS:
            panel.set_xscale("log")
            panel.xaxis.set_major_formatter("{x:g}")
        panel.set_title(MEASURES[column][0], fontsize=10)
        panel.set_yticks(range(len(names)), labels=list(names.values()), fontsize=9)
        panel.grid(alpha=0.25, axis="x")
    panels[0, 0].invert_yaxis()  # shared
    for panel in list(panels.flat)[len(columns) :]:
        panel.set_axis_off()
    colors = [Patch(color=color) for color in figures.COLORS[: len(images)]]
    labels = [image.replace("_", " ") for image in images]
    notes = ["No artifact in any training:", *(MEASURES[column][0] for column in flawless_columns)]
    legend = {"title": "\n".join(notes)} if flawless_columns else {}
    panel = panels.flat[len(columns) % panels.size]
    panel.legend(colors, labels, fontsize=9, frameon=False, alignment="left", **legend)
    figures.save(path, figure)


def draw_training(path: str | Path, curves: Mapping[str, pd.DataFrame], *, heading: str) -> None:
    """Draw the mean squared error during training; `curves` maps name -> epoch, mse."""
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
    rows: Sequence[tuple[str, figures.TitledPictures]],
    table: pd.DataFrame,
    *,
    heading: str,
) -> None:
    """Draw each decoder's pictures, and its quality over the length of the code, beside principal components.

    `rows` hold a label and titled pictures of one shape; `table` has the columns name, latents, fit_psnr_db,
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
    for index, (name, curve) in enumerate(table.groupby("name", sort=False)):
        curve = curve.sort_values("latents")
        figures.draw_curve(fit, curve["latents"], curve["fit_psnr_db"], label=name, index=index)
        figures.draw_curve(unseen, curve["latents"], curve["found_psnr_db"], label=name, index=index)
    bound = table.drop_duplicates("latents").sort_values("latents")
    fit.plot(bound["latents"], bound["pca_psnr_db"], "--", color="black", label="principal components")
    fit.set(title="Patches seen in training, before rounding", ylabel="PSNR (dB)")
    unseen.set(title="Unseen photograph, codes found for the finished decoder", ylabel="PSNR (dB)")
    for panel in (fit, unseen):
        panel.set_xlabel("latents of a patch")
        panel.set_xticks(bound["latents"])
        panel.grid(alpha=0.25)
    fit.legend(fontsize=8, frameon=False)
    figures.save(path, figure)
