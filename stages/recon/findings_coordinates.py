"""The coordinate networks' findings in words: every sentence is made from the numbers, and says what they say."""

from collections.abc import Iterator
from math import pi
from typing import Any

import pandas as pd

from recon.coordinate_comparison import BASE, finest, means, number, setting
from recon.params.coordinates import experiment_of, runs_of

NOTICEABLE_DB = 0.1  # a smaller difference is called none: another seed would make as much
_OVERFIT_DB = 6.0  # known pixels so much better than hidden ones were learned by heart


def report(params: dict[str, Any], rows: pd.DataFrame) -> str:
    """Return the findings as Markdown; `rows` are those of `recon.coordinate_comparison.read_scores`."""
    points = means(rows)
    lines = [
        "# What a network of coordinates can keep of an image, and why",
        "",
        "PSNR of the pictures that the payloads give back, means over an entry's photographs. Where pixels were "
        "hidden from the fit, it is theirs alone unless the known ones are named. Each network was fitted once; "
        f"less than {NOTICEABLE_DB:g} dB counts as no difference.",
    ]
    for entry in params["coordinates"]["experiments"]:
        own = points[points["entry"] == entry]
        lines += ["", f"## {entry}", "", *(f"- {sentence}" for sentence in _sentences(params, entry, own))]
    lines += ["", "## Why", "", *(f"- {sentence}" for sentence in _why(params))]
    return "\n".join(lines) + "\n"


def _sentences(params: dict[str, Any], entry: str, points: pd.DataFrame) -> Iterator[str]:
    best = finest(points)
    fits = best[best["method"].isna()]
    stands = fits[fits["factor"] == BASE]
    if experiment_of(params, entry).across:
        yield _across(next(iter(experiment_of(params, entry).across)), stands)
    else:
        yield f"As it stands: {_score(stands.iloc[0])}."
    for factor, changed in fits[fits["factor"] != BASE].groupby("factor", sort=False):
        yield from _factor(params, entry, factor, changed, stands)
    yield from _methods(stands, best.dropna(subset=["method"]))
    yield from _bits(points[points["method"].isna() & (points["factor"] == BASE)])


def _across(axis: str, stands: pd.DataFrame) -> str:
    ranked = stands.sort_values("score_db", ascending=False, kind="stable")
    listed = ", ".join(f"{row.across} {row.score_db:.2f} dB" for row in ranked.itertuples())
    gap = ranked["score_db"].iloc[0] - ranked["score_db"].iloc[-1]
    return f"By `{axis}`, best first: {listed}; from the best to the worst it is {gap:.2f} dB."


def _factor(
    params: dict[str, Any], entry: str, factor: str, changed: pd.DataFrame, stands: pd.DataFrame
) -> Iterator[str]:
    if changed["across"].notna().any():
        before = stands.set_index("across")["score_db"]
        for value, own in changed.groupby("value", sort=False):
            differences = [f"{row.across} {row.score_db - before[row.across]:+.2f} dB" for row in own.itertuples()]
            yield f"`{factor}={value}` instead, by value across: {', '.join(differences)}."
        return
    base = stands.iloc[0]
    own = str(setting(runs_of(params, entry)[0], factor))
    line = pd.concat([stands.assign(value=own), changed]).reset_index(drop=True)
    numbers = line["value"].map(number)
    if numbers.notna().all() and len(line) > 2:
        line = line.assign(number=numbers).sort_values("number", kind="stable")
    best = line.loc[line["score_db"].idxmax()]
    others = ", ".join(f"{row.value} {row.score_db:.2f} dB" for row in line.itertuples())
    text = f"`{factor}`: {others}; "
    if best["score_db"] - base["score_db"] < NOTICEABLE_DB:
        text += f"{own}, as it stands, is not beaten"
    else:
        text += f"{best['value']} is best, {best['score_db'] - base['score_db']:+.2f} dB on {own}"
    yield text + "."
    if numbers.notna().all():
        yield from _ends(factor, line, best)


def _ends(factor: str, line: pd.DataFrame, best: pd.Series) -> Iterator[str]:
    """Say where a line of hidden pixels' scores falls off, by what the known ones do there."""
    if line["hidden_psnr_db"].isna().any():
        return
    for end in (line.iloc[0], line.iloc[-1]):
        lost = best["score_db"] - end["score_db"]
        if lost < NOTICEABLE_DB:
            continue
        apart = end["known_psnr_db"] - end["hidden_psnr_db"]
        what = "overfits" if apart > _OVERFIT_DB else "underfits"
        yield (
            f"At `{factor}` {end['value']} it {what}: {end['known_psnr_db']:.2f} dB on the known pixels, "
            f"{end['hidden_psnr_db']:.2f} dB on the hidden ones."
        )


def _methods(stands: pd.DataFrame, methods: pd.DataFrame) -> Iterator[str]:
    """Compare the network with interpolations of the same pixels, value by value across, or its best with them."""
    if methods.empty:
        return
    if methods["across"].notna().any():
        for across, own in methods.groupby("across", sort=False):
            network = stands.loc[stands["across"] == across, "score_db"].iloc[0]
            yield f"{across}: {_against(network, own)}."
        return
    best = stands.loc[stands["score_db"].idxmax()]
    name = f" with {best['across']}" if pd.notna(best["across"]) else ""
    yield f"The network{name}: {_against(best['score_db'], methods)}."


def _against(network_db: float, methods: pd.DataFrame) -> str:
    ranked = methods.sort_values("score_db", ascending=False, kind="stable")
    listed = ", ".join(f"{row.method} {row.score_db:.2f} dB" for row in ranked.itertuples())
    difference = network_db - ranked["score_db"].iloc[0]
    verdict = "level" if abs(difference) < NOTICEABLE_DB else "above" if difference > 0 else "below"
    return f"network {network_db:.2f} dB, {verdict} the best without one ({listed})"


def _bits(points: pd.DataFrame) -> Iterator[str]:
    for across, own in points.groupby("across", sort=False, dropna=False):
        if len(own) > 1:
            name = f"{across}, " if pd.notna(across) else ""
            listed = ", ".join(
                f"{row.bits} bits {row.score_db:.2f} dB at {row.bpp:.2f} bpp"
                for row in own.sort_values("bits").itertuples()
            )
            yield f"{name}a weight in so many bits: {listed}."


def _score(row: pd.Series) -> str:
    text = f"{row['score_db']:.2f} dB"
    if pd.notna(row["hidden_psnr_db"]):
        text += f" on the hidden pixels, {row['known_psnr_db']:.2f} dB on the known ones"
    return f"{text}; {row['num_params']:,.0f} weights, {row['bpp']:.2f} bits per pixel"


def _why(params: dict[str, Any]) -> Iterator[str]:
    yield (
        "A place as it is, or one cycle along each axis, hardly tells two near places apart: their features are "
        "almost equal, and an MLP of a few thousand steps gives them almost equal colors."
    )
    yield (
        "With Gaussian frequencies of standard deviation sigma, the product of two places' features is, in the "
        "mean, exp(-2 (pi sigma d)^2) at the distance d: beyond d = 1 / (pi sigma) two pixels are learned nearly "
        "independently of each other. A larger sigma can keep finer detail, and fills in less of what it has not "
        "seen."
    )
    mapping = params["coordinates"]["mapping"]
    if mapping["kind"] == "gaussian":
        reach = 1 / (pi * mapping["scale"])
        yield (
            f"The group's sigma of {mapping['scale']:g} reaches {reach:.2%} of the longer side: "
            f"{128 * reach:.1f} pixels of 128, {32 * reach:.1f} of 32, {512 * reach:.1f} of 512."
        )
