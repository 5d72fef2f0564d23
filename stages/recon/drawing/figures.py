"""What all figures share: how they are saved, and how pictures and curves are drawn."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from recon.core.files import atomic_path
from recon.core.images import fit_to

# Okabe and Ito's colors, told apart by color-blind eyes too, and three more; black is for text and references.
COLORS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8c6d46",
    "#6a3d9a",
    "#808080",
    "#9acd32",
)
MARKERS = "osD^vPX<>*"

# Dots per inch of a chart, and of photographs, whose PNG would grow large for nothing.
CHART_DPI, PHOTOGRAPH_DPI = 110, 72

# Of a mosaic: pictures in a row, and the inches of each with its margin: 756 dots in all, shown unscaled by most
# pages of text, so that the titles keep their size.
MOSAIC_COLUMNS, MOSAIC_SIDE = 5, 2.1


def new_figure(width: float, height: float, *, dpi: int = CHART_DPI) -> Figure:
    """Return an empty figure of so many inches, laid out without overlaps."""
    return Figure(figsize=(width, height), layout="constrained", dpi=dpi)


def save(path: str | Path, figure: Figure) -> None:
    """Write a PNG without dates or versions in it: equal figures give equal bytes.

    It is opaque, and packed as tightly as Pillow can; a palette would be smaller yet, and hide what is compared.
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    with atomic_path(path) as temporary:
        drawn.save(temporary, "PNG", optimize=True, dpi=(figure.dpi, figure.dpi))


def draw_pixels(panel: Axes, pixels: np.ndarray, title: str, *, blocks: bool = False) -> None:
    """Draw uint8 pixels (rows, columns, channels), no value rescaled, under a title.

    With `blocks` each is a block of one color, as is right where they are enlarged to twice their size or more.
    """
    interpolation = "nearest" if blocks else "antialiased"
    panel.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation=interpolation)
    panel.set_title(title, fontsize=10)
    panel.set_anchor("N")
    hide_axes(panel)


def hide_axes(panel: Axes) -> None:
    """Leave nothing of a panel but what is drawn in it; ticks that are only hidden would still be laid out."""
    panel.set(xticks=[], yticks=[])
    panel.set_axis_off()


def draw_curve(panel: Axes, x: Sequence[float], y: Sequence[float], *, label: str, index: int) -> None:
    """Draw the `index`-th curve of a panel, in the color and marker that go with the index.

    A second round of the colors has other markers.
    """
    turn, color = divmod(index, len(COLORS))
    style = {"color": COLORS[color], "marker": MARKERS[(index + turn) % len(MARKERS)]}
    panel.plot(x, y, label=label, markersize=5, linewidth=1.6, **style)


def draw_mosaic(
    path: str | Path, pictures: Sequence[tuple[str, np.ndarray]], *, heading: str, detail: int
) -> None:
    """Draw titled pictures of one shape, MOSAIC_COLUMNS to a row; below each, its central `detail` x `detail`."""
    rows = math.ceil(len(pictures) / MOSAIC_COLUMNS)
    heights = (MOSAIC_SIDE * pictures[0][1].shape[0] / pictures[0][1].shape[1], MOSAIC_SIDE)
    lines = 1 + max(title.count("\n") for title, _ in pictures)
    height = 0.35 + rows * (sum(heights) + 0.18 * lines)
    figure = new_figure(MOSAIC_COLUMNS * MOSAIC_SIDE, height, dpi=PHOTOGRAPH_DPI)
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.04, wspace=0, hspace=0)
    figure.suptitle(heading, fontsize=13)
    panels = figure.subplots(2 * rows, MOSAIC_COLUMNS, squeeze=False, height_ratios=heights * rows)
    for panel in panels.flat:
        hide_axes(panel)
    for (title, pixels), whole, zoom in zip(pictures, panels[::2].flat, panels[1::2].flat, strict=False):
        draw_pixels(whole, pixels, title)
        whole.title.set_fontsize(11)
        draw_pixels(zoom, fit_to(pixels, detail, detail, "crop"), "", blocks=True)
        mark_detail(whole, pixels.shape, detail)
    save(path, figure)


def mark_detail(panel: Axes, shape: tuple[int, ...], detail: int) -> None:
    """Frame the central `detail` x `detail` pixels of the picture drawn in `panel`."""
    corner = ((shape[1] - detail) // 2 - 0.5, (shape[0] - detail) // 2 - 0.5)
    panel.add_patch(Rectangle(corner, detail, detail, fill=False, edgecolor="white", linewidth=1.2))
