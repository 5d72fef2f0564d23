"""Static figures of the plane: rate-distortion curves, quality against time, and mosaics of all methods."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from recon.core.reconstruction import read_pixels
from recon.drawing import figures, looks
from recon.referee.curves import is_on_front
from recon.referee.exchange import PublishedCurve

DETAIL_SIDE = 64
NAME_SHARE = 0.033  # of the height of a panel: the least distance of two names
TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # of the rate on a logarithmic scale
_ABOUT_ONE_RATE = 1.1  # by which factor rates of one mosaic may differ
_NAME_HEIGHT = 0.23  # inches, of a line in a legend
_OTHER_LINES = 5  # of the plane's legend, the note below it and the title


def draw_rate_distortion(
    path: str | Path,
    points: pd.DataFrame,
    *,
    bpp_scale: str,
    note: str = "",
    published: Sequence[PublishedCurve] = (),
) -> None:
    """Draw mean PSNR and mean SSIM against mean bits per pixel, a curve for each method; `note` is printed below.

    Points on the Pareto front of a panel's measure are ringed. `published` curves are thin and numbered, in the
    panel of the PSNR only, within the limits of the methods' curves.
    """
    names = points["method"].nunique() + len(published)
    figure = figures.new_figure(14, max(5.2, _NAME_HEIGHT * (names + _OTHER_LINES)))
    panels = figure.subplots(1, 2)
    for panel, (column, label) in zip(panels, {"psnr_db": "PSNR (dB)", "ssim": "SSIM"}.items(), strict=True):
        for method, look in looks.choose_looks(points).items():
            curve = points[points["method"] == method].sort_values("bpp")
            looks.draw(panel, curve["bpp"], curve[column], label=method, look=look)
        panel.set(xlabel="rate (bits per pixel)", ylabel=f"{label}, mean over the images", xscale=bpp_scale)
        draw_front(panel, points, column)
        if bpp_scale == "log":
            left, right = panel.get_xlim()
            panel.set_xticks([tick for tick in TICKS if left <= tick <= right])
            panel.xaxis.set_major_formatter("{x:g}")
            panel.xaxis.set_minor_formatter("")
        panel.grid(alpha=0.25, which="both")
    _name_codecs(panels[0], points)
    draw_published(panels[0], published)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[1].legend(
        handles, labels, loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9, handlelength=4
    )
    figure.supxlabel(note, fontsize=9, x=0.99, ha="right")
    figure.suptitle(f"Rate and distortion, {int(points['images'].max())} photographs", fontsize=13)
    figures.save(path, figure)


def _name_codecs(panel: Axes, points: pd.DataFrame) -> None:
    """Write each codec's name at the end of its curve: their gray lines can hardly be told apart in the legend."""
    codecs = points[points["family"] == looks.CODECS].sort_values("bpp", kind="stable")
    ends = codecs.groupby("method").tail(1).sort_values("psnr_db", kind="stable")
    low, high = panel.get_ylim()
    heights = figures.spread(ends["psnr_db"], NAME_SHARE * (high - low), highest=high)
    for row, height in zip(ends.itertuples(), heights, strict=True):
        panel.annotate(
            row.method,
            (row.bpp, row.psnr_db),
            xytext=(1.01, height),
            textcoords=panel.get_yaxis_transform(),
            arrowprops={"arrowstyle": "-", "color": "0.75", "linewidth": 0.6},
            fontsize=8,
            color="0.25",
            va="center",
        )


def draw_front(panel: Axes, points: pd.DataFrame, column: str) -> None:
    """Draw a ring around each point on the Pareto front of `column`."""
    front = points[is_on_front(points["method"], points["bpp"], points[column])]
    label = "on the front: no other has as\nfew bits and as much quality"
    ring = {"s": 110, "facecolors": "none", "edgecolors": "black", "linewidths": 1, "zorder": 3}
    panel.scatter(front["bpp"], front[column], label=label, **ring)


def draw_published(panel: Axes, curves: Sequence[PublishedCurve]) -> None:
    """Draw published curves within the panel's limits, with a number at the first and the last visible point."""
    panel.autoscale(False)
    (left, right), (low, high) = panel.get_xlim(), panel.get_ylim()
    if curves:
        panel.plot([], [], " ", label="as published:")
    for number, curve in enumerate(curves, start=1):
        color = figures.COLORS[published_color(number)]
        style = {"color": color, "linewidth": 0.9, "linestyle": (0, (4, 2)), "zorder": 1}
        panel.plot(curve.bpp, curve.psnr_db, label=f"{number} {curve.name}", **style)
        points = zip(curve.bpp, curve.psnr_db, strict=True)
        visible = [(x, y) for x, y in points if left < x < right and low < y < high]
        for place, side in zip((visible[0], visible[-1]) if visible else (), (-1, 1), strict=False):
            text = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 8}
            panel.annotate(str(number), place, xytext=(6 * side, 0), color=color, **text)


def published_color(number: int) -> int:
    """Return the index in figures.COLORS of the `number`-th published curve, counted from the end."""
    return -number % len(figures.COLORS)


def draw_mosaic(path: str | Path, points: pd.DataFrame, *, image: str, original: np.ndarray) -> None:
    """Draw one photograph as reconstructed by each method at its point in `points`, with its scores.

    A method that another one of its family beats is left out, except the first codec: at fewer bits with no less
    PSNR, or at about as many with more. So is a method whose pixels are those of an earlier one.
    """
    pictures = [(f"original\n{8 * original.shape[-1]} bpp", original)]
    for row in points[~_is_beaten(points)].itertuples():
        pixels = read_pixels(family=row.family, entry=row.entry, variant=row.variant, image=image)
        if any(np.array_equal(pixels, shown) for _, shown in pictures[1:]):
            continue
        title = f"{row.method}\n{row.variant}\n{row.image_bpp:.2f} bpp, {row.image_psnr_db:.2f} dB"
        pictures.append((title, pixels))
    detail = min(DETAIL_SIDE, *original.shape[:2])
    figures.draw_mosaic(
        path,
        pictures,
        heading=f"{image} at about one rate, by JPEG and the best methods of each family",
        detail=detail,
    )


def _is_beaten(points: pd.DataFrame) -> pd.Series:
    """Return for each method but the first codec whether another of its family is better at about its rate."""
    beaten = pd.Series(False, index=points.index)
    for family, methods in points.groupby("family"):
        for row in methods.iloc[int(family == looks.CODECS) :].itertuples():
            fewer = methods["image_bpp"] < row.image_bpp
            about = methods["image_bpp"] < _ABOUT_ONE_RATE * row.image_bpp
            gains = methods["image_psnr_db"] - row.image_psnr_db
            beaten[row.Index] = bool(((fewer & (gains >= 0)) | (about & (gains > 0))).any())
    return beaten


def draw_times(path: str | Path, table: pd.DataFrame, styles: Mapping[str, looks.Look], *, note: str = "") -> None:
    """Draw each method's best PSNR against its encode and decode seconds per megapixel; `note` is printed below.

    `styles` are the looks of the methods in the plane.
    """
    figure = figures.new_figure(13, max(4.8, _NAME_HEIGHT * (len(table) + 3)))
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
