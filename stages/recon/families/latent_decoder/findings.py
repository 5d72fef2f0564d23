"""The findings on latent decoders, for the page and for findings.md."""

from collections.abc import Iterator

import pandas as pd

from recon.core import files
from recon.families.latent_decoder.comparison import ARTIFACTS, TRAININGS
from recon.families.latent_decoder.tables import TABLES, name_training
from recon.referee.tables import format_table

TITLE = "Latent decoders"
INTRODUCTION = (
    "There is no encoder: each patch of a photograph has a code, a short row of numbers, and all codes are "
    "optimized together with the one decoder that all patches share."
)
TRAINED_ON = "subjects/plane"  # the decoder of the plane is trained on the photographs that it decodes
FIGURES = {
    "patterns_between.gif": "From code to code, by decoder.",
    "patches.png": "A photograph trained on and an unseen one, by each decoder.",
    "patterns.png": "Three patterns as each decoder reconstructs them.",
    "patterns_artifacts.png": "The artifacts of each decoder in the patterns, measured.",
    "patterns_training.png": "Training error of the decoders of the patterns.",
}


def describe() -> list[str]:
    """Return sentences comparing the decoders with principal components, and with each other on the patterns."""
    trainings = files.read_csv(TRAININGS)
    describers = (_describe_components, _describe_searches, _describe_patterns)
    return [sentence for describer in describers for sentence in describer(trainings)]


def report() -> str:
    """Return findings.md: the tables of patterns and patches, and the sentences of `describe`."""
    tables = [format_table(*make()) for make in TABLES.values()]
    return "\n\n".join([f"# {TITLE}: what they keep", *tables, *describe()]) + "\n"


def _describe_components(trainings: pd.DataFrame) -> Iterator[str]:
    """Compare the decoder that gains most in training with principal components, on seen and unseen pictures."""
    rows = trainings.dropna(subset=["fit_psnr_db", "pca_psnr_db", "found_psnr_db", "found_pca_psnr_db"])
    if rows.empty:
        return
    seen_gains = rows["fit_psnr_db"] - rows["pca_psnr_db"]
    unseen_gains = rows["found_psnr_db"] - rows["found_pca_psnr_db"]
    best = seen_gains.idxmax()
    row = rows.loc[best]
    yield (
        f"With {row['latents']} latents for a patch the {row['net']} decoder is "
        f"{_format_distance(seen_gains[best])} principal components, the best that a linear one can be, in "
        f"training, and {_format_distance(unseen_gains[best])} them on a photograph that it has not seen."
    )
    count = (unseen_gains > 0).sum()
    yield f"On unseen photographs {count} of {len(rows)} trainings are above principal components."


def _describe_searches(trainings: pd.DataFrame) -> Iterator[str]:
    """Say how many steps a linear analysis saves in the search for codes of unseen photographs."""
    rows = trainings.dropna(subset=["search_steps"])
    saved = rows.dropna(subset=["analysis_steps"])
    if saved.empty:
        return
    yield (
        f"The codes of an unseen photograph begin with a linear analysis of its patches. With {len(saved)} of "
        f"{len(rows)} decoders it takes {saved['analysis_steps'].median():.0f} steps (the median) from there to "
        f"where {saved['search_steps'].iloc[0]:.0f} steps from the mean code end."
    )


def _describe_patterns(trainings: pd.DataFrame) -> Iterator[str]:
    """Name the best and the worst training of the patterns."""
    artifacts = files.read_csv(ARTIFACTS)
    rows = trainings[trainings["entry"].isin(artifacts["entry"])]
    if len(rows) < 2:
        return
    best, worst = (rows.loc[index].to_dict() for index in (rows["psnr_db"].idxmax(), rows["psnr_db"].idxmin()))
    yield (
        f"Of {rows['images'].iloc[0]} patterns {name_training(best)} with {_count_latents(best)} keeps most, "
        f"{best['psnr_db']:.1f} dB, and {name_training(worst)} with {_count_latents(worst)} least, "
        f"{worst['psnr_db']:.1f} dB."
    )


def _count_latents(row: dict) -> str:
    return f"{row['latents']} latent{'s' * (row['latents'] > 1)}"


def _format_distance(difference_db: float) -> str:
    return f"{abs(difference_db):.1f} dB {'above' if difference_db >= 0 else 'below'}"
