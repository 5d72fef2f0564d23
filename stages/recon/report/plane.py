"""The points of the plane, for each photograph and as means, and what they say."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recon import files, leaderboard, scoring
from recon.report.columns import title

MEAN = "mean"  # in the column `image`: over all photographs
MEASURES = {"psnr_db": "PSNR (dB)", "ssim": "SSIM", "ms_ssim": "MS-SSIM"}
REFERENCE = "jpeg"
NEXT_TO_NOTHING_DB = 0.05  # it would read as 0.0
RATE_FACTORS = (0.5, 1, 2)  # around `plot.mosaic_bpp`: the rates at which methods are set side by side


def points(board: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart: columns method, variant, image, bpp, and those MEASURES that there are.

    `image` is a photograph's name, or MEAN for the leaderboard's own rows, which come first.
    """
    scores = pd.concat([files.read_csv(f"metrics/{family}.csv") for family in board["family"].unique()])
    own = board[["family", "entry", "variant", "method"]].assign(subject=leaderboard.SUBJECT)
    single = own.merge(scores, on=scoring.POINT, how="left", validate="one_to_many")
    kept = ["method", "variant", "image", "bpp", *measures(board)]
    return pd.concat([board.assign(image=MEAN)[kept], single[kept]], ignore_index=True)


def measures(board: pd.DataFrame) -> list[str]:
    """Return the names of the MEASURES that the leaderboard has."""
    return [name for name in MEASURES if name in board]


def front(table: pd.DataFrame, measure: str) -> pd.Series:
    """Return which points of one photograph, or of the means, no other beats at its rate or a lower one."""
    ranked = table.sort_values(["bpp", measure], ascending=[True, False], kind="stable")
    best_before = ranked[measure].cummax().shift(fill_value=float("-inf"))
    return (ranked[measure] > best_before).reindex(table.index)


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return what the chart is drawn from: a record for each point, with the measures by which it is on the front.

    Points beyond the chart are not among them, and so a front is that of what is drawn.
    """
    shown, _ = leaderboard.drawn(table)
    marks = pd.DataFrame({name: _fronts(shown, name) for name in measures(table)})
    told = [[name for name, on in row.items() if on] for row in marks.to_dict("records")]
    plain = scoring.rounded(shown).to_dict("records")
    return [
        {k: v for k, v in row.items() if pd.notna(v)} | {"front": on} for row, on in zip(plain, told, strict=True)
    ]


def _fronts(table: pd.DataFrame, measure: str) -> pd.Series:
    return pd.concat([front(own, measure) for _, own in table.groupby("image", sort=False)]).reindex(table.index)


def gain_db(board: pd.DataFrame, *, bpp: float, psnr_db: float) -> float | None:
    """Return by how much a PSNR is above that of JPEG at an equal rate, None where JPEG's curve does not reach.

    JPEG's PSNR is taken to be linear in the logarithm of the rate between two of its points.
    """
    curve = board[board["method"] == REFERENCE].sort_values("bpp")
    if curve.empty or not curve["bpp"].iloc[0] <= bpp <= curve["bpp"].iloc[-1]:
        return None
    return psnr_db - float(np.interp(np.log(bpp), np.log(curve["bpp"]), curve["psnr_db"]))


def against_jpeg(board: pd.DataFrame, *, bpp: float, psnr_db: float) -> str:
    """Return `gain_db` in words that end a sentence."""
    gain = gain_db(board, bpp=bpp, psnr_db=psnr_db)
    if gain is None:
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
    """Return what the plane shows, in sentences: the best near one rate, the front, and what is off the chart."""
    shown, note = leaderboard.drawn(board)
    best = leaderboard.mosaic_points(shown, target).sort_values("psnr_db", kind="stable").iloc[-1]
    found = against_jpeg(board, bpp=best["bpp"], psnr_db=best["psnr_db"])
    sentences = [
        f"Near {target:g} bits per pixel {title(best['method'])} is best: {best['psnr_db']:.1f} dB at "
        f"{best['bpp']:.2f} bpp, {found}."
    ]
    for measure in measures(board):
        counts = shown[front(shown, measure)].groupby("method", sort=False).size()
        sentences.append(f"On the Pareto front of {MEASURES[measure].split()[0]}: {_counted(counts)}.")
    return sentences + [f"{note}."] * bool(note)


def _counted(counts: pd.Series) -> str:
    parts = [
        f"{title(method)} ({count} {'point' if count == 1 else 'points'})" for method, count in counts.items()
    ]
    return listed(parts)


def listed(parts: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
