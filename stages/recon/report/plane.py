"""The points of the plane, for each photograph and as means, and sentences on them."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from recon.core import rooms
from recon.referee import curves, leaderboard, scoring
from recon.settings import groups

MEAN = "mean"  # in the column `image`: over all photographs
MEASURES = {"psnr_db": "PSNR (dB)", "ssim": "SSIM", "ms_ssim": "MS-SSIM"}
REFERENCE = "jpeg"
EQUAL_DB = 0.05  # a smaller difference would be written as 0.0
RATE_FACTORS = (0.5, 1, 2)  # of `plot.mosaic_bpp`: the rates at which the page sets methods side by side
# Names that people write otherwise than entries of params.yaml, which have no capitals and no blanks.
_TITLES = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "webp": "WebP", "avif": "AVIF"}


def title(name: str) -> str:
    """Return the name of a method or a photograph as people write it."""
    return _TITLES.get(name, name.replace("_", " "))


def chart_points(board: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart: columns method, variant, image, bpp, and those of MEASURES that there are.

    `image` is a photograph's name, or MEAN for the rows of the leaderboard, which come first. Points of the
    leaderboard that are off the chart are left out.
    """
    board, _ = leaderboard.split_off_chart(board)
    scores = leaderboard.read_scores(board["family"].unique())
    points = board[["family", "entry", "variant", "method"]].assign(subject=leaderboard.SUBJECT)
    by_image = points.merge(scores, on=scoring.POINT, how="left", validate="one_to_many")
    columns = ["method", "variant", "image", "bpp", *measures(board)]
    return pd.concat([board.assign(image=MEAN)[columns], by_image[columns]], ignore_index=True)


def measures(board: pd.DataFrame) -> list[str]:
    """Return the names of those MEASURES that the leaderboard has."""
    return [name for name in MEASURES if name in board and board[name].notna().any()]


def records(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a record for each of the `chart_points`; `front` lists the measures by which it is on the front.

    The front is that of its photograph, or of the means; see `recon.referee.curves.is_on_front`.
    """
    listed = []
    for _, group in points.groupby("image", sort=False):
        fronts = {name: _front(group.dropna(subset=[name]), name) for name in measures(group)}
        for place, row in scoring.rounded(group).to_dict("index").items():
            values = {name: value for name, value in row.items() if pd.notna(value)}
            listed.append(values | {"front": [name for name, places in fronts.items() if place in places]})
    return listed


def _front(points: pd.DataFrame, measure: str) -> set[Any]:
    """Return the index labels of the points on the front."""
    return set(points.index[curves.is_on_front(points["method"], points["bpp"], points[measure])])


def compare_with_jpeg(point: Any) -> str:
    """Return how far a point of the leaderboard lies above JPEG's curve, as the end of a sentence."""
    gain = point.gain_over_jpeg_db
    if pd.isna(gain):
        return "a rate beyond the ends of JPEG's curve"
    if abs(gain) < EQUAL_DB:
        return "the PSNR of JPEG at that rate"
    return f"{abs(gain):.1f} dB {'above' if gain > 0 else 'below'} JPEG at that rate"


def points_near_rates(board: pd.DataFrame, target: float) -> dict[str, pd.DataFrame]:
    """Return label -> each method's point nearest to a rate, for the rates around `target`."""
    rates = [factor * target for factor in RATE_FACTORS]
    return {rate_label(rate): leaderboard.nearest_points(board, rate) for rate in rates}


def rate_label(rate: float) -> str:
    """Return the label of the points near a rate."""
    return f"≈ {rate:.2g} bpp"


def describe_plane(board: pd.DataFrame, target: float) -> list[str]:
    """Return sentences on the best point near one rate, the fronts, and what is off the chart."""
    points, note = leaderboard.split_off_chart(board)
    ranked = leaderboard.nearest_points(points, target).sort_values("psnr_db", kind="stable")
    best = list(ranked.itertuples())[-1]
    sentences = [
        f"Near {target:g} bits per pixel {title(best.method)} is best: {best.psnr_db:.1f} dB at "
        f"{best.bpp:.2f} bpp, {compare_with_jpeg(best)}."
    ]
    for measure in measures(points):
        front = points.loc[sorted(_front(points.dropna(subset=[measure]), measure))]
        parts = [
            f"{title(name)} ({count} {'point' if count == 1 else 'points'})"
            for name, count in front["method"].value_counts(sort=False).items()
        ]
        sentences.append(f"On the Pareto front of {MEASURES[measure].split()[0]}: {join_words(parts)}.")
    return sentences + [f"{note}."] * bool(note)


def describe_decoders(board: pd.DataFrame) -> Iterator[str]:
    """Yield sentences on which shared decoders were trained on the very photographs that they are scored on.

    An experiment's `trained_on` says so, or for all experiments of a family TRAINED_ON in its findings.
    """
    shared = board[board["decoder_bytes"].notna()].drop_duplicates("method")
    is_trained = [
        _trained_on(row.family, row.entry) == f"subjects/{leaderboard.SUBJECT}" for row in shared.itertuples()
    ]
    names = shared["method"].map(title)
    on_plane, on_others = names[is_trained], names[[not trained for trained in is_trained]]
    if len(on_plane):
        yield (
            "Trained on the very photographs that they are scored on, and so knowing more than their payload "
            f"tells: {join_words(on_plane)}."
        )
    if len(on_others):
        yield f"Trained on what params.yaml names for training instead: {join_words(on_others)}."


def _trained_on(family: str, entry: str) -> str | None:
    declared = groups.read(family)["experiments"][entry].get("trained_on")
    return declared or rooms.part_constant(family, "findings", "TRAINED_ON")


def join_words(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
