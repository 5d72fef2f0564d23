"""The plane: the points of all families on the same photographs."""

from collections.abc import Iterable

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES, method_name
from recon.referee import scoring

SUBJECT = "plane"
MOST_BPP = 8  # on a chart; a third of the rate of raw pixels


def gather(families: Iterable[str]) -> pd.DataFrame:
    """Return a row for each point of each curve in the plane: entries whose subject is `plane`, with a rate.

    `recon.referee.curves.compare` adds the columns of comparisons.
    """
    rows = read_scores(families)
    points = scoring.average(rows[(rows["subject"] == SUBJECT) & rows["bpp"].notna()])
    points["method"] = [method_name(family=row.family, entry=row.entry) for row in points.itertuples()]
    return points


def read() -> pd.DataFrame:
    """Return the points written by the stage `leaderboard`."""
    return files.read_csv("metrics/leaderboard.csv")


def read_scores(families: Iterable[str]) -> pd.DataFrame:
    """Return the scores of several families by image, concatenated."""
    return scoring.gather([files.read_csv(SCORES / f"{family}.csv") for family in families])


def split_off_chart(points: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the points up to MOST_BPP, and a note on the others, which would compress the scale of a chart."""
    others = points[points["bpp"] > MOST_BPP].itertuples()
    texts = [f"{row.method} ({row.bpp:.0f} bpp, {row.psnr_db:.0f} dB)" for row in others]
    return points[points["bpp"] <= MOST_BPP], f"Off the chart: {', '.join(texts)}" if texts else ""


def nearest_points(points: pd.DataFrame, bpp: float) -> pd.DataFrame:
    """Return the point of each method whose rate is nearest to `bpp`, by ratio."""
    distance = (points["bpp"] / bpp).where(lambda r: r >= 1, bpp / points["bpp"])
    return points.loc[distance.groupby(points["method"], sort=False).idxmin()]


def add_image_scores(points: pd.DataFrame, image: str) -> pd.DataFrame:
    """Return `points` with columns image_bpp and image_psnr_db, measured on one `image`."""
    scores = read_scores(points["family"].unique())
    values = scores[scores["image"] == image].set_index(scoring.POINT)[["bpp", "psnr_db"]]
    return points.assign(subject=SUBJECT).join(values.add_prefix("image_"), on=scoring.POINT)
