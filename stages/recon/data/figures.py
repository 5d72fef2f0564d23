"""Figures of the data: what the images are, what JPEG does to them, and which values they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recon.core.images import fit_to
from recon.drawing import figures

DETAIL_SIDE = 128  # pixels of the enlarged detail: few enough that JPEG's blocks are seen
SAMPLES_PER_ROW = 2
CHANNEL_COLORS = {1: {"gray": "0.25"}, 3: {"red": "#c8372d", "green": "#2e8b57", "blue": "#2f5fb3"}}


@dataclass(frozen=True)
class JpegSample:
    """A photograph and its JPEG: uint8 (rows, columns, channels) twice, and what is said of them."""

    name: str
    split: str
    original: np.ndarray
    degraded: np.ndarray
    jpeg_bytes: int
    bpp: float
    psnr_db: float


def draw_sheet(path: str | Path, samples: Sequence[JpegSample], *, quality: int) -> None:
    """Draw each photograph whole, with a detail enlarged: as it is, and as JPEG of this quality."""
    rows = -(-len(samples) // SAMPLES_PER_ROW)
    figure = figures.new_figure(15.6, 0.8 + 3.0 * rows, dpi=figures.PHOTOGRAPH_DPI)
    heading = f"Photographs, and a detail of each as JPEG of quality {quality} (numbers of the whole image)"
    figure.suptitle(heading + "\n", fontsize=15)
    blocks = figure.subfigures(rows, SAMPLES_PER_ROW, squeeze=False, wspace=0.02)
    for block, sample in zip(blocks.flat, samples, strict=False):
        _draw_sample(block.subplots(1, 3, width_ratios=[1.45, 1, 1]), sample)
    figures.save(path, figure)


def draw_histograms(path: str | Path, counts: dict[str, np.ndarray]) -> None:
    """Draw the value counts (256, channels) of every split as shares of its values, one panel per split."""
    figure = figures.new_figure(4.2 * len(counts), 3.4)
    panels = figure.subplots(1, len(counts), sharey=True, squeeze=False)[0]
    for panel, (split, split_counts) in zip(panels, counts.items(), strict=True):
        names = CHANNEL_COLORS[split_counts.shape[1]]
        for (name, color), channel in zip(names.items(), split_counts.T, strict=True):
            panel.stairs(100 * channel / channel.sum(), np.arange(257) - 0.5, color=color, label=name)
        panel.set(title=split, xlabel="value", xlim=(-0.5, 255.5), xticks=[0, 64, 128, 192, 255])
        panel.set(yscale="log", ylim=(1e-3, 100))  # black backgrounds would flatten all else
        panel.grid(alpha=0.25)
    panels[0].set(ylabel="share of the channel's values (%)")
    panels[0].legend(frameon=False, ncols=len(names), loc="upper right")
    figures.save(path, figure)


def _draw_sample(panels: np.ndarray, sample: JpegSample) -> None:
    rows, columns, channels = sample.original.shape
    side = min(DETAIL_SIDE, rows, columns)
    shown = [
        (sample.original, f"{sample.name} ({sample.split})\n{columns} x {rows} pixels"),
        (fit_to(sample.original, side, side, "crop"), f"original detail\n{8 * channels} bpp"),
        (
            fit_to(sample.degraded, side, side, "crop"),
            f"JPEG: {sample.psnr_db:.2f} dB\n{sample.jpeg_bytes:,} bytes, {sample.bpp:.2f} bpp",
        ),
    ]
    for panel, (pixels, title) in zip(panels, shown, strict=True):
        figures.draw_pixels(panel, pixels, title)
    figures.mark_detail(panels[0], sample.original.shape, side)
