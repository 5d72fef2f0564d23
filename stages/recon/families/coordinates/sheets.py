"""What the figure of an entry of coordinate networks shows, from the referee's rows and the saved pictures."""

from typing import Any

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_mask, read_pixels
from recon.data.masks import KNOWN
from recon.families.coordinates.comparison import FAMILY, finest, means, number, stands_at
from recon.families.coordinates.figures import Chart, Lines, Sheet, Tile
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import Run, runs_of
from recon.families.coordinates.shown import reduced
from recon.settings.axes import BASE
from recon.settings.sweeps import text_of

_UNKNOWN_GRAY = 128
_FEWEST_POINTS = 3  # of a chart


def sheet(params: dict[str, Any], entry: str, rows: pd.DataFrame, curves: pd.DataFrame) -> Sheet:
    """Return the sheet of `entry`: pictures of its first photograph, charts of means over all.

    `rows` are those of `recon.families.coordinates.comparison.read_scores`, `curves` its curves.
    """
    experiment = experiment_of(params, entry)
    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    image = photographs.names()[0]
    original = photographs.pixels(image)
    own = rows[rows["entry"] == entry]
    pictured = finest(own[own["image"] == image])
    tiles = _Tiles(pictured, original)
    charts = _charts(params, entry, means(own))
    heading = f"{entry}: {image}, {original.shape[0]} x {original.shape[1]}"
    if charts and len(photographs.names()) > 1:
        heading += f"; charts: means over {len(photographs.names())} photographs"
    return Sheet(
        heading=heading,
        original=original,
        rows=_rows(params, entry, tiles),
        curves=_curve_lines(curves[(curves["entry"] == entry) & (curves["image"] == image)]),
        charts=charts,
    )


class _Tiles:
    """The saved pictures of one photograph, with the numbers that belong to them."""

    def __init__(self, rows: pd.DataFrame, original: np.ndarray) -> None:
        self._rows, self._original = rows, original

    def fits(self, factor: str, value: str | None = None) -> list[Tile]:
        """Return the fits with this change, by value across; of the entry as it stands for the factor `base`."""
        rows = self._rows[self._rows["factor"] == factor]
        rows = rows if value is None else rows[rows["value"] == value]
        return [self._tile(row, self._value(row)) for row in rows.itertuples()]

    def by_method(self) -> dict[str, list[Tile]]:
        """Return the interpolations by name, each by value across."""
        rows = self._rows.dropna(subset=["method"])
        return {
            method: [self._tile(row, self._value(row)) for row in own.itertuples()]
            for method, own in rows.groupby("method", sort=False)
        }

    def shown(self, run: Run) -> Tile:
        """Return what a run was shown."""
        chosen = self._rows[["factor", "value"]].eq([run.factor, run.value]).all(axis=1)
        across = self._rows["across"].isna() if run.across is None else self._rows["across"] == run.across
        row = self._rows[chosen & across].iloc[0]
        if run.shown.reduce > 1:
            return Tile(f"shown: 1/{run.shown.reduce}", reduced(self._original, run.shown.reduce))
        mask = read_mask(family=FAMILY, entry=row["entry"], variant=row["variant"], image=row["image"])
        picture = np.where(mask == KNOWN, self._original, np.uint8(_UNKNOWN_GRAY))
        return Tile(f"shown: {(mask == KNOWN).mean():.0%}", picture)

    @staticmethod
    def _value(row: Any) -> str:
        if pd.notna(row.across):
            return row.across
        if pd.notna(row.method):
            return row.method
        return "as it stands" if row.factor == BASE else row.value

    @staticmethod
    def _tile(row: Any, name: str) -> Tile:
        pixels = read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)
        if pd.notna(row.hidden_psnr_db):
            text = f"hidden {row.hidden_psnr_db:.2f} dB"
            text += "" if pd.notna(row.method) else f"\nknown {row.known_psnr_db:.2f} dB"
        else:
            text = f"{row.psnr_db:.2f} dB"
        return Tile(f"{name}\n{text}", pixels)


