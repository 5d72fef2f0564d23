"""The findings on restorers, for the page and for findings.md."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.words import join_words
from recon.families.restoration.comparison import (
    FACTORS,
    FAILURES,
    METHODS,
    TEST,
    average_imitations,
    choose_shown,
    find_front,
    format_db,
    list_blurred,
    read_scores,
    select_baselines,
    select_common_quality,
    select_networks,
)
from recon.families.restoration.factors import SEED, effects
from recon.families.restoration.failures import BLOCK
from recon.families.restoration.params import PLAIN
from recon.families.restoration.tables import tabulate_restorers
from recon.referee.tables import format_table

TITLE = "JPEG restoration"
INTRODUCTION = (
    "A network turns a JPEG file, which is the payload, back into the photograph it was made of. Its baselines "
    "are plain JPEG and filters that learn nothing."
)
FIGURES = {
    "qualities.png": "The gain of each restorer over the JPEG file, by the file's quality.",
    "factors.png": "What each factor of a network or its training changes, one at a time.",
    "pareto.png": "Gain over JPEG against multiply-adds for a pixel; beside each name, its parameters.",
    "training.png": "Validation gain of each network after the first epoch and after the last.",
    "pictures/*.png": (
        "A photograph, its JPEG and what restorers make of it, whole and at its strongest edge; below, where they "
        "come nearer to the original than the JPEG, and where they do not."
    ),
    "failures.png": (
        f"Where the best network does harm, at the lowest and the highest quality: the block of {BLOCK}x{BLOCK} "
        "pixels whose squared error it raises most over the JPEG, and over the best method without a network."
    ),
}


def describe() -> list[str]:
    """Return sentences on the best network, the Pareto front, losses, factors, and the other direction."""
    methods = files.read_csv(METHODS)
    points = select_common_quality(methods)
    return [
        *_describe_best(points),
        *_describe_front(points),
        *_describe_losses(points),
        *_describe_shortfalls(methods),
        *_describe_perception(points),
        *_describe_blur(list_blurred(methods)),
        *_describe_failures(files.read_csv(FAILURES)),
        *_describe_factors(effects(files.read_csv(FACTORS))),
        *_describe_imitations(average_imitations()),
    ]


def report() -> str:
    """Return findings.md: the gain of each method by JPEG quality, and the sentences of `describe`."""
    table = format_table(*tabulate_restorers())
    sentences = [f"- {sentence}" for sentence in describe()]
    return "\n".join([f"# {TITLE}: what restores photographs, and what does not", "", table, "", *sentences, ""])


def gallery() -> tuple[str, str, pd.DataFrame]:
    """Return a heading, a subject, and pictures of it by the best methods; see `recon.report.galleries`.

    At the lowest and at the highest JPEG quality: plain JPEG, the best other baseline and the best network.
    """
    methods, rows = files.read_csv(METHODS), read_scores()
    rows = rows[rows["factor"].isna()]
    parts = []
    for quality in sorted({methods["quality"].min(), methods["quality"].max()}):
        for method in choose_shown(methods[methods["quality"] == quality]):
            parts.append(rows[(rows["entry"] == method) & (rows["quality"] == quality)].assign(method=method))
    pictures = pd.concat(parts)
    pictures["caption"] = [f"{row.psnr_db:.2f} dB, SSIM {row.ssim:.3f}" for row in pictures.itertuples()]
    pictures["group"] = [f"quality {quality:g}" for quality in pictures["quality"]]
    return "Restored: whole test photographs from their JPEG", TEST, pictures


def _describe_best(points: pd.DataFrame) -> Iterator[str]:
    ranked = select_networks(points).sort_values("gain_db", ascending=False, kind="stable")
    for best in ranked.head(1).itertuples():
        baseline = select_baselines(points).sort_values("gain_db", kind="stable").iloc[-1]
        text = f"At JPEG quality {best.quality} the best network is {best.method}: {best.psnr_db:.2f} dB"
        text += f", {format_db(best.gain_db)} over plain JPEG"
        if baseline.method != PLAIN:
            text += f", {format_db(best.gain_db - baseline.gain_db)} against {baseline.method}, the best baseline"
        yield f"{text}."


def _describe_front(points: pd.DataFrame) -> Iterator[str]:
    best = [
        f"{row.method} ({format_db(row.gain_db)}, {row.macs_per_pixel:,.0f})"
        for row in find_front(points, "macs_per_pixel").itertuples()
    ]
    if best:
        yield f"Pareto-optimal in multiply-adds per pixel: {join_words(best)}."
    elif len(select_networks(points)):
        yield "No network beats all baselines."


def _describe_losses(points: pd.DataFrame) -> Iterator[str]:
    losses = [
        f"{row.method} ({format_db(row.gain_db)}{_describe_bottleneck(row.latents_per_pixel)})"
        for row in select_networks(points).query("beats_jpeg == 'no'").itertuples()
    ]
    if losses:
        yield f"No better than plain JPEG: {join_words(losses)}."


def _describe_shortfalls(methods: pd.DataFrame) -> Iterator[str]:
    """Say which networks are not above the best baseline, at which qualities, and how long they were trained."""
    short = select_networks(methods).query("beats_jpeg == 'yes' and beats_baselines == 'no'")
    names = []
    for method, points in short.groupby("method", sort=False):
        qualities = join_words([f"{quality:g}" for quality in points["quality"]])
        seen = points["patches_seen"].iloc[0]
        training = "" if pd.isna(seen) else f" ({seen:,.0f} patches seen)"
        names.append(f"{method} at quality {qualities}{training}")
    if names:
        yield f"Better than plain JPEG, but not than the best method without a network: {'; '.join(names)}."


def _describe_bottleneck(latents_per_pixel: float) -> str:
    """Return a note on the size of a network's latent code, where it has fewer values than pixels."""
    return f" through {latents_per_pixel:.3g} latent values per pixel" if latents_per_pixel < 1 else ""


