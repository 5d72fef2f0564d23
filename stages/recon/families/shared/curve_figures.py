"""Rate and distortion of several methods in one panel."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from recon.drawing import looks

_TICKS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 3, 5)  # of the rate
_FEWEST_TICKS = 2  # otherwise they are chosen for the range


def draw_rates(panel: Axes, points: pd.DataFrame, *, limits: tuple[float, float] | None = None) -> None:
    """Draw PSNR over the rate, on a logarithmic scale, with a curve for each method in the order of `points`.

    Args:
        panel: where.
        points: columns method, family, bpp and psnr_db.
        limits: the least and the largest rate that are shown; None: a little beyond those of the points.
    """
    for method, look in looks.choose_looks(points).items():
        curve = points[points["method"] == method].sort_values("bpp")
        looks.draw(panel, curve["bpp"], curve["psnr_db"], label=method, look=look)
    panel.set(xlabel="rate (bits per pixel)", ylabel="PSNR (dB), mean over the images", xscale="log", xlim=limits)
    left, right = panel.get_xlim()
    ticks = [tick for tick in _TICKS if left <= tick <= right]
    if len(ticks) < _FEWEST_TICKS:
        ticks = [tick for tick in MaxNLocator(4).tick_values(left, right) if left <= tick <= right]
    panel.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    panel.minorticks_off()
    panel.grid(alpha=0.25)


def count_photographs(number: int) -> str:
    """Return `1 photograph` or `24 photographs`."""
    return f"{number} photograph{'s' if number != 1 else ''}"
