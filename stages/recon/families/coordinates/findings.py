"""The coordinate networks' findings in words: every sentence is made from the numbers, and says what they say."""

from collections.abc import Iterator
from math import pi
from typing import Any

import pandas as pd

from recon.families.coordinates.comparison import finest, means, number, stands_at
from recon.families.coordinates.params import SHOWN, Change, experiment_of
from recon.families.coordinates.runs import runs_of
from recon.settings.axes import BASE

LEAST_DB = 0.1  # a smaller difference is called none, whatever other seeds say
SEED = "seed"  # a factor that is no setting to choose: what luck does


def report(params: dict[str, Any], rows: pd.DataFrame) -> str:
    """Return the findings as Markdown; `rows` are those of `recon.families.coordinates.comparison.read_scores`."""
    points = means(rows)
    lines = [
        "# What a network of coordinates can keep of an image, and why",
        "",
        "PSNR of the pictures that the payloads give back, means over an entry's photographs. Where pixels were "
        "hidden from the fit, it is theirs alone unless the known ones are named. Each network was fitted once: "
        "where an entry tells what another seed gives, a difference that is no larger counts as none; elsewhere "
        f"one below {LEAST_DB:g} dB does, and luck may be more.",
    ]
    entries = {entry: points[points["entry"] == entry] for entry in params["coordinates"]["experiments"]}
    parts = {entry: _sentences(params, entry, own) for entry, own in entries.items()}
    best = [f"{entry}: {text}." for entry, own in entries.items() if (text := _best(params, own))]
    for heading, sentences in (parts | {"In short": best, "Why": _why(params)}).items():
        lines += ["", f"## {heading}", "", *(f"- {sentence}" for sentence in sentences)]
    return "\n".join(lines) + "\n"


def _least_db(points: pd.DataFrame) -> float:
    """Return the difference of an entry's scores that counts: more than another seed made, LEAST_DB at least."""
    fits = finest(points)
    stands = fits[fits["factor"] == BASE].set_index("across")["score_db"]
    seeds = fits[fits["factor"] == SEED]
    return max([LEAST_DB, *(abs(row.score_db - stands[row.across]) for row in seeds.itertuples())])


def _sentences(params: dict[str, Any], entry: str, points: pd.DataFrame) -> Iterator[str]:
    least_db = _least_db(points)
    best, axis = finest(points), next(iter(experiment_of(params, entry).across), None)
    fits = best[best["method"].isna()]
    stands = fits[fits["factor"] == BASE]
    yield _across(axis, stands) if axis else f"As it stands: {_score(stands.iloc[0])}."
    for factor, changed in fits[fits["factor"] != BASE].groupby("factor", sort=False):
        if axis:
            yield from _by_across(params, entry, factor, changed, stands)
        elif factor == SEED:
            yield f"Another seed: {', '.join(f'{row.score_db:.2f} dB' for row in changed.itertuples())}."
        else:
            line = _line(params, entry, factor, changed, stands)
            yield _factor(factor, line, stands.iloc[0], least_db)
            yield from _ends(factor, line, least_db)
    yield from _methods(axis, stands, best.dropna(subset=["method"]), least_db)
    yield from _bits(points[points["method"].isna() & (points["factor"] == BASE)])


def _across(axis: str, stands: pd.DataFrame) -> str:
    ranked = stands.sort_values("score_db", ascending=False, kind="stable")
    listed = ", ".join(f"{row.across} {row.score_db:.2f} dB" for row in ranked.itertuples())
    gap = ranked["score_db"].iloc[0] - ranked["score_db"].iloc[-1]
    return f"By `{axis}`, best first: {listed}; from the best to the worst it is {gap:.2f} dB."


def _line(
    params: dict[str, Any], entry: str, factor: str, changed: pd.DataFrame, stands: pd.DataFrame
) -> pd.DataFrame:
    """Return the changes of a factor with the entry as it stands among them; numbers in order."""
    own = stands_at(runs_of(params, entry)[0], factor) or "as it stands"
    line = pd.concat([stands.assign(value=own), changed]).reset_index(drop=True)
    numbers = line["value"].map(number)
    return line.assign(number=numbers).sort_values("number", kind="stable") if numbers.notna().all() else line


def _by_across(
    params: dict[str, Any], entry: str, factor: str, changed: pd.DataFrame, stands: pd.DataFrame
) -> Iterator[str]:
    before = stands.set_index("across")["score_db"]
    for value, own in changed.groupby("value", sort=False):
        differences = [f"{row.across} {row.score_db - before[row.across]:+.2f} dB" for row in own.itertuples()]
        yield f"`{factor}={value}` instead{_meaning(params, entry, factor, value)}: {', '.join(differences)}."


def _meaning(params: dict[str, Any], entry: str, factor: str, value: str) -> str:
    """Return what a named value changes, in brackets; nothing for a value that says it itself."""
    axis = experiment_of(params, entry).sweep[factor]
    change = axis[value] if isinstance(axis, dict) else Change()
    given = change.model_dump(exclude_unset=True)
    settings = {name: value for part in given.values() if isinstance(part, dict) for name, value in part.items()}
    return f" ({', '.join(f'{name} {value}' for name, value in settings.items())})" if settings else ""


