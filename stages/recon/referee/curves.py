"""Comparisons of the curves of the plane: the Pareto front, the gain over JPEG, and BD-rates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import Akima1DInterpolator

from recon.core.errors import UserError
from recon.referee import fields
from recon.referee.bd_rate import Curve, bd_rate_percent


def compare(points: pd.DataFrame) -> pd.DataFrame:
    """Return `points` with gain_over_jpeg_db, and yes or no in on_front and on_front_with_decoder."""
    rates = {"on_front": points["bpp"], "on_front_with_decoder": points["bpp"] + points["decoder_bpp"].fillna(0)}
    fronts = {name: is_on_front(points["method"], rate, points["psnr_db"]) for name, rate in rates.items()}
    return points.assign(
        gain_over_jpeg_db=_compute_gain_db(points, _select_anchor(points, "jpeg")),
        **{name: np.where(front, "yes", "no") for name, front in fronts.items()},
    )


def is_on_front(methods: Sequence[str], rates: Sequence[float], values: Sequence[float]) -> np.ndarray:
    """Return for each point whether no method dominates it, with as low a rate and as high a value, one better.

    A method also reaches the lines between its points, straight over the logarithm of the rate: otherwise a point
    in a gap between another method's points would be on the front.
    """
    method, rate, value = np.asarray(methods), np.asarray(rates, float), np.asarray(values, float)
    as_good = (rate <= rate[:, np.newaxis]) & (value >= value[:, np.newaxis])
    better = (rate < rate[:, np.newaxis]) | (value > value[:, np.newaxis])
    is_dominated = (as_good & better).any(axis=1)
    for name in np.unique(method):
        places = np.flatnonzero(method == name)
        places = places[np.argsort(rate[places], kind="stable")]
        best = np.maximum.accumulate(value[places])
        is_dominated |= np.interp(np.log(rate), np.log(rate[places]), best, left=-np.inf) > value
    return ~is_dominated


def summarize(points: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method with the columns of fields.METHODS, of points returned by `compare`.

    A BD-rate is absent where it is undefined: with fewer than 3 points, a PSNR that does not grow with the rate,
    curves that share no PSNR, or a plane without that anchor.
    """
    anchors = {name: _list_points(_select_anchor(points, name)) for name in fields.ANCHORS}
    rows = []
    for (method, family), curve in points.groupby(["method", "family"], sort=False):
        row = {"method": method, "family": family, "points": len(curve)}
        for column in ("on_front", "on_front_with_decoder"):
            row[f"points_{column}"] = int((curve[column] == "yes").sum())
        row |= {"lowest_bpp": curve["bpp"].min(), "highest_bpp": curve["bpp"].max()}
        for name, anchor in anchors.items():
            row |= _compute_bd_rate(name, anchor=anchor, test=_list_points(curve))
        rows.append(row)
    return pd.DataFrame(rows, columns=fields.columns(fields.METHODS))


def _select_anchor(points: pd.DataFrame, name: str) -> pd.DataFrame:
    return points[(points["family"] == "classical") & (points["entry"] == name)]


def _list_points(points: pd.DataFrame) -> Curve:
    return list(zip(points["bpp"], points["psnr_db"], strict=True))


def _compute_gain_db(points: pd.DataFrame, anchor: pd.DataFrame) -> pd.Series:
    """Return the height of each point above the anchor's curve at its rate; NaN beyond the ends of the curve.

    Between its points the curve is interpolated as for BD-rates: by Akima, over the logarithm of the rate.
    """
    curve = anchor.sort_values(["bpp", "psnr_db"]).drop_duplicates("bpp", keep="last")
    if len(curve) < 2:
        return pd.Series(np.nan, index=points.index)
    psnr_db = Akima1DInterpolator(np.log(curve["bpp"]), curve["psnr_db"], extrapolate=False)
    return points["psnr_db"] - psnr_db(np.log(points["bpp"]))


def _compute_bd_rate(name: str, *, anchor: Curve, test: Curve) -> dict[str, Any]:
    try:
        rate = bd_rate_percent(anchor=anchor, test=test)
    except UserError:  # undefined; the table has an empty cell
        return {}
    ends = ("percent", "from_db", "to_db")
    return dict(zip([f"bd_rate_{name}_{end}" for end in ends], rate, strict=True))
