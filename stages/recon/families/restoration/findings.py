"""The restorers' findings in words: every sentence is made from the numbers, and says what they say."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from recon.families.restoration.comparison import (
    COSTS,
    JPEG,
    NOTICEABLE_DB,
    at_common_quality,
    baselines,
    common_quality,
    front,
    networks,
    noticeable,
    signed_db,
)
from recon.families.restoration.factors import OFF, SEED, numbers, verdict

_STRONG_RANK_CORRELATION = 0.5
_HEADINGS = {
    "Change, since it helped": "helped",
    "Leave as it is, since changing it to this did not help": "did not help",
    "Decide by the JPEG's quality, since it helped at one and not at another": "depends",
    "No reason to change it, either way": "made no difference",
}


def report(methods: pd.DataFrame, effects: pd.DataFrame, imitations: pd.DataFrame) -> str:
    """Return the findings as Markdown.

    Args:
        methods: what `recon.families.restoration.comparison.table` gives.
        effects: what `recon.families.restoration.factors.effects` gives.
        imitations: what `recon.families.restoration.comparison.imitations` gives.
    """
    quality, images = common_quality(methods), methods["images"].max()
    lines = [
        "# What restores JPEG photographs, and what does not",
        "",
        f"PSNR as means over {_count(images, 'photograph')}; a gain is over plain JPEG of the same quality, here "
        f"{quality} where no other is named. Less than {NOTICEABLE_DB:g} dB counts as no difference: "
        f"each network was trained once{_seeds(effects)}. {_training(methods)}".rstrip(),
    ]
    parts = {
        "Which network wins": _ranking(methods),
        "Simple against complex": _complexity(at_common_quality(methods)),
        "What is below the methods without a network": _below(methods),
        "One factor at a time": _factors(effects),
        "The other direction": _imitations(imitations),
        "Best practices, as far as these numbers go": _practices(at_common_quality(methods), effects),
    }
    for heading, sentences in parts.items():
        found = list(sentences)
        lines += ["", f"## {heading}", "", *(f"- {sentence}" for sentence in found)] if found else []
    return "\n".join(lines) + "\n"


def _seeds(effects: pd.DataFrame) -> str:
    """Return how far other seeds moved a result: below that, a difference may be luck."""
    moved = effects.loc[effects["factor"] == SEED, ["best_db", "worst_db"]].abs().max(axis=None)
    if pd.isna(moved):
        return ", and another seed would move its numbers too"
    return (
        f", and another seed alone moved one by {moved:.2f} dB at a quality: of the factors that take a new "
        "training, a smaller difference counts as none too"
    )


def _training(methods: pd.DataFrame) -> str:
    """Return a sentence on how long the networks were trained, which decides as much as what they are."""
    seen = networks(methods)["patches_seen"].dropna().astype(int)
    if seen.nunique() < 2:
        return ""
    return (
        f"The networks saw {seen.min():,} to {seen.max():,} patches in training: a rank tells what such a "
        "training gives, not what an architecture could."
    )


def _ranking(methods: pd.DataFrame) -> Iterator[str]:
    for quality, points in methods.groupby("quality"):
        ranked = networks(points).sort_values("gain_db", ascending=False, kind="stable")
        if ranked.empty:
            continue
        best, others = ranked.iloc[0], ranked.iloc[1:]
        other = baselines(points).sort_values("gain_db", kind="stable").iloc[-1]
        text = f"Quality {quality}: {best.method} with {best.psnr_db:.2f} dB, SSIM {best.ssim:.3f}"
        text += f", {signed_db(best.gain_db)} on plain JPEG"
        if other.method != JPEG:
            text += f", {signed_db(best.gain_db - other.gain_db)} on {other.method}, the best without a network"
        if len(others):
            behind = best.gain_db - others.iloc[0].gain_db
            tie = "" if noticeable(behind) else ", which is no difference"
            text += f"; then {others.iloc[0].method}, {behind:.2f} dB behind{tie}"
        yield text + "."
    points = networks(at_common_quality(methods))
    if len(points) > 1:
        yield (
            f"By SSIM the best is {points.loc[points['ssim'].idxmax()].method}, "
            f"by PSNR-B {points.loc[points['psnr_b_db'].idxmax()].method}."
        )


def _complexity(points: pd.DataFrame) -> Iterator[str]:
    found = networks(points)
    if len(found) > 1:
        ranked = found.sort_values(["macs_per_pixel", "num_params"], kind="stable")
        yield f"Fewest multiply-adds: {_priced(ranked.iloc[0])}; most: {_priced(ranked.iloc[-1])}."
    if len(found) > 2:
        yield from (_went_with(found, cost, words) for cost, words in COSTS.items())
    for cost, words in COSTS.items():
        best = front(points, cost)
        if len(best):
            named = (f"{row.method} ({signed_db(row.gain_db)}, {getattr(row, cost):,.0f})" for row in _rows(best))
            yield f"Pareto-optimal, since no network gains more with as few {words}: {_listed(named)}."


def _went_with(found: pd.DataFrame, cost: str, words: str) -> str:
    correlation = found[cost].rank().corr(found["gain_db"].rank())
    says = "did not decide the gain"
    if abs(correlation) >= _STRONG_RANK_CORRELATION:
        says = "went with more gain" if correlation > 0 else "went with less gain"
    known = "" if pd.isna(correlation) else f" (rank correlation {correlation:+.2f} over {len(found)} networks)"
    return f"More {words} {says}{known}."


def _below(methods: pd.DataFrame) -> Iterator[str]:
    found = networks(methods)
    for method, points in found.groupby("method", sort=False):
        below = points[points["beats_jpeg"] == "no"]
        if len(below):
            why = _why(points.iloc[0].latents_per_pixel, networks(at_common_quality(methods)))
            yield f"{method} is no better than JPEG itself: {_gains(below)}. {why}"
        weak = points[(points["beats_jpeg"] == "yes") & (points["beats_baselines"] == "no")]
        if len(weak):
            yield f"{method} beats plain JPEG, but not the best method without a network: {_gains(weak)}."
    if len(found) and (found["beats_baselines"] == "yes").all():
        yield "None: every network beats JPEG and every other method without a network, at every quality."


def _gains(points: pd.DataFrame) -> str:
    return _listed(f"{signed_db(point.gain_db)} at quality {point.quality}" for point in _rows(points))


def _why(latents: float, rivals: pd.DataFrame) -> str:
    """Return a sentence on a loss: a latent with fewer values than pixels, or what the numbers leave open."""
    if not latents < 1:  # none: NaN
        return "No bottleneck explains that; its training or its design does."
    text = f"All it gives comes from {latents:.3g} latent values for each pixel: "
    text += "this bottleneck lost more than JPEG had"
    rivals = rivals[(rivals["beats_jpeg"] == "yes") & ~(rivals["latents_per_pixel"] < 1)]
    if rivals.empty:
        return text + "."
    rival = rivals.loc[rivals["gain_db"].idxmax()]
    return f"{text}; {rival.method}, which has none, gains {rival.gain_db:.2f} dB."


def _factors(effects: pd.DataFrame) -> Iterator[str]:
    for (entry, factor), change in effects.groupby(["entry", "factor"], sort=False):
        line = numbers(change)
        if factor == "base":
            gain = signed_db(change["gain_db"].iloc[0])
            yield f"{entry}, as it stands: {gain} on plain JPEG; its numbers are means over its qualities."
        elif line is not None:
            yield f"{entry}: {_number_sentence(factor, line)}"
        else:
            yield from (f"{entry}: {_change_sentence(row)}" for row in _rows(change))


def _number_sentence(factor: str, line: pd.DataFrame) -> str:
    others = line[line["value"] != line["base_value"]]
    listed = _listed(f"{row.value} gives {signed_db(row.difference_db)}{_apart(row)}" for row in _rows(others))
    best = others.loc[others["difference_db"].idxmax()]
    if (others["verdict"] == "depends").any():
        says = "depends on the quality"
    elif (others["verdict"] == "made no difference").all():
        says = f"made no difference (below {best.least_db:g} dB)"
    elif best.verdict == "helped":
        says = f"helped most at {best.value}"
    else:
        says = "did not help"
    return f"changing `{factor}` from {line['base_value'].iloc[0]} {says}: {listed}."


def _change_sentence(row: Any) -> str:
    """Return what one change did; where it takes something away, what this was good for."""
    photographs = f"better on {row.better_on} of {_count(row.images, 'picture')}"
    if row.factor == SEED:
        return f"seed {row.value} instead of {row.base_value}: {signed_db(row.difference_db)}, {photographs}."
    if row.verdict == "depends":
        change = f"`{row.factor}={row.value}` instead of {row.base_value} depends on the quality"
        return f"{change}: {signed_db(row.difference_db)}{_apart(row)}."
    if row.value in OFF and row.base_value not in OFF:
        says = verdict(-row.difference_db, row.least_db)
        ending = f" (below {row.least_db:g} dB)" if says == "made no difference" else ""
        return f"`{row.factor}` {says}{ending}: {signed_db(row.difference_db)} without it, {photographs}."
    ending = f" (below {row.least_db:g} dB)" if row.verdict == "made no difference" else ""
    change = f"`{row.factor}={row.value}` instead of {row.base_value}"
    return f"{change} {row.verdict}{ending}: {signed_db(row.difference_db)}, {photographs}."


def _apart(row: Any) -> str:
    """Return the extremes over the qualities of a change that helped at one and did not at another."""
    if row.verdict != "depends":
        return ""
    return f" ({signed_db(row.best_db)} at {row.best_at}, {signed_db(row.worst_db)} at {row.worst_at})"


def _imitations(found: pd.DataFrame) -> Iterator[str]:
    for entry, points in found.groupby("entry", sort=False):
        listed = _listed(
            f"{row.psnr_db:.2f} dB at quality {row.quality} ({row.photograph_db:.2f})" for row in _rows(points)
        )
        yield f"{entry} takes the photograph to its JPEG: {listed}; in brackets, the photograph as it is."


def _practices(points: pd.DataFrame, effects: pd.DataFrame) -> Iterator[str]:
    best = front(points, "macs_per_pixel")
    if len(best):
        yield f"For the most quality take {_priced(best.iloc[-1])}."
    if len(best) > 1:
        yield f"For the least work that beats every method without a network take {_priced(best.iloc[0])}."
    if best.empty and len(networks(points)):
        other = baselines(points).sort_values("gain_db", kind="stable").iloc[-1]
        yield f"Take no network of these: {other.method} ({signed_db(other.gain_db)}) is at least as good."
    changes = effects[~effects["factor"].isin(["base", SEED])]
    changes = changes.sort_values("difference_db", ascending=False, kind="stable")
    changes = changes[changes["value"] != changes["base_value"]]
    for heading, kind in _HEADINGS.items():
        chosen = changes[changes["verdict"] == kind]
        if len(chosen):
            named = (f"`{row.factor}={row.value}` ({signed_db(row.difference_db)})" for row in _rows(chosen))
            yield f"{heading}: {_listed(named)}."


def _priced(row: Any) -> str:
    costs = f"{row.num_params:,.0f} parameters, {row.macs_per_pixel:,.0f} multiply-adds per pixel"
    return f"{row.method} ({signed_db(row.gain_db)}; {costs})"


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples(index=False))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(texts: Any) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}" if most else last