def _factor(factor: str, line: pd.DataFrame, base: pd.Series, least_db: float) -> str:
    best = line.loc[line["score_db"].idxmax()]
    listed = ", ".join(f"{row.value} {row.score_db:.2f} dB" for row in line.itertuples())
    gain = best["score_db"] - base["score_db"]
    if 0 < gain < least_db:
        return f"`{factor}`: {listed}; none beats the entry as it stands by the {least_db:.2f} dB that count."
    if gain < least_db:
        return f"`{factor}`: {listed}; none beats the entry as it stands."
    return f"`{factor}`: {listed}; {best['value']} is best, {gain:+.2f} dB on the entry as it stands."


def _ends(factor: str, line: pd.DataFrame, least_db: float) -> Iterator[str]:
    """Say where a line of hidden pixels' scores falls off, by whether the known ones fall too."""
    if line["hidden_psnr_db"].isna().any() or "number" not in line:
        return
    best = line.loc[line["score_db"].idxmax()]
    for end in (line.iloc[0], line.iloc[-1]):
        if best["score_db"] - end["score_db"] < least_db:
            continue
        what = "overfits" if end["known_psnr_db"] > best["known_psnr_db"] else "underfits"
        yield (
            f"At `{factor}` {end['value']} it {what}: {end['known_psnr_db']:.2f} dB on the known pixels, "
            f"{end['hidden_psnr_db']:.2f} dB on the hidden ones, where {best['value']} has "
            f"{best['known_psnr_db']:.2f} and {best['hidden_psnr_db']:.2f} dB."
        )


def _best(params: dict[str, Any], points: pd.DataFrame) -> str:
    """Return the best value of each axis of an entry; "" for an entry without any."""
    fits = finest(points)
    fits = fits[fits["method"].isna()]
    stands, entry = fits[fits["factor"] == BASE], points["entry"].iloc[0]
    experiment, found, least_db = experiment_of(params, entry), [], _least_db(points)
    for axis in experiment.across:
        if axis not in SHOWN:
            found.append(f"{axis} {stands.loc[stands['score_db'].idxmax(), 'across']}")
    for factor, changed in fits[~fits["factor"].isin([BASE, SEED])].groupby("factor", sort=False):
        top = changed.loc[changed["score_db"].idxmax()]
        if top["score_db"] - stands["score_db"].max() >= least_db:
            found.append(f"{factor} {top['value']}")
        else:
            own = stands_at(runs_of(params, entry)[0], factor)
            found.append(f"{factor} {own} (as it stands)" if own else f"{factor} as it stands")
    return f"best are {', '.join(found)}" if found else ""


def _methods(axis: str | None, stands: pd.DataFrame, methods: pd.DataFrame, least_db: float) -> Iterator[str]:
    """Compare the network with interpolations of the same pixels, value by value across, or its best with them."""
    if methods.empty:
        return
    if methods["across"].notna().any():
        for across, own in methods.groupby("across", sort=False):
            network = stands.loc[stands["across"] == across, "score_db"].iloc[0]
            yield f"With {axis} {across} the {_against(network, own, least_db)}."
        return
    best = stands.loc[stands["score_db"].idxmax()]
    name = f"With {axis} {best['across']} the" if axis else "The"
    yield f"{name} {_against(best['score_db'], methods, least_db)}."


def _against(network_db: float, methods: pd.DataFrame, least_db: float) -> str:
    ranked = methods.sort_values("score_db", ascending=False, kind="stable")
    listed = ", ".join(f"{row.method} {row.score_db:.2f} dB" for row in ranked.itertuples())
    difference = network_db - ranked["score_db"].iloc[0]
    verdict = "level with" if abs(difference) < least_db else "above" if difference > 0 else "below"
    return f"network's {network_db:.2f} dB are {verdict} the best without one ({listed})"


def _bits(points: pd.DataFrame) -> Iterator[str]:
    for across, own in points.groupby("across", sort=False, dropna=False):
        if len(own) > 1:
            name = f"{across}, " if pd.notna(across) else "In all, "
            listed = ", ".join(
                f"{row.bits} bits {row.score_db:.2f} dB at {row.bpp:.2f} bpp"
                for row in own.sort_values("bits").itertuples()
            )
            yield f"{name}weights of fewer bits: {listed}."


def _score(row: pd.Series) -> str:
    text = f"{row['score_db']:.2f} dB"
    if pd.notna(row["hidden_psnr_db"]):
        text += f" on the hidden pixels, {row['known_psnr_db']:.2f} dB on the known ones"
    return f"{text}; {row['num_params']:,.0f} weights, {row['bpp']:.2f} bits per pixel"


def _why(params: dict[str, Any]) -> Iterator[str]:
    yield (
        "A place as it is, or one cycle along each axis, hardly tells two near places apart: their features are "
        "almost equal, and an MLP learns to give them different colors only slowly."
    )
    yield (
        "With Gaussian frequencies of standard deviation sigma, the product of two places' features is, in the "
        "mean, exp(-2 (pi sigma d)^2) at the distance d: beyond d = 1 / (pi sigma) two pixels are learned nearly "
        "independently of each other. A larger sigma can keep finer detail, and fills in less of what it has not "
        "seen."
    )
    mapping, subjects = params["coordinates"]["mapping"], params["coordinates"]["subjects"]
    sides = sorted({max(one["rows"], one["columns"]) for one in subjects.values() if one["rows"]})
    if mapping["kind"] == "gaussian" and sides:
        reach = 1 / (pi * mapping["scale"])
        listed = ", ".join(f"{side * reach:.1f} of {side}" for side in sides)
        yield (f"The group's sigma of {mapping['scale']:g} reaches {reach:.2%} of the side; in pixels, {listed}.")
