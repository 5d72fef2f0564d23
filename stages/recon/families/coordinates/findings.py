"""Findings on coordinate networks: a table of verdicts, and sentences made from the scores."""

from collections.abc import Iterator

import pandas as pd
from tabulate import tabulate

from recon.core import files
from recon.families.coordinates import comparison
from recon.families.coordinates.comparison import BASE, VERDICTS

TITLE = "Coordinate networks"
INTRODUCTION = (
    "A small network learns one photograph by heart: it maps a pixel's coordinates to its color, and its "
    "quantized weights are all that is sent."
)
FIGURES = {
    "sheets/mappings.png": "One photograph by each mapping and two optimizers.",
    "sheets/inpainting.png": "Hidden pixels made up by a network, and by two interpolations.",
    "sheets/scales.png": "Sigma of the Gaussian mapping, from too smooth to learned by heart.",
    "sheets/paper.png": "Three of four pixels hidden: mappings beside interpolation.",
    "sheets/plane.png": "The networks of the plane: width against rate.",
    "sheets/photograph.png": "A photograph by heart, and how many bits a weight needs.",
    "sheets/siren.png": "Sines instead of a mapping (SIREN).",
    "sheets/grid.png": "A learned grid of features instead of a mapping.",
    "sheets/losses.png": "Loss against mapping.",
    "sheets/factors.png": "What each factor changes, one at a time.",
    "sheets/thumbnail.png": "A thumbnail with as many features as pixels.",
    "sheets/thumbnail_factors.png": "The thumbnail's factors, one at a time.",
    "sheets/resolution.png": "Rendered finer than the network was shown.",
}
_HEADINGS = ["entry", "compared", "PSNR (dB)", "best change", "gain (dB)", "best interpolation", "its PSNR (dB)"]

_NOTE = (
    "PSNR of the decoded payload at the most bits per weight, means over the entry's photographs; of the hidden "
    "pixels alone where some are hidden. A change is named where it gains more than another seed does."
)


def report() -> str:
    """Return findings.md: the table of verdicts, and the sentences."""
    verdicts = files.read_csv(VERDICTS)
    compared = ["" if pd.isna(row.across) else f"{row.axis} {row.across}" for row in verdicts.itertuples()]
    cells = verdicts.drop(columns=["axis", "across"])
    cells.insert(1, "compared", compared)
    table = tabulate(
        cells.astype(object).fillna("").to_numpy().tolist(),
        _HEADINGS,
        tablefmt="github",
        floatfmt=("", "", ".2f", "", "+.2f", "", ".2f"),
    )
    return f"# {TITLE}\n\n{INTRODUCTION}\n\n{table}\n\n{_NOTE}\n\n" + "".join(f"- {line}\n" for line in describe())


def describe() -> list[str]:
    """Return sentences on mappings, interpolation, overfitting, chance, and bits per weight."""
    rows, verdicts = comparison.average(comparison.read_scores()), files.read_csv(VERDICTS)
    fits = comparison.select_finest(rows[rows["method"].isna()])
    seed_changes = comparison.list_seed_changes(fits)
    return [
        *_describe_mappings(fits),
        *_describe_interpolation(verdicts),
        *_describe_overfitting(fits),
        *(f"Another seed changes the PSNR by up to {change:.2f} dB." for change in seed_changes.nlargest(1)),
        *_describe_bits(rows),
    ]


def _describe_mappings(fits: pd.DataFrame) -> Iterator[str]:
    """Compare the mappings in each entry that has several, among them `none`."""
    mapped = fits[(fits["factor"] == BASE) & fits["axis"].isin(["mapping", "kind"])]
    scores = mapped.pivot_table(index="entry", columns="across", values="score_db", sort=False)
    if "none" in scores and len(scores.columns) > 1:
        gains = (scores.drop(columns="none").max(axis=1) - scores["none"]).dropna()
        best = scores.loc[gains.index].idxmax(axis=1).value_counts()
        yield (
            f"The input mapping decides: the best one gains {_format_range(gains)} dB over plain coordinates, and "
            f"it is `{best.index[0]}` in {best.iloc[0]} of {len(gains)} comparisons."
        )


def _describe_interpolation(verdicts: pd.DataFrame) -> Iterator[str]:
    """Count where the network beats the best interpolation of the same pixels."""
    compared = verdicts.dropna(subset=["method_db"])
    if len(compared):
        compared = compared.loc[compared.groupby(["entry", "best_method", "method_db"])["score_db"].idxmax()]
        gains = compared["score_db"] - compared["method_db"]
        best, worst = (_name_case(compared.loc[index]) for index in (gains.idxmax(), gains.idxmin()))
        yield (
            f"Where pixels are missing, the network beats the best interpolation in {(gains > 0).sum()} of "
            f"{len(gains)} cases: from {gains.min():+.2f} dB ({worst}) to {gains.max():+.2f} dB ({best})."
        )


def _describe_overfitting(fits: pd.DataFrame) -> Iterator[str]:
    """Compare the fits with the best visible and the best hidden pixels, in the first entry where they differ."""
    masked = fits[fits["hidden_psnr_db"].notna() & fits["across"].isna()]
    for entry, points in masked.groupby("entry", sort=False):
        best = points.loc[points["hidden_psnr_db"].idxmax()]
        most = points.loc[points["known_psnr_db"].idxmax()]
        if len(points) > 1 and best.name != most.name:
            yield (
                f"A fit can be too close: in `{entry}`, {_name_change(most)} reaches "
                f"{most['known_psnr_db']:.2f} dB on the visible and {most['hidden_psnr_db']:.2f} dB on the hidden "
                f"pixels, {_name_change(best)} {best['known_psnr_db']:.2f} and "
                f"{best['hidden_psnr_db']:.2f} dB."
            )
            return


def _describe_bits(rows: pd.DataFrame) -> Iterator[str]:
    """Compare the curve's points of the first entry with several bits per weight."""
    bases = rows[rows["factor"] == BASE]
    for entry, points in bases.groupby("entry", sort=False):
        if points["bits"].nunique() > 1:
            ordered = points.sort_values("bits").itertuples()
            scores = ", ".join(f"{row.bits} bits {row.score_db:.2f} dB" for row in ordered)
            yield f"Bits per weight in `{entry}`: {scores}."
            return


def _format_range(values: pd.Series) -> str:
    return f"{values.min():.2f} to {values.max():.2f}" if len(values) > 1 else f"{values.iloc[0]:.2f}"


def _name_change(fit: pd.Series) -> str:
    return "the base" if fit["factor"] == BASE else f"{fit['factor']} {fit['value']}"


def _name_case(verdict: pd.Series) -> str:
    return verdict["entry"] + ("" if pd.isna(verdict["across"]) else f", {verdict['across']}")
