"""Pictures of one photograph: the original, the JPEG and restorations, an edge, and what changed there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from scipy.ndimage import gaussian_gradient_magnitude

from recon.core.imageset import ImageSet
from recon.drawing import figures
from recon.families.restoration import comparison
from recon.referee.distortion import find_detail

MOST_PHOTOGRAPHS = 4  # the first by name
COLUMN, DPI = 2.08, 100  # inches; four columns are 832 dots wide, which most pages show unscaled
FONT = {"fontsize": 9}
_EDGE_SIGMA = 4  # pixels
_SCALE_LABEL = "gray levels from the original, more (orange)\nor fewer (purple) than the JPEG is"


@dataclass(frozen=True)
class ScoredPicture:
    """A photograph reconstructed by a method, uint8 (rows, columns, channels), with the referee's scores."""

    method: str
    pixels: np.ndarray
    psnr_db: float
    ssim: float


def draw_all(folder: Path, scored: pd.DataFrame, methods: pd.DataFrame, photographs: ImageSet) -> None:
    """Draw `folder`/IMAGE.png for the first photographs: the original, its JPEG, and the best methods' pictures.

    `scored` is the result of `comparison.index_scores`, `methods` that of `comparison.tabulate_methods`.
    """
    points = comparison.select_common_quality(methods)
    quality, shown = int(points["quality"].iloc[0]), comparison.choose_shown(points)
    for image in sorted(photographs.names())[:MOST_PHOTOGRAPHS]:
        draw_pictures(
            folder / f"{image}.png",
            photographs.pixels(image),
            [_read(scored, method, quality, image) for method in shown],
            heading=f"{image}, JPEG of quality {quality}, whole and at its strongest edge",
        )


def _read(scored: pd.DataFrame, method: str, quality: int, image: str) -> ScoredPicture:
    pixels, row = comparison.read_picture(scored, method, quality, image), scored.loc[(method, quality, image)]
    return ScoredPicture(method, pixels, row["psnr_db"], row["ssim"])


def draw_pictures(
    path: str | Path, original: np.ndarray, pictures: Sequence[ScoredPicture], *, heading: str
) -> None:
    """Draw the original and the pictures side by side: whole, at the strongest edge, and what changed there.

    The first picture is the plain JPEG, with which the others are compared.
    """
    others, columns = pictures[1:], 1 + len(pictures)
    corner, side = find_detail(measure_edges(original))
    heights = [original.shape[0] / original.shape[1], *[side[0] / side[1]] * (2 if others else 1)]
    figure = figures.new_figure(COLUMN * columns, 1.1 + COLUMN * sum(heights), dpi=DPI)
    figure.suptitle(heading, fontsize=11)
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    titled_pictures = [("original", original)]
    titled_pictures += [(f"{p.method}\n{p.psnr_db:.2f} dB, SSIM {p.ssim:.3f}", p.pixels) for p in pictures]
    for column, (title, pixels) in enumerate(titled_pictures):
        whole, zoom = (figure.add_subplot(grid[row, column]) for row in (0, 1))
        figures.draw_pixels(whole, pixels, title)
        whole.title.set(**FONT)
        frame(whole, corner, side)
        figures.draw_pixels(zoom, cut(pixels, corner, side), "", blocks=True)
    if others:
        crops = [cut(p, corner, side) for p in (original, *(p.pixels for p in pictures))]
        changes = [compute_change(crops[0], crops[1], crop) for crop in crops[2:]]
        limit = choose_limit(changes)
        for column, change in enumerate(changes, start=2):
            panel = figure.add_subplot(grid[2, column])
            image = draw_change(panel, change, limit)
            panel.set_title(f"mean change {change.mean():+.1f}", **FONT)
        draw_scale(figure.add_subplot(grid[2, :2]), image, _SCALE_LABEL)
    figures.save(path, figure)


def measure_edges(pixels: np.ndarray) -> np.ndarray:
    """Return the squared gradient of each pixel on the scale of a JPEG block, where texture has next to none."""
    channels = np.moveaxis(pixels.astype(np.float64), -1, 0)
    return sum(gaussian_gradient_magnitude(channel, _EDGE_SIGMA) ** 2 for channel in channels)


def frame(panel: Axes, corner: tuple[int, int], side: tuple[int, int], **style: Any) -> None:
    """Frame a part of the picture drawn in `panel`: white in black, visible on any picture."""
    place = (corner[1] - 0.5, corner[0] - 0.5)
    for color, width in (("black", 2.4), ("white", 1.2)):
        panel.add_patch(Rectangle(place, *side[::-1], fill=False, edgecolor=color, linewidth=width, **style))


def cut(pixels: np.ndarray, corner: tuple[int, int], side: tuple[int, int]) -> np.ndarray:
    """Return the part of `pixels` with the first pixel `corner` and the sides `side`, (rows, columns) both."""
    return pixels[corner[0] : corner[0] + side[0], corner[1] : corner[1] + side[1]]


def compute_change(original: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return by how many gray levels the absolute error of each pixel grows, averaged over its channels."""
    errors = [np.abs(np.subtract(original, pixels, dtype=np.float64)).mean(axis=-1) for pixels in (before, after)]
    return errors[1] - errors[0]


def choose_limit(changes: Sequence[np.ndarray]) -> float:
    """Return the change at the ends of a scale for all: that of 99 % of the pixels, and at least 1 gray level."""
    return max(1.0, float(np.percentile(np.abs(np.concatenate([change.ravel() for change in changes])), 99)))


def draw_change(panel: Axes, change: np.ndarray, limit: float) -> AxesImage:
    """Draw a change of errors: orange where they grow, purple where they shrink."""
    figures.hide_axes(panel)
    panel.set_anchor("N")
    return panel.imshow(change, cmap="PuOr_r", vmin=-limit, vmax=limit, interpolation="nearest")


def draw_scale(panel: Axes, image: AxesImage, label: str) -> None:
    """Draw the color scale of `draw_change` across an empty panel."""
    panel.set_axis_off()
    scale = panel.inset_axes((0.08, 0.6, 0.84, 0.07))
    bar = panel.figure.colorbar(image, cax=scale, orientation="horizontal", extend="both")
    bar.ax.tick_params(labelsize=9)
    bar.set_label(label, **FONT)
