"""From an analysis network to optimization: what further steps bring, beside codecs fitted from the start.

cost = mean squared error of colors in [0, 1] + lambda x bits per pixel
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.reconstruction import setting_text
from recon.drawing import figures
from recon.families.shared.recorded_curves import RECORDS, say_missing
from recon.settings.sweeps import BASE

NAME = "autoencoder-bridge"
AXIS, FACTOR = "refine", "steps"  # of the refined codec, and of the fitted ones
FITTED = "overfitted"  # the family of these
_THOUSANDTHS = 1000
_LEVELS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 1.7, 2, 2.5, 3, 4, 5, 7, 10, 20, 30, 50)  # of the cost
_MARGIN = 1.05

Curves = dict[str, dict[str, list[dict[str, float]]]]


def has_steps(scores: pd.DataFrame, fitted: pd.DataFrame) -> bool:
    """Return whether a run has what `summarize` compares: curves across `refine`, and a sweep over `steps`."""
    return AXIS in set(scores.get("axis", ())) and FACTOR in set(fitted.get("factor", ()))


def summarize(scores: pd.DataFrame, fitted: pd.DataFrame, *, steps: Mapping[str, int]) -> Curves:
    """Return lambda -> entry -> points in the order of their steps: steps, bpp, psnr_db and cost in thousandths.

    Args:
        scores: of the family; those across `refine` count.
        fitted: the scores of codecs whose entries have a sweep over `steps`, with the number as the value's name.
        steps: of the base of each of these entries.
    """
    refined = scores[scores["axis"] == AXIS].rename(columns={"across": "steps"})
    base = fitted[fitted["factor"] == BASE].assign(steps=lambda rows: rows["entry"].map(steps))
    swept = fitted[fitted["factor"] == FACTOR].rename(columns={"value": "steps"})
    points = pd.concat([refined, base, swept], ignore_index=True).astype({"steps": int, "lmbda": float})
    error = 10 ** (-points["psnr_db"] / 10)
    points["cost"] = _THOUSANDTHS * (error + points["lmbda"] * points["bpp"])
    keys = ["lmbda", "entry", "steps"]
    means = points.groupby(keys)[["bpp", "psnr_db", "cost"]].mean().round(5).reset_index()
    return {
        setting_text(lmbda): {
            entry: curve.drop(columns=["lmbda", "entry"]).to_dict("records")
            for entry, curve in at_lambda.groupby("entry", sort=False)
        }
        for lmbda, at_lambda in means.groupby("lmbda")
    }


def tabulate() -> tuple[list[str], list[list[str]], dict[str, Any]] | str:
    """Return a row for each codec and lambda: its cost in thousandths after so many steps."""
    path = RECORDS / f"{NAME}.json"
    if not path.is_file():
        return say_missing(NAME)
    record = files.read_json(path)
    curves = record["bridge"]
    steps = sorted({point["steps"] for at in curves.values() for points in at.values() for point in points})
    rows = [
        [lmbda, entry, *({point["steps"]: f"{point['cost']:.3f}" for point in points}.get(s, "") for s in steps)]
        for lmbda, entries in curves.items()
        for entry, points in entries.items()
    ]
    return ["lambda", "1000 x cost", *(f"{number} steps" for number in steps)], rows, record


def draw(path: str | Path, curves: Curves) -> None:
    """Draw the cost over the number of steps, a panel for each lambda."""
    figure = figures.new_figure(5.4 * len(curves), 4.6)
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for panel, (lmbda, entries) in zip(panels, curves.items(), strict=True):
        for index, (entry, points) in enumerate(entries.items()):
            steps, costs = ([point[name] for point in points] for name in ("steps", "cost"))
            figures.draw_curve(panel, steps, costs, label=entry, index=index)
        ticks = sorted({point["steps"] for points in entries.values() for point in points})
        panel.set_xscale("symlog", linthresh=50)
        panel.set_yscale("log")
        costs = sorted(point["cost"] for points in entries.values() for point in points)
        levels = [level for level in _LEVELS if costs[0] / _MARGIN <= level <= costs[-1] * _MARGIN]
        panel.set_ylim(costs[0] / _MARGIN, costs[-1] * _MARGIN)
        panel.set_yticks(levels, labels=[f"{level:g}" for level in levels])
        panel.set_xticks(ticks, labels=[f"{tick:,}" for tick in ticks])
        panel.minorticks_off()
        panel.set(xlabel="steps of gradient descent", title=f"lambda {lmbda}")
        panel.grid(alpha=0.25)
    panels[0].set_ylabel("1000 x (squared error + lambda x bits per pixel)")
    panels[-1].legend(frameon=False)
    figure.suptitle("From one pass of a network to optimization, means over the photographs", fontsize=13)
    figures.save(path, figure)
