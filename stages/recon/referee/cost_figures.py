"""The figure of quality against time."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from recon.drawing import figures, looks


def draw(path: str | Path, table: pd.DataFrame, styles: Mapping[str, looks.Look], *, note: str = "") -> None:
    """Draw each method's best PSNR against its encode and decode seconds per megapixel; `note` is printed below.

    `styles` are the looks of the methods in the plane.
    """
    figure = figures.new_figure(13, 4.8)
    for panel, action in zip(figure.subplots(1, 2, sharey=True), ("encode", "decode"), strict=True):
        for row in table.to_dict("records"):
            seconds, label = row[f"{action}_seconds_per_megapixel"], f"{row['method']}, {row['bpp']:.2f} bpp"
            looks.draw(panel, [seconds], [row["psnr_db"]], label=label, look=styles[row["method"]])
        panel.set(
            xscale="log", xlabel=f"{action} time (seconds per megapixel)", ylabel="PSNR of the best point (dB)"
        )
        panel.grid(alpha=0.25)
    panel.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.supxlabel(note, fontsize=9, x=0.99, ha="right")
    figure.suptitle("Quality against time, the training of shared networks left out", fontsize=13)
    figures.save(path, figure)
