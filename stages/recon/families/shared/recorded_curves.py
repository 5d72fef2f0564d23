"""Recorded curves over lambda for the pages: their figure and tables, beside published curves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from recon.core import files
from recon.core.errors import UserError
from recon.data.params import Subject
from recon.drawing import figures, looks
from recon.families.shared import curve_figures
from recon.referee import exchange, plane_figures
from recon.referee.bd_rate import bd_rate_percent

RECORDS = Path("metrics/benchmarks")
WIDTH, HEIGHT = 6.5, 5.6  # of a panel, in inches


def say_missing(name: str) -> str:
    """Return what a page says in place of a table of a record that nobody has made."""
    return f"Not recorded yet: `make record NAME={name}`."


@dataclass(frozen=True)
class RecordedCurves:
    """A record whose summary is that of `recon.families.shared.curve_records`.

    Attributes:
        name: the recipe's name.
        family: the family that it is about.
        encode: the name of the seconds of encoding in the summary.
    """

    name: str
    family: str
    encode: str

    @property
    def path(self) -> Path:
        """The file of the record."""
        return RECORDS / f"{self.name}.json"

    def draw(self, path: str | Path, record: dict[str, Any]) -> None:
        """Draw PSNR against rate, a panel for each set of photographs; published curves are thin.

        Of a record without a finished curve there is no figure.
        """
        if not record["points"]:
            return
        groups = list(self._group_by_subject(record))
        figure = figures.new_figure(WIDTH * len(groups), HEIGHT)
        panels = figure.subplots(1, len(groups), squeeze=False)[0]
        for panel, (subject, names) in zip(panels, groups, strict=True):
            _draw_panel(panel, self._list_points(record, names), exchange.find_published(subject))
            count = max(point["images"] for point in record["points"][names[0]].values())
            panel.set_title(f"{curve_figures.count_photographs(count)} of {subject.source}", fontsize=11)
        figure.suptitle("Rate and distortion, means over the photographs", fontsize=13)
        figures.save(path, figure)

    def tabulate_rates(self) -> tuple[list[str], list[list[str]], dict[str, Any]] | str:
        """Return a column for each curve: its bits at equal PSNR against others, and its costs."""
        if not self.path.is_file():
            return say_missing(self.name)
        record = files.read_json(self.path)
        rates = {
            name: of | self._compare_published(record, name) for name, of in record["bd_rate_percent"].items()
        }
        names = list(rates)
        counts = [max(point["images"] for point in record["points"][name].values()) for name in names]
        rows = [["photographs", *map(str, counts)]]
        for other in dict.fromkeys(other for of in rates.values() for other in of):
            cells = [f"{of[other]:+.1f}" if other in of else "" for of in rates.values()]
            rows.append([f"bits against {other} (%)", *cells])
        rows.append(self._tabulate_encoding(record[self.encode], names))
        rows.append(["decode (s)", *(f"{record['decode_seconds'][name]:.2f}" for name in names)])
        rows.append(["multiply-adds per pixel", *(f"{record['macs_per_pixel'][name]:,.0f}" for name in names)])
        return ["at equal PSNR", *names], rows, record

    def _tabulate_encoding(self, seconds: Mapping[str, float], names: Sequence[str]) -> list[str]:
        if "cpu" in self.encode:
            return ["encode (CPU minutes)", *(f"{seconds[name] / 60:.1f}" for name in names)]
        return ["encode (s)", *(f"{seconds[name]:.2f}" for name in names)]

    def tabulate_points(self) -> tuple[list[str], list[list[str]]] | str:
        """Return the rate and PSNR of each point of each curve."""
        if not self.path.is_file():
            return say_missing(self.name)
        rows = [
            [name, lmbda, f"{point['images']}", f"{point['bpp']:.3f}", f"{point['psnr_db']:.2f}"]
            for name, points in files.read_json(self.path)["points"].items()
            for lmbda, point in points.items()
        ]
        return ["entry", "lambda", "photographs", "rate (bpp)", "PSNR (dB)"], rows

    def _find_subject(self, record: dict[str, Any], name: str) -> Subject:
        """Return the photographs of a curve, `fast` or `fast, contexts 20`."""
        params = record["params"]
        experiment = params[self.family]["experiments"][name.partition(",")[0]]
        return Subject(**params["subjects"][experiment["subject"]])

    def _group_by_subject(self, record: dict[str, Any]) -> Iterator[tuple[Subject, list[str]]]:
        """Yield each set of photographs with the names of its curves."""
        groups: list[tuple[Subject, list[str]]] = []
        for name in record["points"]:
            subject = self._find_subject(record, name)
            names = next((names for other, names in groups if other == subject), None)
            if names is None:
                groups.append((subject, [name]))
            else:
                names.append(name)
        yield from groups

    def _list_points(self, record: dict[str, Any], names: list[str]) -> pd.DataFrame:
        """Return the points of these curves, and of the codecs on their photographs, as in the leaderboard."""
        anchors = record["anchors"][names[0]]
        codecs = [
            pd.DataFrame(curve).assign(method=codec, family=looks.CODECS) for codec, curve in anchors.items()
        ]
        curves = [
            pd.DataFrame(record["points"][name].values()).assign(method=name, family=self.family) for name in names
        ]
        return pd.concat([*codecs, *curves], ignore_index=True)

    def _compare_published(self, record: dict[str, Any], name: str) -> dict[str, float]:
        """Return the bits that a curve needs in percent above those of each published one, where defined."""
        points = record["points"][name].values()
        curve = [(point["bpp"], point["psnr_db"]) for point in points]
        rates = {}
        for other in exchange.find_published(self._find_subject(record, name)):
            with suppress(UserError):  # no PSNR in common
                anchor = list(zip(other.bpp, other.psnr_db, strict=True))
                rates[other.name] = bd_rate_percent(anchor=anchor, test=curve).percent
        return rates


def _draw_panel(panel: Axes, points: pd.DataFrame, published: list[exchange.PublishedCurve]) -> None:
    curve_figures.draw_rates(panel, points)
    plane_figures.draw_published(panel, published)
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.13), "ncols": 3, "frameon": False}
    panel.legend(**below, fontsize=8, handlelength=4)
