"""The points of the plane, for each photograph and as means, and sentences on them."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from recon.core import rooms
from recon.core.words import join_words
from recon.referee import curves, leaderboard, scoring
from recon.settings import groups

MEAN = "mean"  # in the column `image`: over all photographs
MEASURES = {"psnr_db": "PSNR (dB)", "ssim": "SSIM", "ms_ssim": "MS-SSIM", "ssimulacra2": "SSIMULACRA 2"}
REFERENCE = "jpeg"
EQUAL_DB = 0.05  # smaller differences would be printed as 0.0
RATE_FACTORS = (0.5, 1, 2)  # of `plot.mosaic_bpp`: the rates at which the page compares methods
# Proper spellings of names; entries of params.yaml have neither capitals nor blanks.
_TITLES = {"jpeg": "JPEG", "jpeg2000": "JPEG 2000", "jpegxl": "JPEG XL", "webp": "WebP", "avif": "AVIF"}


def title(name: str) -> str:
    """Return the name of a method or a photograph in its proper spelling."""
    return _TITLES.get(name, name.replace("_", " "))


def chart_points(board: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart: columns method, variant, image, bpp, and the `measures` of the leaderboard.

    `image` is a photograph's name, or MEAN for the rows of the leaderboard, which come first. Points of the
    leaderboard that are off the chart are left out.
    """
    board, _ = leaderboard.split_off_chart(board)
    measured = ["image", "bpp", *measures(board)]  # settings may have a column `method` too
    scores = leaderboard.read_scores(board["family"].unique())[[*scoring.POINT, *measured]]
    points = board[["family", "entry", "variant", "method"]].assign(subject=leaderboard.SUBJECT)
    by_image = points.merge(scores, on=scoring.POINT, how="left", validate="one_to_many")
    columns = ["method", "variant", *measured]
    return pd.concat([board.assign(image=MEAN)[columns], by_image[columns]], ignore_index=True)


def measures(board: pd.DataFrame) -> list[str]:
    """Return the names of the MEASURES that are present in the leaderboard."""
    return [name for name in MEASURES if name in board and board[name].notna().any()]


def records(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a record for each of the `chart_points`; its `front` lists the measures whose Pareto front it is on.

    Each photograph has its own front, and so have the means; see `recon.referee.curves.is_on_front`.
    """
    rows = []
    for _, group in points.groupby("image", sort=False):
        fronts = {name: _find_front(group.dropna(subset=[name]), name) for name in measures(group)}
        for place, row in scoring.round_floats(group).to_dict("index").items():
            values = {name: value for name, value in row.items() if pd.notna(value)}
            rows.append(values | {"front": [name for name, places in fronts.items() if place in places]})
    return rows


def _find_front(points: pd.DataFrame, measure: str) -> set[Any]:
    """Return the index labels of the points on the Pareto front."""
    return set(points.index[curves.is_on_front(points["method"], points["bpp"], points[measure])])


def compare_with_jpeg(point: Any) -> str:
    """Return the end of a sentence: the distance of a point of the leaderboard from JPEG's curve."""
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


def rank_near(points: pd.DataFrame, target: float) -> pd.DataFrame:
    """Return each method's point nearest to a rate, the best last: by the gain over JPEG, since rates differ."""
    by = ["gain_over_jpeg_db", "psnr_db"]
    return leaderboard.nearest_points(points, target).sort_values(by, kind="stable", na_position="first")


def describe_plane(board: pd.DataFrame, target: float) -> list[str]:
    """Return sentences on the best point near one rate, the Pareto fronts, and the points off the chart."""
    points, note = leaderboard.split_off_chart(board)
    best = rank_near(points, target).iloc[-1]
    sentences = [
        f"Near {target:g} bits per pixel {title(best.method)} is best: {best.psnr_db:.1f} dB at "
        f"{best.bpp:.2f} bpp, {compare_with_jpeg(best)}."
    ]
    for measure in measures(points):
        front = points.loc[sorted(_find_front(points.dropna(subset=[measure]), measure))]
        parts = [
            f"{title(name)} ({count} {'point' if count == 1 else 'points'})"
            for name, count in front["method"].value_counts(sort=False).items()
        ]
        sentences.append(f"On the Pareto front of {MEASURES[measure].removesuffix(' (dB)')}: {join_words(parts)}.")
    return sentences + [f"{note}."] * bool(note)


def describe_decoders(board: pd.DataFrame) -> Iterator[str]:
    """Yield sentences on the shared decoders: trained on the photographs that they are scored on, or on others.

    The source is an experiment's `trained_on`, or TRAINED_ON in the findings of its family.
    """
    shared = board[board["decoder_bytes"].notna()].drop_duplicates("method")
    sources = pd.Series([_find_source(row.family, row.entry) for row in shared.itertuples()], shared.index)
    is_seen = sources == f"subjects/{leaderboard.SUBJECT}"
    names = shared["method"].map(title)
    on_plane, on_others = names[is_seen], names[~is_seen]
    if len(on_plane):
        yield (
            "Trained on the very photographs that they are scored on, and so knowing more than their payload "
            f"tells: {join_words(on_plane)}."
        )
    if len(on_others):
        yield f"Trained on what params.yaml names for training instead: {join_words(on_others)}."


def _find_source(family: str, entry: str) -> str | None:
    declared = groups.read(family)["experiments"][entry].get("trained_on")
    return declared or rooms.part_constant(family, "findings", "TRAINED_ON")
