"""The points of the plane, for each photograph and as means, and what they say."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recon.core import files
from recon.referee import curves, leaderboard, scoring
from recon.report.columns import title

MEAN = "mean"  # in the column `image`: over all photographs
MEASURES = {"psnr_db": "PSNR (dB)", "ssim": "SSIM", "ms_ssim": "MS-SSIM"}
REFERENCE = "jpeg"
NEXT_TO_NOTHING_DB = 0.05  # it would read as 0.0
RATE_FACTORS = (0.5, 1, 2)  # around `plot.mosaic_bpp`: the rates at which methods are set side by side


def points(board: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart: columns method, variant, image, bpp, and those MEASURES that there are.

    `image` is a photograph's name, or MEAN for the leaderboard's own rows, which come first. Of the leaderboard's
    points those beyond the chart are left out.
    """
    board, _ = leaderboard.drawn(board)
    scores = pd.concat([files.read_csv(f"metrics/{family}.csv") for family in board["family"].unique()])
    own = board[["family", "entry", "variant", "method"]].assign(subject=leaderboard.SUBJECT)
    single = own.merge(scores, on=scoring.POINT, how="left", validate="one_to_many")
    kept = ["method", "variant", "image", "bpp", *measures(board)]
    return pd.concat([board.assign(image=MEAN)[kept], single[kept]], ignore_index=True)


def measures(board: pd.DataFrame) -> list[str]:
    """Return the names of the MEASURES that the leaderboard has."""
    return [name for name in MEASURES if name in board and board[name].notna().any()]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what the chart is drawn from: a record for each of `points`, with what it is on the front by.

    The front is that of one photograph, or of the means; see `recon.referee.curves.is_on_front`.
    """
    found = []
    for _, own in table.groupby("image", sort=False):
        known = {name: own[own[name].notna()] for name in measures(own)}
        fronts = {name: _front(part, name) for name, part in known.items()}
        for place, row in scoring.rounded(own).to_dict("index").items():
            told = {key: value for key, value in row.items() if pd.notna(value)}
            found.append(told | {"front": [name for name, places in fronts.items() if place in places]})
    return found


def _front(own: pd.DataFrame, measure: str) -> set[Any]:
    """Return the index labels of the points on the front."""
    return set(own.index[curves.is_on_front(own["method"], own["bpp"], own[measure])])


def against_jpeg(point: Any) -> str:
    """Return in words that end a sentence how far a point of the leaderboard lies above JPEG's curve."""
    gain = point.gain_over_jpeg_db
    if pd.isna(gain):
        return "a rate to which JPEG's curve does not reach"
    if abs(gain) < NEXT_TO_NOTHING_DB:
        return "as JPEG has at that rate"
    return f"{abs(gain):.1f} dB {'above' if gain > 0 else 'below'} JPEG at that rate"


def near(board: pd.DataFrame, target: float) -> dict[str, pd.DataFrame]:
    """Return label -> of each method the point nearest to a rate, for the rates around `target`."""
    rates = [factor * target for factor in RATE_FACTORS]
    return {label(rate): leaderboard.mosaic_points(board, rate) for rate in rates}


def label(rate: float) -> str:
    """Return what points near a rate are called."""
    return f"≈ {rate:.2g} bpp"


def said(board: pd.DataFrame, target: float) -> list[str]:
    """Return what the plane shows, in sentences: the best near one rate, the fronts, and what is off the chart."""
    shown, note = leaderboard.drawn(board)
    near_it = leaderboard.mosaic_points(shown, target).sort_values("psnr_db", kind="stable")
    best = list(near_it.itertuples())[-1]
    sentences = [
        f"Near {target:g} bits per pixel {title(best.method)} is best: {best.psnr_db:.1f} dB at "
        f"{best.bpp:.2f} bpp, {against_jpeg(best)}."
    ]
    for measure in measures(shown):
        counts = shown.loc[sorted(_front(shown.dropna(subset=[measure]), measure)), "method"].value_counts(
            sort=False
        )
        parts = [
            f"{title(name)} ({count} {'point' if count == 1 else 'points'})" for name, count in counts.items()
        ]
        sentences.append(f"On the Pareto front of {MEASURES[measure].split()[0]}: {listed(parts)}.")
    return sentences + [f"{note}."] * bool(note)


def listed(parts: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
