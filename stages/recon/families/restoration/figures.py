"""Charts of the restorers: gain against cost, by quality, and during training."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator
from matplotlib.transforms import offset_copy

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
_WIDTH, _DPI = 8.3, 100  # of figures with text beside the points: 830 dots, which most pages show unscaled
_LABEL_SHARE = 0.042  # of the height of a chart: the least distance of two labels
_CHARACTER_SHARE = 0.0135  # of the width of a chart: a character of a label, on average
_LABEL = {"fontsize": 9, "va": "center"}


def draw_work(path: str | Path, methods: pd.DataFrame) -> None:
    """Draw the gain at the common quality against the multiply-adds, each network with its parameters."""
    draw_front(
        path,
        methods,
        cost="macs_per_pixel",
        label="multiply-adds per pixel",
        describe=lambda row: f"{format_compact(row.num_params)} parameters",
    )


def draw_front(
    path: str | Path, methods: pd.DataFrame, *, cost: str, label: str, describe: Callable[[Any], str]
) -> None:
    """Draw the gain at the common quality against the column `cost`, each network with its name and `describe`.

    `label` is the axis's. Networks that beat all baselines are filled, others hollow; the thick line is the Pareto
    front. A baseline is a line across, and a gray point where its cost is known. Networks that lose many dB are
    arrows at the lower end.
    """
    points = select_common_quality(methods)
    networks, baselines = select_networks(points), select_baselines(points)
    figure = figures.new_figure(_WIDTH, 4.9, dpi=_DPI)
    any_better = (networks["beats_baselines"] == "yes").any()
    verdict = "gray: the Pareto front; filled: better" if any_better else "no network is better"
    heading = f"JPEG quality {points['quality'].iloc[0]}, {points['images'].max()} photographs"
    figure.suptitle(f"{heading}; {verdict} than the best method without a network", fontsize=11)
    panel = figure.subplots()
    low, high = _find_ends(points["gain_db"])
    panel.set(xlabel=label, ylabel="PSNR gain over plain JPEG (dB)", ylim=(low, high))
    panel.grid(alpha=0.25)
    front = find_front(points, cost)
    if len(front):
        panel.plot(front[cost], front["gain_db"], color="0.85", linewidth=5, marker="o", markersize=14, zorder=1)
    _draw_baselines(panel, baselines, cost)
    if (points[cost] > 0).any():
        panel.set_xscale("log")
        panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.xaxis.set_major_formatter(lambda number, _: format_compact(number))
        panel.xaxis.set_minor_formatter("")
    _draw_networks(panel, networks.dropna(subset=[cost]), cost, describe)
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
    """Draw the validation gain of each model (columns model, epoch, val_gain_db) as a row, the best at the top.

    A line spans its gains; the hollow point is the first epoch, the filled one the last. Gains far below others
    are arrows at the left end.
    """
    last = curves.groupby("model", sort=False)["val_gain_db"].last().sort_values(kind="stable")
    figure = figures.new_figure(_WIDTH, 1.5 + 0.27 * len(last), dpi=_DPI)
    panel = figure.subplots()
    floor = _find_floor(curves["val_gain_db"]) if len(curves) else None
    panel.axvline(0, color="0.35", linewidth=1.1, zorder=1)
    for place, model in enumerate(last.index):
        gains = curves.loc[curves["model"] == model, "val_gain_db"]
        shown = gains if floor is None else gains.clip(lower=floor)
        panel.plot([shown.min(), shown.max()], [place, place], color="0.7", linewidth=2.5, zorder=2)
        for gain, fill in ((gains.iloc[0], "white"), (gains.iloc[-1], figures.COLORS[0])):
            below = floor is not None and gain < floor
            style = {"marker": "<" if below else "o", "markerfacecolor": fill, "markeredgewidth": 1.6}
            panel.plot([max(gain, floor) if below else gain], [place], color=figures.COLORS[0], **style)
        epochs = f"{len(gains)} epoch{'s' * (len(gains) > 1)}"
        text = f"{format_db(gains.iloc[-1])} after {epochs}"
        panel.text(1.01, place, text, transform=panel.get_yaxis_transform(), **_LABEL)
    panel.set_yticks(range(len(last)), labels=list(last.index), fontsize=9)
    panel.set_ylim(-0.7, max(len(last), 1) - 0.3)
    panel.set_xlabel("PSNR gain over the JPEG (0), validation images (dB)")
    panel.set_title("After the first epoch (hollow) and after the last (filled)", fontsize=11)
    panel.grid(alpha=0.25, axis="x")
    figures.save(path, figure)


def _draw_baselines(panel: Axes, baselines: pd.DataFrame, cost: str) -> None:
    """Draw each baseline as a line with its name at the right end, and as a point where its cost is known."""
    ranked = baselines.sort_values("gain_db", kind="stable").to_dict("records")
    heights = _spread_labels(panel, [row["gain_db"] for row in ranked])
    for index, (row, height) in enumerate(zip(ranked, heights, strict=True)):
        line = {"color": "0.35", "linestyle": _LINES[index % len(_LINES)], "linewidth": 1.1, "zorder": 1}
        panel.axhline(row["gain_db"], **line)
        panel.plot([row[cost]], [row["gain_db"]], color="0.35", marker=".", markersize=10)
        text = f"{row['method']} {format_db(row['gain_db'])}"
        panel.text(1.01, height, text, transform=panel.get_yaxis_transform(), color="0.25", **_LABEL)


def _draw_networks(panel: Axes, networks: pd.DataFrame, cost: str, describe: Callable[[Any], str]) -> None:
    """Draw each network as a point with its name towards the middle, moved up where names would overlap."""
    low, high = panel.get_ylim()
    floor = low + 0.03 * (high - low)
    ranked = networks.assign(height=networks["gain_db"].clip(lower=floor)).sort_values("height", kind="stable")
    rows = list(ranked.itertuples())
    for row in rows:
        below = row.gain_db < floor
        fill = figures.COLORS[0] if row.beats_baselines == "yes" or below else "white"
        style = {"marker": "v" if below else "o", "markersize": 7, "markerfacecolor": fill, "markeredgewidth": 1.6}
        panel.plot([getattr(row, cost)], [row.height], color=figures.COLORS[0], zorder=3, **style)
    panel.set_xlim(panel.get_xlim())  # the names are placed by it
    points = ranked[[cost, "height"]].to_numpy()
    for row, height in zip(rows, _spread_labels(panel, ranked["height"]), strict=True):
        text = (
            f"{row.method}, {format_db(row.gain_db)}" if row.gain_db < floor else f"{row.method} ({describe(row)})"
        )
        place = (getattr(row, cost), height)
        side, align = (-9, "right") if _is_label_left(panel, place, text, points) else (9, "left")
        beside = offset_copy(panel.transData, panel.figure, x=side, units="points")
        white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}  # over lines and the grid
        panel.text(*place, text, transform=beside, ha=align, bbox=white, zorder=2, **_LABEL)


def _spread_labels(panel: Axes, values: Iterable[float]) -> list[float]:
    """Return the heights of labels of ascending `values`, apart from each other and within the panel."""
    low, high = panel.get_ylim()
    return figures.spread(values, _LABEL_SHARE * (high - low), highest=high)


def _is_label_left(panel: Axes, place: tuple[float, float], text: str, points: np.ndarray) -> bool:
    """Return whether a label belongs to the left of its place: where it fits and covers none of the (n, 2) points.

    If both sides do, or none, it is the one towards the middle.
    """
    to_axes = panel.transData + panel.transAxes.inverted()
    across, up = to_axes.transform(place)
    distances, heights = (to_axes.transform(points) - (across, up)).T
    beside = distances[(np.abs(heights) < 0.6 * _LABEL_SHARE) & (np.abs(distances) > 1e-9)]
    width = _CHARACTER_SHARE * len(text)
    left_faults = (width > across) + ((-width < beside) & (beside < 0)).sum()
    right_faults = (width > 1 - across) + ((beside > 0) & (beside < width)).sum()
    return bool(left_faults < right_faults or (left_faults == right_faults and across > 0.5))


def _find_ends(gains: pd.Series) -> tuple[float, float]:
    """Return the ends of an axis of gains: with losses that would flatten the rest beyond the lower one."""
    floor = _find_floor(gains)
    low, high = (gains.min() if floor is None else floor), gains.max()
    margin = 0.08 * ((high - low) or 1)
    return low - margin, high + margin


def _style(index: int) -> dict[str, str | float]:
    """Return the look of the `index`-th network, the same in all figures; the first 49 differ."""
    turn, color = divmod(index, len(figures.COLORS))
    marker = figures.MARKERS[(index + turn) % len(figures.MARKERS)]
    style = {"color": figures.COLORS[color], "marker": marker, "linestyle": "--" if turn % 2 else "-"}
    return style | {"linewidth": 1.6, "markersize": 6}


def format_compact(number: float) -> str:
    """Return 0.5, 20, 50k or 1M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:.3g}{name}"
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
