"""The plane as a chart: the library that draws it in the browser, and a drawing for where no script runs.

Vega, since the project's page of `dvc plots` (.dvc/plots/page.html) carries it already: no package more, 370 kB
where Plotly takes 4.6 MB and Bokeh 1 MB; kept by the University of Washington; and it draws SVG, each point with a
name for who listens, where Bokeh draws pixels.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd

from recon.core.errors import UserError
from recon.drawing import figures
from recon.drawing.looks import Look, draw, looks
from recon.referee.exchange import PublishedCurve
from recon.referee.plane_figures import draw_published, published_color
from recon.report.columns import title

PUBLISHED = "psnr_db"  # what others printed, of the measures
LIBRARY = Path(".dvc/plots/page.html")
_PARTS = {
    "versions": re.compile(r"Contains ([^\n]*)\.\n"),
    "licenses": re.compile(r"<!--\n[^\n]*\n\n(.*?)-->", re.DOTALL),
    "packed": re.compile(r'<script type="application/gzip" id="vega">([\w+/=]+)</script>'),
}

# Matplotlib's markers as paths of SVG, around 0 and 2 high.
MARKERS = {
    "o": "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0Z",
    "s": "M-.9,-.9H.9V.9H-.9Z",
    "D": "M0,-1.2L1.2,0L0,1.2L-1.2,0Z",
    "^": "M0,-1.1L1.1,.9H-1.1Z",
    "v": "M0,1.1L1.1,-.9H-1.1Z",
    "P": "M-.4,-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
    "X": "M0,-.55L.55,-1.1L1.1,-.55L.55,0L1.1,.55L.55,1.1L0,.55L-.55,1.1L-1.1,.55L-.55,0L-1.1,-.55L-.55,-1.1Z",
    "<": "M-1.1,0L.9,-1.1V1.1Z",
    ">": "M1.1,0L-.9,-1.1V1.1Z",
    "*": "M0,-1.3L.32,-.42L1.24,-.4L.5,.17L.76,1.05L0,.53L-.76,1.05L-.5,.17L-1.24,-.4L-.32,-.42Z",
}


@dataclass(frozen=True)
class Library:
    """What draws in the browser: gzipped JavaScript in base64, the versions of its parts, and their licenses."""

    packed: str
    versions: str
    licenses: str


@dataclass(frozen=True)
class Style:
    """How a method's curve is drawn: its title, its look, and the marker of that as a path."""

    method: str
    title: str
    look: Look
    path: str


def library() -> Library:
    """Return the library in the project's page of plots."""
    try:
        text = LIBRARY.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{LIBRARY}: not found; it is in git: git checkout {LIBRARY}") from None
    found = {name: part.search(text) for name, part in _PARTS.items()}
    for name, match in found.items():
        if match is None:
            raise UserError(f"{LIBRARY}: has no {name}; make it anew: python .dvc/plots/make_page.py")
    return Library(**{name: match.group(1).strip() for name, match in found.items()})


def styles(points: pd.DataFrame) -> list[Style]:
    """Return how each method's curve is drawn, in the order of the leaderboard's `points`."""
    known = looks(points).items()
    return [Style(method, title(method), look, MARKERS[look.marker]) for method, look in known]


def drawings(
    points: pd.DataFrame,
    curves: list[Style],
    labels: dict[str, str],
    *,
    bpp_scale: str,
    published: Sequence[PublishedCurve] = (),
) -> dict[str, str]:
    """Return label -> `drawing` of each measure of `labels` (measure -> label); `published` is over the PSNR."""
    return {
        label: drawing(
            *(points, curves),
            measure=measure,
            label=label,
            bpp_scale=bpp_scale,
            published=published if measure == PUBLISHED else (),
        )
        for measure, label in labels.items()
    }


def drawing(
    points: pd.DataFrame,
    curves: list[Style],
    *,
    measure: str,
    label: str,
    bpp_scale: str,
    published: Sequence[PublishedCurve] = (),
) -> str:
    """Return a measure over the rate as inline SVG, whose colors are those of the page, light or dark."""
    how = {"svg.fonttype": "none", "svg.hashsalt": measure}
    with matplotlib.rc_context(how):
        figure = figures.new_figure(7.2, 5)
        panel = figure.subplots()
        for curve in curves:
            own = points[points["method"] == curve.method].sort_values("bpp")
            draw(panel, own["bpp"], own[measure], label=curve.title, look=curve.look)
        panel.set(xlabel="rate (bits per pixel)", ylabel=label, xscale=bpp_scale)
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter("")
        panel.grid(alpha=0.15, which="both")
        draw_published(panel, published)
        panel.legend(frameon=False, fontsize=8, handlelength=4)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata=dict.fromkeys(_DATED))
    return _for_the_page(written.getvalue())


_DATED = ("Creator", "Date", "Format", "Type")


def records(published: Sequence[PublishedCurve]) -> list[dict[str, Any]]:
    """Return what the chart draws the published curves from, each with the number of its color."""
    return [
        curve._asdict() | {"color": published_color(number)} for number, curve in enumerate(published, start=1)
    ]


def _for_the_page(svg: str) -> str:
    """Return Matplotlib's SVG without its head, sizes and names, its colors replaced by variables of the page."""
    svg = svg[svg.index("<svg") :]
    for index, color in enumerate(figures.COLORS):
        svg = svg.replace(color, f"var(--curve-{index})")
    svg = re.sub(r"#000000|#b0b0b0", "currentColor", svg)
    svg = re.sub(r' id="[\w.]+_\d+"', "", svg)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    return re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
