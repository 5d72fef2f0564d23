"""How each method of the plane is drawn, in the figure and on the page alike.

The color is the family's: `HUE` in its params.py, a place among `figures.COLORS`. Codecs are gray, and all dashed
alike. The entries of any other family have dashes of their own; the markers of all methods differ, as long as
there are enough.
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
OTHER = 7  # the hue of a family that declares none
CODECS_DASHES = (2.5, 1.5)
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.3), (5, 1.3, 1, 1.3))


@dataclass(frozen=True)
class Look:
    """The place of a curve's color among figures.COLORS, its marker, and its dashes.

    `dashes` are the lengths of strokes and gaps in turn, in widths of the line; empty for a solid line.
    """

    color: int
    marker: str
    dashes: tuple[float, ...]

    def style(self) -> dict[str, Any]:
        """Return what Matplotlib's `plot` takes."""
        line = (0, self.dashes) if self.dashes else "-"
        return {"color": figures.COLORS[self.color], "marker": self.marker, "linestyle": line}


def family_hue(family: str) -> int:
    """Return the place of a family's color among figures.COLORS: the same whichever other families are drawn."""
    declared = rooms.part_constant(family, "params", "HUE") if family in rooms.families() else None
    return OTHER if declared is None else declared


def looks(points: pd.DataFrame) -> dict[str, Look]:
    """Return method -> look, in the order of the leaderboard's `points` (columns method and family)."""
    by_method: dict[str, Look] = {}
    drawn: Counter[str] = Counter()  # methods of each family so far
    for row in points.drop_duplicates("method").itertuples():
        dashes = CODECS_DASHES if row.family == CODECS else DASHES[drawn[row.family] % len(DASHES)]
        marker = figures.MARKERS[len(by_method) % len(figures.MARKERS)]
        by_method[row.method] = Look(family_hue(row.family), marker, dashes)
        drawn[row.family] += 1
    return by_method


def draw(panel: Axes, x: Sequence[float], y: Sequence[float], *, label: str, look: Look) -> None:
    """Draw a method's curve."""
    panel.plot(x, y, label=label, markersize=5.5, linewidth=1.6, **look.style())