def _rows(params: dict[str, Any], entry: str, tiles: _Tiles) -> list[tuple[str, list[Tile]]]:
    experiment, runs = experiment_of(params, entry), runs_of(params, entry)
    first = {run.shown: run for run in reversed(runs) if run.factor == BASE}
    shown = [tiles.shown(run) for run in reversed(first.values()) if run.shown.mask or run.shown.reduce > 1]
    if not experiment.across:
        rows = [("", shown + tiles.fits(BASE))]
        rows += [(_instead(factor, stands_at(runs[0], factor)), tiles.fits(factor)) for factor in experiment.sweep]
        return rows + _methods(tiles.by_method(), across=False)
    known = {factor: stands_at(runs[0], factor) for factor in experiment.sweep}
    label = "\n".join(f"{factor}\n{value}" for factor, value in known.items() if value) or "network"
    rows = [("", shown)] * bool(shown or experiment.sweep) + [(label, tiles.fits(BASE))]
    for factor, axis in experiment.sweep.items():
        rows += [(f"{factor}\n{name}", tiles.fits(factor, name)) for name in map(text_of, axis)]
    return rows + _methods(tiles.by_method(), across=True)


def _instead(factor: str, stands: str | None) -> str:
    """Return the label of a factor's values; the value that the entry has stands in its first row."""
    return f"{factor}\ninstead of {stands}" if stands else factor


def _methods(tiles: dict[str, list[Tile]], *, across: bool) -> list[tuple[str, list[Tile]]]:
    """Return a row for each interpolation where there is an axis, else one row for all of them."""
    if across and any(len(found) > 1 for found in tiles.values()):
        return list(tiles.items())
    flat = [tile for found in tiles.values() for tile in found]
    return [("without a\nnetwork", flat)] if flat else []


def _charts(params: dict[str, Any], entry: str, points: pd.DataFrame) -> list[Chart]:
    """Return a chart for each factor of numbers, one across numbers, and one over the bits a weight."""
    experiment, base = experiment_of(params, entry), runs_of(params, entry)[0]
    fits = points[points["method"].isna()]
    finest_fits = finest(fits)
    charts = []
    if not experiment.across:
        for factor in experiment.sweep:
            own = finest_fits[finest_fits["factor"].isin([BASE, factor])]
            stands = number(stands_at(base, factor))
            values = [stands if row.factor == BASE else number(row.value) for row in own.itertuples()]
            charts += _chart(factor, own.assign(number=values), marked=stands)
    for factor in experiment.across:
        own = finest_fits[finest_fits["factor"] == BASE]
        charts += _chart(factor, own.assign(number=own["across"].map(number)), marked=None)
    if len(experiment.bits) > 1:
        own = fits[fits["factor"] == BASE]
        charts += _chart("bits", own.assign(number=own["bits"].astype(float)), marked=None, label="bits a weight")
    return charts


def _chart(factor: str, points: pd.DataFrame, *, marked: float | None, label: str = "") -> list[Chart]:
    if len(points) < _FEWEST_POINTS or points["number"].isna().any():
        return []
    points = points.sort_values("number")
    measures = {"known": "known_psnr_db", "hidden": "hidden_psnr_db"}
    if points["hidden_psnr_db"].isna().all():
        measures = {"all pixels": "psnr_db"}
    lines = {name: (points["number"].tolist(), points[measure].tolist()) for name, measure in measures.items()}
    return [Chart(factor, label or factor, lines, marked)]


def _curve_lines(curves: pd.DataFrame) -> Lines:
    """Return the curves of one entry and image as lines by the name of their variant."""
    return {
        _name(variant): (curve["step"].tolist(), curve["train_psnr_db"].tolist())
        for variant, curve in curves.groupby("variant", sort=False)
    }


def _name(variant: str) -> str:
    """Return what a curve is called: the entry as it stands has no name, or that of its value across."""
    return variant.removeprefix("base=base").removeprefix(",") or "as it stands"
