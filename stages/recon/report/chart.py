"""The plane as a chart in the browser: the library that draws it, its specification, and the curves' looks.

The library is Vega, which the page of `dvc plots` (.dvc/plots/page.html) carries: 370 kB, where Plotly takes 4.6
MB and Bokeh 1 MB; it draws SVG whose marks have names for screen readers. The specification, too, is that of `dvc
plots`; templates/chart.js adds what only this page has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from recon.core.errors import UserError
from recon.drawing.looks import Look, choose_looks
from recon.referee.exchange import PublishedCurve
from recon.referee.plane_figures import published_color
from recon.report.plane import title

PLOTS = Path(".dvc/plots")
LIBRARY, SPECIFICATION = PLOTS / "page.html", PLOTS / "plane.json"
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
    """The drawing library: gzipped JavaScript in base64, the versions of its parts, and their licenses."""

    packed: str
    versions: str
    licenses: str


@dataclass(frozen=True)
class Style:
    """The style of a method's curve: its title, its look, and the look's marker as a path."""

    method: str
    title: str
    look: Look
    path: str


def read_library() -> Library:
    """Return the library of the page of `dvc plots`."""
    text = _read(LIBRARY)
    matches = {name: part.search(text) for name, part in _PARTS.items()}
    for name, match in matches.items():
        if match is None:
            raise UserError(f"{LIBRARY}: has no {name}; recreate it: python .dvc/plots/make_page.py")
    return Library(**{name: match.group(1).strip() for name, match in matches.items()})


def read_specification() -> str:
    """Return the Vega-Lite specification of the plane: JSON with DVC's anchors in place of data and labels."""
    return _read(SPECIFICATION)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: not found; it is in git: git checkout {path}") from None


def styles(points: pd.DataFrame) -> list[Style]:
    """Return the style of each method's curve, in the order of the leaderboard's `points`."""
    return [
        Style(method, title(method), look, MARKERS[look.marker]) for method, look in choose_looks(points).items()
    ]


def records(published: Sequence[PublishedCurve]) -> list[dict[str, Any]]:
    """Return the published curves as the chart draws them, each with the number of its color."""
    return [
        curve._asdict() | {"color": published_color(number)} for number, curve in enumerate(published, start=1)
    ]
