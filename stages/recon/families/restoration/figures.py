"""Charts of the restorers: gain against cost, by quality, and during training."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from recon.drawing import figures
from recon.families.restoration.comparison import (
    find_front,
    format_db,
    select_baselines,
    select_common_quality,
    select_networks,
)

_LINES = ("-", "--", ":", "-.")  # of the baselines, in their order
_SHARE_BELOW = 0.6  # of the highest gain: losses below this are not drawn to scale
_MOST_MARKED = 15  # epochs whose markers can be distinguished
_CLOSE_DB = 0.5  # a fifth and a tenth of it are the margins of the second training panel


def draw_fronts(path: str | Path, methods: pd.DataFrame, *, costs: dict[str, str]) -> None:
    """Draw the gain at the common quality against each of `costs` (column -> label), a panel each.

    Networks that beat all baselines are filled, the others hollow; the thick line is the Pareto front. A baseline
    is a line across, and a gray point where its cost is known.
    """
    points = select_common_quality(methods)
    figure = figures.new_figure(13, 5.4)
    panels = figure.subplots(1, len(costs), sharey=True)
    floor = _find_floor(points["gain_db"])
    for panel, (cost, label) in zip(panels, costs.items(), strict=True):
        best = find_front(points, cost)
        halo = {"color": "0.85", "linewidth": 5, "marker": "o", "markersize": 18, "zorder": 1}
        if len(best):
            panel.plot(best[cost], best["gain_db"], label="Pareto front", **halo)
        _draw_baselines(panel, select_baselines(points), cost)
        for index, row in _sort_by_gain(select_networks(points)):
            _draw_network(panel, row, cost=cost, index=index, floor=floor)
        if (points[cost] > 0).any():
            panel.set_xscale("log")
            panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.xaxis.set_major_formatter(lambda number, _: _format_compact(number))
            panel.xaxis.set_minor_formatter("")
        panel.set_xlabel(label)
        panel.grid(alpha=0.25)
    panels[0].set_ylabel("PSNR gain over plain JPEG (dB)")
    if floor is not None:
        panels[0].set_ylim(bottom=floor - 0.12 * abs(floor))
    _draw_legend(panels[-1])
    heading = f"JPEG quality {points['quality'].iloc[0]}, {points['images'].max()} photographs"
    figure.suptitle(f"{heading} (hollow: no better than the best method without a network)", fontsize=13)
    figures.save(path, figure)


def draw_qualities(path: str | Path, methods: pd.DataFrame) -> None:
    """Draw the gain of every method over plain JPEG, by JPEG quality."""
    figure = figures.new_figure(9.5, 5.4)
    panel = figure.subplots()
    for index, (method, curve) in enumerate(select_baselines(methods).groupby("method", sort=False)):
        panel.plot(
            curve["quality"], curve["gain_db"], color="0.35", linestyle=_LINES[index % len(_LINES)], label=method
        )
    floor = _find_floor(methods["gain_db"])
    means = select_networks(methods).groupby("method", sort=False)["gain_db"].agg(["mean", "max"]).reset_index()
    for index, row in _sort_by_gain(means.rename(columns={"mean": "gain_db"})):
        curve = methods[methods["method"] == row.method].sort_values("quality")
        below = floor is not None and row.max < floor
        label = f"{row.method}{' (below)' if below else ''}"
        panel.plot(curve["quality"], curve["gain_db"], label=label, **_style(index))
    if floor is not None:
        panel.set_ylim(floor, 1.1 * methods["gain_db"].max())
    panel.set(xlabel="JPEG quality", ylabel="PSNR gain over plain JPEG (dB)", xticks=methods["quality"].unique())
    panel.grid(alpha=0.25)
    _draw_legend(panel)
    panel.set_title(f"Gain by quality, {methods['images'].max()} photographs")
    figures.save(path, figure)


def draw_training(path: str | Path, curves: pd.DataFrame) -> None:
    """Draw the validation gain of each model (columns model, epoch, val_gain_db): all, and the best closely."""
    figure = figures.new_figure(13, 5.4)
    whole, close = figure.subplots(1, 2)
    for index, (model, curve) in enumerate(curves.groupby("model", sort=False)):
        style = _style(index) | ({} if len(curve) <= _MOST_MARKED else {"marker": ""})
        for panel in (whole, close):
            panel.plot(curve["epoch"], curve["val_gain_db"], label=model, **style)
    best = curves["val_gain_db"].max()
    if np.isfinite(best):
        close.set_ylim(min(0, best) - _CLOSE_DB / 5, best + _CLOSE_DB / 10)
    whole.set(ylabel="PSNR gain over the JPEG, validation images (dB)", title="All networks")
    close.set_title("Those that gain, enlarged")
    for panel in (whole, close):
        panel.axhline(0, color="0.35", linewidth=1.1, zorder=1, label="the JPEG itself")
        panel.set_xlabel("epoch (its number of steps differs by entry)")
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.grid(alpha=0.25)
    _draw_legend(close)
    figures.save(path, figure)


def _draw_baselines(panel: Axes, rows: pd.DataFrame, cost: str) -> None:
    for index, row in enumerate(rows.to_dict("records")):
        label = f"{row['method']}, {format_db(row['gain_db'])}"
        panel.axhline(
            row["gain_db"],
            color="0.35",
            linestyle=_LINES[index % len(_LINES)],
            linewidth=1.1,
            zorder=1,
            label=label,
        )
        panel.plot([row[cost]], [row["gain_db"]], color="0.35", marker=".", markersize=10)


def _draw_network(panel: Axes, row: Any, *, cost: str, index: int, floor: float | None) -> None:
    """Draw a point; one below `floor` is an arrow at it, so that a loss of many dB does not flatten the chart."""
    below = floor is not None and row.gain_db < floor
    style = _style(index) | ({"marker": "$\\downarrow$", "markersize": 14} if below else {"markersize": 9})
    style |= {"linestyle": ""}
    if row.beats_baselines != "yes" and not below:
        style |= {"markerfacecolor": "white", "markeredgewidth": 1.6}
    label = f"{row.method}, {format_db(row.gain_db)}{' (below)' if below else ''}"
    panel.plot([getattr(row, cost)], [max(row.gain_db, floor) if below else row.gain_db], label=label, **style)


def _style(index: int) -> dict[str, str | float]:
    """Return the look of the `index`-th network, the same in all figures; the first 49 differ."""
    turn, color = divmod(index, len(figures.COLORS))
    marker = figures.MARKERS[(index + turn) % len(figures.MARKERS)]
    style = {"color": figures.COLORS[color], "marker": marker, "linestyle": "--" if turn % 2 else "-"}
    return style | {"linewidth": 1.6, "markersize": 6}


def _format_compact(number: float) -> str:
    """Return 0.5, 20, 50k or 1M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{name}"
    return f"{number:g}"


def _find_floor(gains: pd.Series) -> float | None:
    """Return the gain below which nothing is drawn to scale; None where no network is below it or none gains."""
    floor = -_SHARE_BELOW * gains.max()
    return floor if gains.max() > 0 and gains.min() < floor else None


def _sort_by_gain(rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Return each network with its index in the table, which determines its look, in the order of the gain."""
    places = rows.reset_index(drop=True)["gain_db"].sort_values(ascending=False, kind="stable").index
    networks = list(rows.itertuples(index=False))
    return ((place, networks[place]) for place in places)


def _draw_legend(panel: Axes) -> None:
    style = {"loc": "center left", "bbox_to_anchor": (1, 0.5), "frameon": False, "markerscale": 0.8}
    panel.legend(*panel.get_legend_handles_labels(), **style)
