"""The plane: what the families' `plane` entries reach on the common photographs."""

from collections.abc import Sequence

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES, method_name
from recon.referee import scoring

SUBJECT = "plane"
MOST_BPP = 8  # of a chart: a third of what the pixels themselves take
ORDER = [
    *[
        "method",
        "family",
        "entry",
        "variant",
        "images",
        "bpp",
        "psnr_db",
        "psnr_of_mean_mse_db",
        "ssim",
        "ms_ssim",
    ],
    *["gain_over_jpeg_db", "on_front", "on_front_with_decoder"],
    *["num_params", "macs_per_pixel", "decoder_bytes", "decoder_bpp", "library"],
]


def gather(families: Sequence[str]) -> pd.DataFrame:
    """Return a row for each point of each curve in the plane: entries whose subject is `plane`, with a rate.

    What `recon.referee.curves.compared` says of them beside one another is yet to come.
    """
    rows = pd.concat([files.read_csv(SCORES / f"{family}.csv") for family in families])
    points = scoring.average(rows[(rows["subject"] == SUBJECT) & rows["bpp"].notna()])
    named = zip(points["family"], points["entry"], strict=True)
    points["method"] = [method_name(family=family, entry=entry) for family, entry in named]
    return points


def read() -> pd.DataFrame:
    """Return the points as the leaderboard's stage wrote them, with the columns in ORDER."""
    return files.read_csv("metrics/leaderboard.csv")


def drawn(points: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the points up to MOST_BPP, and a sentence on those that are not: they would squeeze the others."""
    beyond = points[points["bpp"] > MOST_BPP]
    named = [f"{row.method} ({row.bpp:.0f} bpp, {row.psnr_db:.0f} dB)" for row in beyond.itertuples()]
    return points[points["bpp"] <= MOST_BPP], f"Off the chart: {', '.join(named)}" if named else ""


def mosaic_points(points: pd.DataFrame, bpp: float) -> pd.DataFrame:
    """Return of each method the point whose rate is nearest to `bpp`, by ratio."""
    distance = (points["bpp"] / bpp).where(lambda r: r >= 1, bpp / points["bpp"])
    return points.loc[distance.groupby(points["method"], sort=False).idxmin()]


def with_own_scores(points: pd.DataFrame, image: str) -> pd.DataFrame:
    """Return `points` with columns image_bpp and image_psnr_db: what was measured on one `image`."""
    scores = pd.concat([files.read_csv(SCORES / f"{family}.csv") for family in points["family"].unique()])
    own = scores[scores["image"] == image].set_index(scoring.POINT)[["bpp", "psnr_db"]].add_prefix("image_")
    return points.assign(subject=SUBJECT).join(own, on=scoring.POINT)
