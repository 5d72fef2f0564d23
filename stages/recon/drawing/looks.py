"""How each method of the plane is drawn, in the figure and on the page alike: the color is its family's.

Codecs are gray and all dashed alike. The entries of any other family share its hue and have lines of their own;
the markers of all methods differ, as long as there are enough.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from recon.drawing import figures

CODECS = "classical"
# Family -> place among figures.COLORS. A family's own color stays, whichever others are drawn.
HUES = {
    CODECS: 8,
    "autoencoder": 0,
    "restoration": 1,
    "coordinates": 2,
    "latent_decoder": 3,
    "fractal": 4,
    "pixels": 5,
    "deblocking": 6,
}
OTHER = 7  # of a family that is not named above
CODECS_DASHES = (2.5, 1.5)
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.3), (5, 1.3, 1, 1.3))


@dataclass(frozen=True)
class Look:
    """The place of a curve's color among figures.COLORS, its marker, and its dashes.

    `dashes` has the lengths of strokes and gaps in turn, in widths of the line; it is empty for a solid line.
    """

    color: int
    marker: str
    dashes: tuple[float, ...]

    def style(self) -> dict[str, Any]:
        """Return what Matplotlib's `plot` takes."""
        line = (0, self.dashes) if self.dashes else "-"
        return {"color": figures.COLORS[self.color], "marker": self.marker, "linestyle": line}


def looks(points: pd.DataFrame) -> dict[str, Look]:
    """Return method -> look, in the order of the leaderboard's `points` (columns method and family)."""
    found: dict[str, Look] = {}
    before: Counter[str] = Counter()
    for row in points.drop_duplicates("method").itertuples():
        dashes = CODECS_DASHES if row.family == CODECS else DASHES[before[row.family] % len(DASHES)]
        marker = figures.MARKERS[len(found) % len(figures.MARKERS)]
        found[row.method] = Look(HUES.get(row.family, OTHER), marker, dashes)
        before[row.family] += 1
    return found


def draw(panel: Axes, x: Sequence[float], y: Sequence[float], *, label: str, look: Look) -> None:
    """Draw a method's curve."""
    panel.plot(x, y, label=label, markersize=5.5, linewidth=1.6, **look.style())
