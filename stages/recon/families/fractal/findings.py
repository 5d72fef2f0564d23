"""The findings on fractals, from metrics/comparisons/fractal/ and the referee's scores."""

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES
from recon.families.fractal.comparison import PASSES
from recon.families.fractal.params import FAMILY
from recon.families.fractal.tables import name_coding, tabulate_passes
from recon.referee.tables import format_table

TITLE = "Fractals: a photograph made of itself"
INTRODUCTION = (
    "Each block is described by another part of the same image, twice as large, shrunk, turned or mirrored, with "
    "a contrast and a brightness; no pixel is sent. The decoder starts from noise and applies the description "
    "until nothing changes."
)
FIGURES = {
    "passes.png": "From noise to the photograph, pass by pass, for blocks of several sizes.",
    "blocks.png": "The blocks of each coding, drawn over the photograph.",
    "rmse.png": "RMSE over passes, and two noises that end in one picture.",
    "passes.gif": "The passes in motion, for the last of these codings.",
}
_SETTLED = 0.1  # gray levels from the end


def describe() -> list[str]:
    """Return sentences on the passes of decoding, the ends of two noises, and the best and cheapest blocks."""
    passes, scores = files.read_csv(PASSES), files.read_csv(SCORES / f"{FAMILY}.csv")
    curves = passes.groupby(["entry", "variant", "image"], sort=False)
    settled = curves["rmse"].apply(lambda rmse: int((rmse.to_numpy() < rmse.iloc[-1] + _SETTLED).argmax()))
    ends = curves.last()
    codings = list(scores[scores["subject"] == FAMILY].drop_duplicates("variant").itertuples())
    finest, smallest = max(codings, key=lambda row: row.psnr_db), min(codings, key=lambda row: row.bpp)
    return [
        f"Each of {len(ends)} payloads comes within {_SETTLED:g} gray levels of its end after {settled.min()} to "
        f"{settled.max()} passes.",
        f"Two noises end in one picture: pixels differ by at most {ends['largest_difference'].max():.2g} gray "
        f"levels, and the RMSE by {(ends['rmse'] - ends['other_rmse']).abs().max():.2g}.",
        f"The most accurate blocks are {_format_score(finest)}, the cheapest {_format_score(smallest)}.",
    ]


def _format_score(score: pd.Series) -> str:
    return f"{name_coding(score)} ({score.psnr_db:.2f} dB at {score.bpp:.3f} bpp)"


def report() -> str:
    """Return the findings as Markdown."""
    return "\n\n".join([f"# {TITLE}", INTRODUCTION, format_table(*tabulate_passes()), *describe()]) + "\n"
