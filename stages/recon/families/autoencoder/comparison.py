"""Autoencoders over the epochs of training: their scores, their losses and the figures of both."""

from pathlib import Path

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.imageset import ImageSet
from recon.core.reconstruction import SCORES, read_pixels
from recon.drawing import figures
from recon.families.autoencoder.params import FAMILY, LOSSES


def read_epochs() -> pd.DataFrame:
    """Return the scores of all points with an epoch, on the subject of the family's name.

    Two columns are added: gain_db, the PSNR above that of the previous point, and doubling_db, this gain per
    doubling of the epochs. Both are empty in the first row of an entry's image.
    """
    rows = files.read_csv(SCORES / f"{FAMILY}.csv")
    rows = rows[(rows["subject"] == FAMILY) & rows["epoch"].notna()].astype({"epoch": int})
    before = rows.groupby(["entry", "image"])[["psnr_db", "epoch"]].shift()
    gain_db = rows["psnr_db"] - before["psnr_db"]
    return rows.assign(gain_db=gain_db, doubling_db=gain_db / np.log2(rows["epoch"] / before["epoch"]))


def read_losses(entries: list[str]) -> pd.DataFrame:
    """Return the training losses of `entries` in long form: model, epoch (from 1), loss."""
    losses = pd.concat(
        files.read_csv(f"models/{FAMILY}/{entry}/{LOSSES}").assign(model=entry) for entry in entries
    )
    losses["loss"] = losses["loss"].map(lambda loss: float(f"{loss:.6g}"))
    return losses[["model", "epoch", "loss"]]


def draw_snapshots(path: str | Path, rows: pd.DataFrame, references: ImageSet) -> None:
    """Draw each photograph beside its reconstructions by each entry, one row per entry, with PSNR and SSIM."""
    groups = list(rows.groupby(["entry", "image"], sort=False))
    columns = 1 + max(len(points) for _, points in groups)
    figure = figures.new_figure(2.6 * columns, 3.2 * len(groups), dpi=figures.PHOTOGRAPH_DPI)
    grid = figure.subplots(len(groups), columns, squeeze=False)
    for panels, ((entry, image), points) in zip(grid, groups, strict=True):
        figures.draw_pixels(panels[0], references.pixels(image), f"{image}\noriginal")
        for panel in panels[1:]:
            panel.set_axis_off()
        for panel, point in zip(panels[1:], points.itertuples(), strict=False):
            pixels = read_pixels(family=FAMILY, entry=entry, variant=point.variant, image=image)
            title = f"{entry}, {point.epoch} epochs\n{point.psnr_db:.2f} dB, SSIM {point.ssim:.3f}"
            figures.draw_pixels(panel, pixels, title)
    figures.save(path, figure)


def draw_curves(path: str | Path, rows: pd.DataFrame, losses: pd.DataFrame) -> None:
    """Draw the PSNR of each entry's snapshots, and its training loss, over the epochs."""
    figure = figures.new_figure(13, 4.8)
    quality, training = figure.subplots(1, 2)
    for index, (entry, points) in enumerate(rows.groupby("entry", sort=False)):
        means = points.groupby("epoch")["psnr_db"].mean()
        figures.draw_curve(quality, means.index, means, label=entry, index=index)
    quality.set(xscale="log", xlabel="epochs", ylabel="PSNR (dB)", title="Snapshots, scored as 8-bit pictures")
    quality.set_xticks(epochs := sorted(rows["epoch"].unique()), labels=[f"{epoch:,}" for epoch in epochs])
    quality.minorticks_off()
    for index, (entry, curve) in enumerate(losses.groupby("model", sort=False)):
        color = figures.COLORS[index % len(figures.COLORS)]
        training.plot(curve["epoch"], curve["loss"], label=entry, color=color, linewidth=1)
    training.set(xscale="log", yscale="log", xlabel="epoch", ylabel="loss", title="Training loss")
    training.xaxis.set_major_formatter("{x:g}")
    for panel in (quality, training):
        panel.grid(alpha=0.25)
        panel.legend(frameon=False)
    figures.save(path, figure)