def _describe_perception(points: pd.DataFrame) -> Iterator[str]:
    ranked = points.dropna(subset=["ssimulacra2"]).sort_values("ssimulacra2", ascending=False, kind="stable")
    for best in ranked.head(1).itertuples():
        plain = ranked.loc[ranked["method"] == PLAIN, "ssimulacra2"]
        text = "By SSIMULACRA 2, which agrees better with people than PSNR, the best method at JPEG quality "
        text += f"{best.quality} is {best.method}: {best.ssimulacra2:.1f}"
        yield f"{text}." if best.method == PLAIN else f"{text}, against {plain.iloc[0]:.1f} of plain JPEG."


def _describe_blur(blurred: pd.DataFrame) -> Iterator[str]:
    names = [
        f"{method} at quality {join_words(map(str, points['quality']))}"
        for method, points in blurred.groupby("method", sort=False)
    ]
    if names:
        yield f"More PSNR than plain JPEG but a lower SSIMULACRA 2: {'; '.join(names)}."


def _describe_failures(failures: pd.DataFrame) -> Iterator[str]:
    for (method, quality), cases in failures.groupby(["method", "quality"], sort=False):
        shares = [f"{row.worse_percent:.1f} % are worse than in {row.against}" for row in cases.itertuples()]
        text = f"Of the blocks of {BLOCK}x{BLOCK} pixels of {method} at quality {quality}, {join_words(shares)}."
        losses = [
            f"{row.against_db - row.restored_db:.2f} dB against {row.against} ({row.image})"
            for row in cases.itertuples()
            if row.against_db > row.restored_db  # else no block is worse
        ]
        yield f"{text} The worst by squared error loses {join_words(losses)}." if losses else text


def _describe_factors(changes: pd.DataFrame) -> Iterator[str]:
    choices = changes[~changes["factor"].isin(["base", SEED])].sort_values("difference_db", kind="stable")
    for words, chosen in {
        "Changes that helped": choices[choices["verdict"] == "helped"].iloc[::-1],
        "Changes that hurt": choices[choices["verdict"] == "did not help"],
    }.items():
        if len(chosen):
            yield f"{words}: {join_words(map(_describe_change, chosen.itertuples()))}."
    change_db = changes.loc[changes["factor"] == SEED, ["best_db", "worst_db"]].abs().max(axis=None)
    if not pd.isna(change_db):
        yield f"Each change was tried once; another seed alone made a difference of {change_db:.2f} dB."


def _describe_change(row: Any) -> str:
    return f"`{row.factor}={row.value}` ({format_db(row.difference_db)})"


def _describe_imitations(imitated: pd.DataFrame) -> Iterator[str]:
    for row in imitated.groupby("entry", sort=False).head(1).itertuples():
        yield (
            f"The other way, {row.entry} reaches {row.psnr_db:.2f} dB against the JPEG of quality {row.quality}; "
            f"the photograph itself has {row.photograph_db:.2f} dB."
        )
