"""From the 64/32/16 network to a codec: what each step brings, at equal training time.

The record has a curve for each rung, in this order; see the recipe `autoencoder-ladder`.
"""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from recon.core import files
from recon.drawing import figures, looks
from recon.families.autoencoder.params import FAMILY
from recon.families.shared import curve_figures
from recon.families.shared.recorded_curves import RECORDS, say_missing

NAME = "autoencoder-ladder"
ANCHORS = ("jpeg", "webp")
RUNGS = {
    "pooled": "the 64/32/16 network, its latent rounded and coded",
    "strided": "strides and residual blocks instead of pooling",
    "rate": "rounding and the rate in the loss",
    "blocks": "coefficients of blocks instead, an entropy model; one network for all rates",
    "contexts": "14 neighbors instead of one in the context models of DC coefficients",
    "prior": "a state of 48 numbers instead of one: fine coefficients are predicted from coarse ones",
}
_LABEL = "{:+.0f} %"
_RATES = (0.095, 1.4)  # that are shown
_LOWEST_DB = 20.0  # below it are only latents that are rounded far too coarsely


def draw(path: str | Path, record: Mapping[str, Any]) -> None:
    """Draw the curves of all rungs, and how many times JPEG's bits each takes at equal PSNR."""
    figure = figures.new_figure(13.5, 5.2)
    curves, bars = figure.subplots(1, 2, width_ratios=[1, 1.1])
    names = list(record["points"])
    anchors = record["anchors"][names[-1]]
    codecs = [pd.DataFrame(anchors[codec]).assign(method=codec, family=looks.CODECS) for codec in ANCHORS]
    curve_figures.draw_rates(curves, pd.concat(codecs, ignore_index=True), limits=_RATES)
    for index, name in enumerate(names):
        points = pd.DataFrame(record["points"][name].values()).sort_values("bpp")
        figures.draw_curve(curves, points["bpp"], points["psnr_db"], label=name, index=index)
    curves.set_ylim(bottom=_LOWEST_DB)
    curves.legend(fontsize=8, frameon=False, loc="lower right")
    _draw_bars(bars, {name: rates.get("jpeg") for name, rates in record["bd_rate_percent"].items()})
    count = max(point["images"] for point in record["points"][names[0]].values())
    figure.suptitle(
        f"From the 64/32/16 network to a codec, means over {curve_figures.count_photographs(count)}", fontsize=13
    )
    figures.save(path, figure)


def tabulate() -> tuple[list[str], list[list[str]], dict[str, Any]] | str:
    """Return a row for each rung: what it adds, its training time, and its bits at equal PSNR."""
    path = RECORDS / f"{NAME}.json"
    if not path.is_file():
        return say_missing(NAME)
    record = files.read_json(path)
    header = ["rung", "what it adds", "training (min)"]
    rows = [
        [
            name,
            RUNGS[name],
            f"{record['seconds'][FAMILY][name]['train_seconds'] / 60:.1f}",
            *(_LABEL.format(rates[codec]) if codec in rates else "" for codec in ANCHORS),
        ]
        for name, rates in record["bd_rate_percent"].items()
    ]
    return [*header, *(f"bits against {codec}" for codec in ANCHORS)], rows, record


def _draw_bars(panel: Axes, rates: Mapping[str, float | None]) -> None:
    """Draw factors on a logarithmic scale, the first rung above; one that has no rate has no bar."""
    for place, rate in enumerate(rates.values()):
        if rate is None:
            panel.text(1, place, " no PSNR in common", va="center", fontsize=9)
            continue
        factor = 1 + rate / 100
        panel.barh(place, factor - 1, left=1, height=0.6, color="tab:blue" if factor < 1 else "tab:gray")
        panel.text(factor, place, f" {_LABEL.format(rate)} ", va="center", ha="left" if factor > 1 else "right")
    panel.axvline(1, color="black", linewidth=0.8)
    panel.set_yticks(range(len(rates)), labels=[f"{name}\n{_wrap(RUNGS[name])}" for name in rates], fontsize=8)
    panel.invert_yaxis()
    panel.set(xscale="log", xlabel="bits at equal PSNR, times those of JPEG")
    panel.set_xticks([0.25, 0.5, 1, 2, 4, 8], labels=["1/4", "1/2", "1", "2", "4", "8"])
    panel.minorticks_off()
    factors = [1 + rate / 100 for rate in rates.values() if rate is not None]
    panel.set_xlim(0.6 * min([0.5, *factors]), 1.7 * max([1.5, *factors]))


def _wrap(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 40))
