"""From an analysis network to optimization: what further steps bring, beside codecs fitted from the start.

cost = mean squared error of colors in [0, 1] + lambda x bits per pixel
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from recon.core.reconstruction import setting_text
from recon.drawing import figures

AXIS, FACTOR = "refine", "steps"  # of the refined codec, and of the fitted ones
_THOUSANDTHS = 1000

Curves = dict[str, dict[str, list[dict[str, float]]]]


def summarize(scores: pd.DataFrame, others: Mapping[str, pd.DataFrame], *, fitted: str) -> Curves:
    """Return lambda -> entry -> points in the order of their steps: steps, bpp, psnr_db and cost in thousandths.

    Args:
        scores: of the family; those across `refine` count.
        others: the scores of other families by name.
        fitted: the family of codecs whose entries have a sweep over `steps`, with the number as the value's name.
    """
    refined = scores[scores.get("axis", pd.Series(index=scores.index)) == AXIS].rename(columns={"across": "steps"})
    rows = others.get(fitted, pd.DataFrame(columns=["factor", "value"]))
    swept = rows[rows["factor"] == FACTOR].rename(columns={"value": "steps"})
    points = pd.concat([refined, swept], ignore_index=True).astype({"steps": int, "lmbda": float})
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
        panel.set_xticks(ticks, labels=[f"{tick:,}" for tick in ticks])
        panel.minorticks_off()
        panel.set(xlabel="steps of gradient descent", title=f"lambda {lmbda}")
        panel.grid(alpha=0.25)
    panels[0].set_ylabel("1000 x (squared error + lambda x bits per pixel)")
    panels[-1].legend(frameon=False)
    figure.suptitle("From one pass of a network to optimization, means over the photographs", fontsize=13)
    figures.save(path, figure)
