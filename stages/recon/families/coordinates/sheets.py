"""The content of an entry's sheet, from the referee's scores, the saved pictures and the training curves."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_mask, read_pixels
from recon.data.masks import KNOWN
from recon.families.coordinates.comparison import average, select_finest
from recon.families.coordinates.figures import Chart, Lines, Sheet, Tile
from recon.families.coordinates.params import FAMILY, FieldEntry
from recon.families.coordinates.visibility import reduce_pixels
from recon.settings.sweeps import BASE, axis_values

_HIDDEN_GRAY = 128
_MIN_POINTS = 3  # of a chart

Rows = list[tuple[str, list[Tile]]]


def build_sheet(entry: FieldEntry, scores: pd.DataFrame, curves: pd.DataFrame) -> Sheet:
    """Return the sheet of `entry`: pictures of its first photograph, charts of means over all.

    Args:
        entry: the entry.
        scores: the result of `recon.families.coordinates.comparison.read_scores`.
        curves: the result of `recon.families.coordinates.comparison.read_curves`.
    """
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    names = photographs.names()
    original = photographs.pixels(names[0])
    scores = scores[scores["entry"] == entry.name]
    charts = list(_build_charts(entry, average(scores)))
    heading = f"{entry.name}: {names[0]}, {original.shape[0]} x {original.shape[1]}"
    if charts and len(names) > 1:
        heading += f"; charts: means over {len(names)} photographs"
    return Sheet(
        heading=heading,
        original=original,
        rows=_build_rows(entry, select_finest(scores[scores["image"] == names[0]]), original),
        curves=_list_lines(curves[(curves["entry"] == entry.name) & (curves["image"] == names[0])]),
        charts=charts,
    )


def _build_rows(entry: FieldEntry, scores: pd.DataFrame, original: np.ndarray) -> Rows:
    """Return the visible pixels and the base fits, a row for each factor or change, and the interpolations."""
    experiment, base = entry.experiment, entry.runs[0]
    visible = list(_show_visible(entry, scores, original))
    if not experiment.sweep:
        scores = scores.assign(value=scores["value"].replace(BASE, "network"))
    base_tiles = _read_tiles(scores[scores["factor"] == BASE])
    if experiment.across:
        rows = [("", visible), ("network", base_tiles)] if visible else [("", base_tiles)]
        for change in axis_values(experiment, "sweep"):
            chosen = (scores["factor"] == change.factor) & (scores["value"] == change.name)
            label = f"{change.factor}\n{change.name}{_format_base(base.value_of(change.factor))}"
            rows.append((label, _read_tiles(scores[chosen])))
    else:
        rows = [("", visible + base_tiles)]
        for factor in experiment.sweep:
            label = factor + _format_base(base.value_of(factor))
            rows.append((label, _read_tiles(scores[scores["factor"] == factor])))
    methods = scores.dropna(subset=["method"])
    if methods["across"].notna().any():
        return rows + [(method, _read_tiles(row)) for method, row in methods.groupby("method", sort=False)]
    return rows + ([("interpolation", _read_tiles(methods))] if len(methods) else [])


def _format_base(value: str | None) -> str:
    return f"\ninstead of {value}" if value else ""


def _read_tiles(scores: pd.DataFrame) -> list[Tile]:
    """Return the saved pictures, each titled with its value and its PSNR."""
    tiles = []
    for row in scores.itertuples():
        across = None if pd.isna(row.across) else f"{row.axis} {row.across}"
        name = next(name for name in (across, row.method, row.value) if pd.notna(name))
        hides = pd.notna(row.hidden_psnr_db)
        text = f"hidden {row.hidden_psnr_db:.2f} dB" if hides else f"{row.psnr_db:.2f} dB"
        text += f"\nvisible {row.known_psnr_db:.2f} dB" if hides and pd.isna(row.method) else ""
        pixels = read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)
        tiles.append(Tile(f"{name}\n{text}", pixels))
    return tiles


def _show_visible(entry: FieldEntry, scores: pd.DataFrame, original: np.ndarray) -> Iterator[Tile]:
    """Yield the visible pixels of the base fits, once for each visibility that hides any."""
    bases = [run for run in entry.runs if run.is_base]
    pairs = list(zip(bases, scores[scores["factor"] == BASE].itertuples(), strict=True))
    first = {run.visibility: row for run, row in reversed(pairs) if not run.visibility.is_full}
    for visibility, row in reversed(first.items()):
        if visibility.reduce > 1:
            yield Tile(f"visible: 1/{visibility.reduce}", reduce_pixels(original, visibility.reduce))
        else:
            mask = read_mask(family=FAMILY, entry=row.entry, variant=row.variant, image=row.image)
            pixels = np.where(mask == KNOWN, original, np.uint8(_HIDDEN_GRAY))
            yield Tile(f"visible: {(mask == KNOWN).mean():.0%}", pixels)


def _build_charts(entry: FieldEntry, points: pd.DataFrame) -> Iterator[Chart]:
    """Yield a chart for each numeric factor, one across numbers, and one over the bits per weight."""
    fits = points[points["method"].isna()]
    best_fits, base_fits = select_finest(fits), fits[fits["factor"] == BASE]
    if entry.experiment.across:
        bases = best_fits[best_fits["factor"] == BASE]
        yield from _build_chart(str(bases["axis"].iloc[0]), bases, bases["across"])
    else:
        for factor in entry.experiment.sweep:
            base = entry.runs[0].value_of(factor)
            chosen = best_fits[best_fits["factor"].isin([BASE, factor])]
            yield from _build_chart(
                factor, chosen, chosen["value"].where(chosen["factor"] == factor, base), marked=base
            )
    if len(entry.experiment.points.values) > 1:
        yield from _build_chart("bits", base_fits, base_fits["bits"], label="bits per weight")


def _build_chart(
    factor: str, points: pd.DataFrame, values: pd.Series, *, marked: str | None = None, label: str = ""
) -> Iterator[Chart]:
    """Yield a chart of the PSNR over `values`, if these are numbers and at least _MIN_POINTS."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    if len(points) < _MIN_POINTS or numbers.isna().any():
        return
    points = points.assign(number=numbers).sort_values("number")
    measures = {"visible": "known_psnr_db", "hidden": "hidden_psnr_db"}
    if points["hidden_psnr_db"].isna().all():
        measures = {"all pixels": "psnr_db"}
    lines = {name: (points["number"].tolist(), points[measure].tolist()) for name, measure in measures.items()}
    yield Chart(factor, label or factor, lines, None if marked is None else float(marked))


def _list_lines(curves: pd.DataFrame) -> Lines:
    """Return the curves of one entry and image as lines, by the label of their run."""
    return {
        label: (curve["step"].tolist(), curve["train_psnr_db"].tolist())
        for label, curve in curves.groupby("label", sort=False)
    }
