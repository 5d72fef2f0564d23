"""Pictures of one photograph: the original, the JPEG and restorations, with an enlarged detail and its errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from recon.drawing import figures
from recon.referee.distortion import worst_detail

PERCENT_IN_SCALE = 99.5  # of JPEG's errors; the few larger ones would darken all others


@dataclass(frozen=True)
class Picture:
    """A photograph reconstructed by a method, uint8 (rows, columns, channels), with the referee's scores."""

    method: str
    pixels: np.ndarray
    psnr_db: float
    ssim: float


def draw_pictures(path: str | Path, original: np.ndarray, pictures: Sequence[Picture], *, heading: str) -> None:
    """Draw the original and the pictures side by side: whole, a detail of each, and its errors on one scale.

    The first picture is the plain JPEG: its errors choose the detail, where they are largest, and the scale.
    """
    corner, side = worst_detail(original, pictures[0].pixels)
    columns = 1 + len(pictures)
    heights = [original.shape[0] / original.shape[1], side[0] / side[1], side[0] / side[1]]
    figure = figures.new_figure(2.3 * columns, 1.5 + 2.3 * sum(heights), dpi=figures.PHOTOGRAPH_DPI)
    figure.suptitle(heading, fontsize=13)
    panels = figure.subplots(3, columns, squeeze=False, height_ratios=heights)
    titled_pictures = [("original", original)]
    titled_pictures += [(f"{p.method}\n{p.psnr_db:.2f} dB, SSIM {p.ssim:.3f}", p.pixels) for p in pictures]
    for (title, pixels), whole, zoom in zip(titled_pictures, *panels[:2], strict=True):
        figures.draw_pixels(whole, pixels, title)
        frame = (corner[1] - 0.5, corner[0] - 0.5)
        whole.add_patch(Rectangle(frame, *side[::-1], fill=False, edgecolor="yellow", linewidth=1.5))
        figures.draw_pixels(zoom, _cut(pixels, corner, side), "", blocks=True)
    errors = [_compute_errors(_cut(original, corner, side), _cut(p.pixels, corner, side)) for p in pictures]
    _draw_errors(panels[2], errors)
    figures.save(path, figure)


def _draw_errors(panels: Sequence[Axes], errors: Sequence[np.ndarray]) -> None:
    """Draw mean absolute errors on the scale of the first; the color bar is in the original's place."""
    top = max(1.0, float(np.percentile(errors[0], PERCENT_IN_SCALE)))
    for panel, error in zip(panels[1:], errors, strict=True):
        image = panel.imshow(error, cmap="magma", vmin=0, vmax=top, interpolation="nearest")
        panel.set_title(f"mean error {error.mean():.1f}", fontsize=10)
        panel.set_anchor("N")
        panel.set_axis_off()
    panels[0].set_axis_off()
    scale = panels[0].inset_axes((0.72, 0.05, 0.09, 0.9))
    bar = panels[0].figure.colorbar(image, cax=scale, extend="max")
    bar.ax.yaxis.set_ticks_position("left")
    bar.set_label("absolute error\n(gray levels)", fontsize=10)
    bar.ax.yaxis.set_label_position("left")


def _cut(pixels: np.ndarray, corner: tuple[int, int], side: tuple[int, int]) -> np.ndarray:
    return pixels[corner[0] : corner[0] + side[0], corner[1] : corner[1] + side[1]]


def _compute_errors(original: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the absolute error of each pixel, in gray levels, averaged over its channels."""
    return np.abs(original.astype(float) - restored).mean(axis=-1)
