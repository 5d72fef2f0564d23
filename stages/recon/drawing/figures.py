"""Functions shared by all figures: saving them, and drawing pictures and curves."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from recon.core.files import atomic_path
from recon.core.images import fit_to

TitledPictures = Sequence[tuple[str, np.ndarray]]  # uint8 (rows, columns, channels) each

# Okabe and Ito's colors, which color-blind readers can distinguish, and four more; black is for references.
COLORS = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    *("#8c6d46", "#5a0f8a", "#808080", "#9acd32"),
)
MARKERS = "osD^vPX<>*"

# Dots per inch of a chart, of photographs, and of a grid of small pictures: more would only make larger files.
CHART_DPI, PHOTOGRAPH_DPI, GRID_DPI = 110, 72, 80

# A mosaic's pictures per row, and the inches of each with its margin: 756 dots in all, which most web pages show
# unscaled, so that titles keep their size.
MOSAIC_COLUMNS, MOSAIC_SIDE = 5, 2.1
GRID_SIDE = 1.32  # inches per picture of a grid


def new_figure(width: float, height: float, *, dpi: int = CHART_DPI) -> Figure:
    """Return an empty figure of width x height inches, laid out without overlaps."""
    return Figure(figsize=(width, height), layout="constrained", dpi=dpi)


def save(path: str | Path, figure: Figure, *, palette: bool = False) -> None:
    """Write an opaque PNG without dates or versions: equal figures give equal bytes.

    With `palette` it has 256 colors, which saves two thirds of the bytes of drawn noise; elsewhere that would hide
    the very differences that a figure shows.
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    options = {} if palette else {"optimize": True, "dpi": (figure.dpi, figure.dpi)}
    if palette:
        picture = reduce_palette(picture)
    with atomic_path(path) as temporary:
        picture.save(temporary, "PNG", **options)


def spread(values: Iterable[float], gap: float, *, highest: float) -> list[float]:
    """Return ascending `values`, each raised until it is at least `gap` above the previous one.

    Where the last would be above `highest`, all are lowered until it is there.
    """
    raised: list[float] = []
    for value in values:
        raised.append(max(value, raised[-1] + gap) if raised else value)
    excess = max(0, raised[-1] - highest) if raised else 0
    return [value - excess for value in raised]


def reduce_palette(picture: Image.Image) -> Image.Image:
    """Return an RGB picture in its 256 most useful colors, without dithering, which flickers in animations."""
    return picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def draw_pixels(panel: Axes, pixels: np.ndarray, title: str, *, blocks: bool = False) -> None:
    """Draw uint8 pixels (rows, columns, channels), without rescaling values, under a title.

    With `blocks` each pixel is a block of one color, for pixels enlarged to at least twice their size.
    """
    interpolation = "nearest" if blocks else "antialiased"
    panel.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation=interpolation)
    panel.set_title(title, fontsize=10)
    panel.set_anchor("N")
    hide_axes(panel)


def hide_axes(panel: Axes) -> None:
    """Hide a panel's frame, and remove its ticks, which would still take space if hidden."""
    panel.set(xticks=[], yticks=[])
    panel.set_axis_off()


def draw_curve(panel: Axes, x: Sequence[float], y: Sequence[float], *, label: str, index: int) -> None:
    """Draw the `index`-th curve of a panel; where colors repeat, the markers differ."""
    turn, color = divmod(index, len(COLORS))
    style = {"color": COLORS[color], "marker": MARKERS[(index + turn) % len(MARKERS)]}
    panel.plot(x, y, label=label, markersize=5, linewidth=1.6, **style)


def draw_grid(path: str | Path, rows: Sequence[tuple[str, TitledPictures]], *, heading: str) -> None:
    """Draw rows of pictures, with the name of each row at the left and the title of each picture above it."""
    columns = max(len(pictures) for _, pictures in rows)
    figure = new_figure(GRID_SIDE * columns + 0.3, (GRID_SIDE + 0.22) * len(rows) + 0.4, dpi=GRID_DPI)
    figure.suptitle(heading, fontsize=12)
    for panels, (name, pictures) in zip(figure.subplots(len(rows), columns, squeeze=False), rows, strict=True):
        for panel in panels:
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set_visible(False)
        panels[0].set_ylabel(name.replace(" ", "\n") if len(name) > 8 else name, fontsize=9)
        for panel, (title, pixels) in zip(panels, pictures, strict=False):
            panel.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="antialiased")
            panel.set_title(title, fontsize=8.5)
    save(path, figure, palette=True)


def draw_mosaic(path: str | Path, pictures: TitledPictures, *, heading: str, detail: int) -> None:
    """Draw titled pictures of one shape, MOSAIC_COLUMNS per row; below each, its central `detail` x `detail`."""
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
