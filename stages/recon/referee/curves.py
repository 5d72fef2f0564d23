"""What the curves of the plane say beside one another: the front, the gain over JPEG, and BD-rates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import Akima1DInterpolator

from recon.core.errors import UserError
from recon.referee.bd_rate import Curve, bd_rate_percent

ANCHORS = ("jpeg", "webp")  # entries of `classical` against which rates are held
METHODS = [
    *[
        "method",
        "family",
        "points",
        "points_on_front",
        "points_on_front_with_decoder",
        "lowest_bpp",
        "highest_bpp",
    ],
    *(f"bd_rate_{anchor}_{what}" for anchor in ANCHORS for what in ("percent", "from_db", "to_db")),
]


def compared(points: pd.DataFrame) -> pd.DataFrame:
    """Return `points` with their gain_over_jpeg_db, and yes or no in on_front and on_front_with_decoder."""
    with_decoder = points["bpp"] + points["decoder_bpp"].fillna(0)
    return points.assign(
        gain_over_jpeg_db=_gain_db(points, _anchor(points, "jpeg")),
        on_front=_yes(is_on_front(points["method"], points["bpp"], points["psnr_db"])),
        on_front_with_decoder=_yes(is_on_front(points["method"], with_decoder, points["psnr_db"])),
    )


def is_on_front(methods: Sequence[str], rates: Sequence[float], values: Sequence[float]) -> np.ndarray:
    """Tell of each point whether no method has as low a rate and as high a value, and one of the two better.

    Not at one of its points, nor on a line between two, straight over the logarithm of the rate: what lies just
    right of a gap between another method's settings is no better for it.
    """
    method, rate, value = np.asarray(methods), np.asarray(rates, float), np.asarray(values, float)
    as_good = (rate <= rate[:, np.newaxis]) & (value >= value[:, np.newaxis])
    better = (rate < rate[:, np.newaxis]) | (value > value[:, np.newaxis])
    is_passed = (as_good & better).any(axis=1)
    for name in np.unique(method):
        own = np.flatnonzero(method == name)
        own = own[np.argsort(rate[own], kind="stable")]
        reached = np.maximum.accumulate(value[own])
        is_passed |= np.interp(np.log(rate), np.log(rate[own]), reached, left=-np.inf) > value
    return ~is_passed


def summarize(points: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method with the METHODS' columns, of points that `compared` has seen.

    A BD-rate is absent where there is none to tell: of fewer than 3 points, of a PSNR that does not grow with
    the rate, of curves that share no PSNR, or in a plane without that anchor.
    """
    anchors = {name: _curve(_anchor(points, name)) for name in ANCHORS}
    rows = []
    for (method, family), own in points.groupby(["method", "family"], sort=False):
        row = {"method": method, "family": family, "points": len(own)}
        row |= {
            f"points_{mark}": int((own[mark] == "yes").sum()) for mark in ("on_front", "on_front_with_decoder")
        }
        row |= {"lowest_bpp": own["bpp"].min(), "highest_bpp": own["bpp"].max()}
        for name, anchor in anchors.items():
            row |= _bd_rate(name, anchor=anchor, test=_curve(own))
        rows.append(row)
    return pd.DataFrame(rows, columns=METHODS)


def _anchor(points: pd.DataFrame, name: str) -> pd.DataFrame:
    return points[(points["family"] == "classical") & (points["entry"] == name)]


def _curve(points: pd.DataFrame) -> Curve:
    return list(zip(points["bpp"], points["psnr_db"], strict=True))


def _gain_db(points: pd.DataFrame, anchor: pd.DataFrame) -> pd.Series:
    """Return by how much the points lie above the anchor's curve at their own rate; none beyond its ends.

    Between its points the curve is what BD-rate takes it for too: Akima's, over the logarithm of the rate.
    """
    curve = anchor.sort_values(["bpp", "psnr_db"]).drop_duplicates("bpp", keep="last")
    if len(curve) < 2:
        return pd.Series(np.nan, index=points.index)
    at = Akima1DInterpolator(np.log(curve["bpp"]), curve["psnr_db"], extrapolate=False)
    return points["psnr_db"] - at(np.log(points["bpp"]))


def _yes(is_so: np.ndarray) -> np.ndarray:
    return np.where(is_so, "yes", "no")


def _bd_rate(name: str, *, anchor: Curve, test: Curve) -> dict[str, Any]:
    try:
        rate = bd_rate_percent(anchor=anchor, test=test)
    except UserError:  # which says what points to add; the row of a plane has an empty cell
        return {}
    keys = (f"bd_rate_{name}_{what}" for what in ("percent", "from_db", "to_db"))
    return dict(zip(keys, rate, strict=True))
