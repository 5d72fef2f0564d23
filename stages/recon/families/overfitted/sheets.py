"""What the figures of overfitted codecs show: the entries in the plane, and their first photograph."""

from pathlib import Path

import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels, setting_text
from recon.families.overfitted import figures
from recon.families.overfitted.comparison import read_anatomy
from recon.families.overfitted.params import FAMILY
from recon.families.shared.curve_figures import count_photographs
from recon.referee import leaderboard

NETWORKS = "networks and header"
_KEY = ["lmbda", "image"]  # of an entry's files in the plane


def draw_figures(
    folder: Path, scores: pd.DataFrame, points: pd.DataFrame, payloads: pd.DataFrame, levels: pd.DataFrame
) -> None:
    """Draw curves.png, levels.png and anatomy.png of the entries in the plane, if there are any.

    `scores`, `points`, `payloads` and `levels` are those of `comparison`.
    """
    folder.mkdir(parents=True, exist_ok=True)  # an output of the stage, even if it is empty
    scores, payloads, levels = (
        table[table["subject"] == leaderboard.SUBJECT] for table in (scores, payloads, levels)
    )
    if scores.empty:
        return
    images = count_photographs(scores["image"].nunique())
    figures.draw_curves(folder / "curves.png", points, heading=f"Overfitted codecs beside others, {images}")
    heading = f"What a file is made of, mean over {images}"
    figures.draw_levels(folder / "levels.png", share_bits(payloads, levels), heading=heading)
    _draw_anatomy(folder / "anatomy.png", scores)


def share_bits(payloads: pd.DataFrame, levels: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return entry -> mean bits per pixel of each part of its files, see `figures.draw_levels`.

    All entries have the same columns; those of levels that an entry has no grid of are 0.
    """
    parts = [NETWORKS, *(_name_grid(level) for level in sorted(levels["level"].unique(), reverse=True))]
    shares = {}
    for entry, files in payloads.groupby("entry", sort=False):
        pixels = (8 * files["payload_bytes"] / files["bpp"]).set_axis(pd.MultiIndex.from_frame(files[_KEY]))
        rest = (8 * files["payload_bytes"] - files["latent_bits"]).set_axis(pixels.index) / pixels
        table = pd.DataFrame({NETWORKS: rest})
        for level, grids in levels[levels["entry"] == entry].groupby("level"):
            table[_name_grid(level)] = grids.set_index(_KEY)["level_bits"] / pixels
        means = table.groupby("lmbda").mean().sort_index(ascending=False).reindex(columns=parts).fillna(0.0)
        shares[entry] = means.set_axis([setting_text(lmbda) for lmbda in means.index])
    return shares


def _name_grid(level: int) -> str:
    return f"grid of level {level}"


def _draw_anatomy(path: Path, scores: pd.DataFrame) -> None:
    """Draw the first photograph of the plane by the first entry, at the middle one of its points."""
    image = ImageSet.open(f"data/subjects/{leaderboard.SUBJECT}").names()[0]
    files = scores[(scores["entry"] == scores["entry"].iloc[0]) & (scores["image"] == image)]
    row = list(files.sort_values("bpp").itertuples())[len(files) // 2]
    anatomy = read_anatomy(row)
    networks = f"{anatomy.network_bits / 8:,.0f} bytes are its networks"
    figures.draw_anatomy(
        path,
        ImageSet.open(f"data/subjects/{row.subject}").pixels(image),
        read_pixels(family=FAMILY, entry=row.entry, variant=row.variant, image=image),
        anatomy,
        heading=f"A file of {row.payload_bytes:,} bytes taken apart; {networks}",
        caption=f"decoded: {row.bpp:.2f} bpp, {row.psnr_db:.1f} dB",
    )
