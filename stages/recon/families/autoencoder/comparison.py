"""What more epochs bring: the autoencoder entries that were kept at several epochs, as rows, words and figures."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.drawing import figures

FAMILY = "autoencoder"


def select(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of FAMILY's CSV on its own subject whose variant is an epoch, with the column `epoch`."""
    epochs = rows.loc[rows["subject"] == FAMILY, "variant"].str.extract(r"^epoch=(\d+)$", expand=False).dropna()
    return rows.loc[epochs.index].assign(epoch=epochs.astype(int))


def findings(rows: pd.DataFrame) -> str:
    """Return Markdown: for each entry and image, one sentence per epoch count, made from the numbers."""
    lines = ["# What more epochs bring", ""]
    for (entry, image), points in rows.groupby(["entry", "image"], sort=False):
        lines += [f"## {entry} on {image}", "", *(f"- {text}" for text in _sentences(points)), ""]
    return "\n".join(lines)


def _sentences(points: pd.DataFrame) -> Iterator[str]:
    before = None
    for point in points.itertuples():
        text = f"{point.epoch} epochs: {point.psnr_db:.2f} dB, SSIM {point.ssim:.3f}, {point.bpp:.2f} bpp"
        if before is not None:
            gain = point.psnr_db - before.psnr_db
            doublings = np.log2(point.epoch / before.epoch)
            text += f"; {gain:+.2f} dB on {before.epoch} epochs, {gain / doublings:+.2f} dB for each doubling"
        yield text + "."
        before = point


def draw_snapshots(path: str | Path, rows: pd.DataFrame, references: ImageSet) -> None:
    """Draw each photograph beside the snapshots of each entry, a row for each, with PSNR and SSIM."""
    groups = list(rows.groupby(["entry", "image"], sort=False))
    columns = 1 + max(len(points) for _, points in groups)
    figure = figures.new_figure(2.6 * columns, 3.2 * len(groups), dpi=figures.PHOTOGRAPH_DPI)
    for panels, ((entry, image), points) in zip(
        figure.subplots(len(groups), columns, squeeze=False), groups, strict=True
    ):
        figures.draw_pixels(panels[0], references.pixels(image), f"{image}\noriginal")
        for panel in panels[1:]:
            panel.set_axis_off()
        for panel, point in zip(panels[1:], points.itertuples(), strict=False):
            pixels = read_pixels(family=FAMILY, entry=entry, variant=point.variant, image=image)
            title = f"{entry}, {point.epoch} epochs\n{point.psnr_db:.2f} dB, SSIM {point.ssim:.3f}"
            figures.draw_pixels(panel, pixels, title)
    figures.save(path, figure)


def draw_curves(path: str | Path, rows: pd.DataFrame, losses: pd.DataFrame) -> None:
    """Draw PSNR over epochs as the referee saw it, and the training loss of every entry."""
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


def gather_losses(entries: list[str]) -> pd.DataFrame:
    """Return the training losses of all entries in long form: model, epoch (from 1), loss."""
    curves = [pd.read_csv(f"models/{FAMILY}/{entry}/losses.csv").assign(model=entry) for entry in entries]
    losses = pd.concat(curves)
    losses["epoch"] += 1
    losses["loss"] = losses["loss"].map(lambda loss: float(f"{loss:.6g}"))
    return losses[["model", "epoch", "loss"]]
