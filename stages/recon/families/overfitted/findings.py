"""The findings on overfitted codecs, for the page and for findings.md."""

from collections.abc import Iterator

import pandas as pd

from recon.core import files
from recon.core.reconstruction import setting_text
from recon.core.words import join_words
from recon.families.overfitted.comparison import CODEC, CODEC_NAMES, CURVES, LEVELS, START, STRUCTURE
from recon.families.overfitted.tables import TABLES, average_files
from recon.referee import leaderboard
from recon.referee.tables import format_table

TITLE = "Overfitted codecs"
INTRODUCTION = (
    "Each photograph gets a decoder of its own: a few hundred weights, which turn small grids of whole numbers "
    "into pixels, and predict each of these numbers from its neighbors. Weights and grids are fitted together, to "
    "the error and to the size of the file that holds both."
)
FIGURES = {
    "anatomy.png": "A file taken apart: what each pixel costs, the grids, and what each of them adds.",
    "curves.png": "The family's curves beside those of WebP and AVIF.",
    "levels.png": "Where the bits go: networks, and grids from coarse to fine.",
}


def describe() -> list[str]:
    """Return sentences on the place of the curves, the shared start, and where the bits of a file go."""
    curves, points = files.read_csv(CURVES), average_files()
    return [
        *_describe_codecs(curves),
        *_describe_starts(curves),
        *_describe_structure(curves),
        *_describe_networks(points),
        *_describe_grids(),
    ]


def report() -> str:
    """Return findings.md: the introduction, the tables, and the sentences of `describe`."""
    tables = [format_table(*make()) for make in TABLES.values()]
    return "\n\n".join([f"# {TITLE}: what the files hold", INTRODUCTION, *tables, *describe()]) + "\n"


def _select(curves: pd.DataFrame, kind: str, *rates: str) -> pd.DataFrame:
    """Return the comparisons of a kind in which these rates are defined."""
    return curves[curves["differs_in"] == kind].dropna(subset=list(rates))


def _describe_codecs(curves: pd.DataFrame) -> Iterator[str]:
    """Hold each entry against the codecs."""
    for entry, rates in _select(curves, CODEC, "bd_rate_percent").groupby("entry", sort=False):
        parts = [
            f"{_format_bits(row.bd_rate_percent)} than {CODEC_NAMES[row.against]}" for row in rates.itertuples()
        ]
        yield f"At equal PSNR, `{entry}` takes {join_words(parts)}."


def _describe_starts(curves: pd.DataFrame) -> Iterator[str]:
    """Say what a shared start changes."""
    for row in _select(curves, START, "bd_rate_percent").itertuples():
        change = _format_bits(row.bd_rate_percent)
        yield (
            f"With a shared start, whose bytes are not counted, `{row.entry}` takes {change} than "
            f"`{row.against}`, which has none."
        )


def _describe_structure(curves: pd.DataFrame) -> Iterator[str]:
    """Say what MS-SSIM in the loss changes."""
    for row in _select(curves, STRUCTURE, "bd_rate_percent", "ms_ssim_bd_rate_percent").itertuples():
        gain, price = _format_bits(row.ms_ssim_bd_rate_percent), _format_bits(row.bd_rate_percent)
        yield (
            f"Fitted to MS-SSIM too, `{row.entry}` takes {gain} than `{row.against}` at equal MS-SSIM, "
            f"and {price} at equal PSNR."
        )


def _describe_networks(points: pd.DataFrame) -> Iterator[str]:
    """Say how many bytes the networks of each entry take."""
    for entry, means in points.groupby("entry", sort=False):
        sizes, shares = _format_range(means["network_bits"] / 8), _format_range(means["network_percent"])
        yield f"The networks of `{entry}` take {sizes} bytes, {shares} % of a file."


def _describe_grids() -> Iterator[str]:
    """Say which share of the latents' bits the finest grid takes at both ends of the first entry's curve."""
    levels = files.read_csv(LEVELS)
    plane = levels[levels["subject"] == leaderboard.SUBJECT]
    first = plane[plane["entry"].isin(plane["entry"].head(1))]
    bits = first.pivot_table(index="lmbda", columns="level", values="level_bits", aggfunc="sum")
    shares = (100 * bits[bits.columns.min()] / bits.sum(axis=1)).dropna() if len(bits) else ()
    if len(shares) > 1:
        low, high = shares.index.min(), shares.index.max()
        yield (
            f"The finest grid takes {shares[low]:.0f} % of the latents' bits at lambda {setting_text(low)} and "
            f"{shares[high]:.0f} % at {setting_text(high)}."
        )


def _format_bits(percent: float) -> str:
    return f"{abs(percent):.1f} % {'fewer' if percent < 0 else 'more'} bits"


def _format_range(values: pd.Series) -> str:
    low, high = f"{values.min():,.0f}", f"{values.max():,.0f}"
    return low if low == high else f"{low} to {high}"
