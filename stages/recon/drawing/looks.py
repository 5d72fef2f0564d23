"""The look of each method of the plane, the same in the figure and on the page.

The color is the family's: `HUE` in its params.py, an index into `figures.COLORS`. Codecs are gray and share a dash
pattern; the entries of any other family have different ones. The markers of all methods differ, while they last.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from recon.core import rooms
from recon.drawing import figures

CODECS = "classical"
OTHER = 9  # the hue of a family without HUE
CODECS_DASHES = (2.5, 1.5)
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.3), (5, 1.3, 1, 1.3))


@dataclass(frozen=True)
class Look:
    """The index of a curve's color in figures.COLORS, its marker, and its dashes.

    `dashes` are the alternating lengths of strokes and gaps, in line widths; empty for a solid line.
    """

    color: int
    marker: str
    dashes: tuple[float, ...]

    def style(self) -> dict[str, Any]:
        """Return the keyword arguments of Matplotlib's `plot`."""
        line = (0, self.dashes) if self.dashes else "-"
        return {"color": figures.COLORS[self.color], "marker": self.marker, "linestyle": line}


def find_hue(family: str) -> int:
    """Return the index of a family's color in figures.COLORS, independent of the other families drawn."""
    declared = rooms.part_constant(family, "params", "HUE") if family in rooms.families() else None
    return OTHER if declared is None else declared


def choose_looks(points: pd.DataFrame) -> dict[str, Look]:
    """Return method -> look, in the order of the leaderboard's `points` (columns method and family)."""
    by_method: dict[str, Look] = {}
    counts: Counter[str] = Counter()  # methods of each family so far
    for row in points.drop_duplicates("method").itertuples():
        dashes = CODECS_DASHES if row.family == CODECS else DASHES[counts[row.family] % len(DASHES)]
        marker = figures.MARKERS[len(by_method) % len(figures.MARKERS)]
        by_method[row.method] = Look(find_hue(row.family), marker, dashes)
        counts[row.family] += 1
    return by_method


def draw(panel: Axes, x: Sequence[float], y: Sequence[float], *, label: str, look: Look) -> None:
    """Draw a method's curve."""
    panel.plot(x, y, label=label, markersize=5.5, linewidth=1.6, **look.style())
