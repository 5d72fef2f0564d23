"""The summary in a record of codecs with curves: these, costs, and rates at equal PSNR."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd

from recon.core.errors import UserError
from recon.core.reconstruction import read_timings, setting_text, variant_name
from recon.data.params import Subject
from recon.drawing.looks import CODECS
from recon.families.shared.record_input import RecordInput
from recon.referee.bd_rate import Curve, bd_rate_percent
from recon.settings.sweeps import BASE

SETTINGS = ("lmbda", "q_step")  # whose values are the points of a curve
COSTS = ("macs_per_pixel", "num_params")


def summarize(record_input: RecordInput, *, family: str, encode: str) -> dict[str, Any]:
    """Return curves and costs of each entry, and the bits that it needs in percent above those of each codec.

    A value on an axis of an entry counts as an entry of its own. The codecs are those recorded in the same run;
    their curves are of the same photographs as the entry's, which may have fewer.

    Args:
        record_input: the run; only its points with a lambda or a quantizer step count.
        family: its family.
        encode: the name of the seconds of encoding: `encode_seconds`, or `encode_cpu_seconds`.

    Returns:
        points (entry -> lambda, or such as q_step=0.1 -> bpp, psnr_db and the number of images), anchors (entry ->
        codec -> lists bpp and psnr_db), bd_rate_percent (entry -> codec -> rate at equal PSNR, in percent above
        the codec's, or below if negative), bd_rate_range_db (entry -> codec -> the PSNRs that both curves reach),
        seconds of encoding and decode_seconds (entry -> mean over the images), macs_per_pixel and num_params
        (entry -> number).
    """
    summary: dict[str, dict[str, Any]] = {key: {} for key in _list_keys(encode)}
    for name, rows in _split_curves(_find_points(record_input.scores)):
        entry = rows["entry"].iloc[0]
        anchors = _find_anchors(record_input, entry, rows)
        summary["points"][name] = _describe_points(rows)
        summary["anchors"][name] = {codec: _describe_curve(curve) for codec, curve in anchors.items()}
        _compare(summary, name, _read_curve(rows), anchors)
        summary[encode][name], summary["decode_seconds"][name] = _measure_seconds(family, entry, rows)
        for cost in COSTS:
            summary[cost][name] = rows[cost].max().item()
    return summary


def join(parts: Sequence[Mapping[str, Any]], *, encode: str) -> dict[str, Any]:
    """Return the summary of all photographs of what `summarize` returned for disjoint parts of them.

    Means are weighted by the number of photographs; a codec of which a part lacks the curve is no anchor.
    """
    summary: dict[str, dict[str, Any]] = {key: {} for key in _list_keys(encode)}
    for name in dict.fromkeys(name for part in parts for name in part["points"]):
        chosen = [part for part in parts if name in part["points"]]
        counts = [_count_images(part["points"][name]) for part in chosen]
        points = _join_points([part["points"][name] for part in chosen], counts)
        anchors = _join_anchors([part["anchors"][name] for part in chosen], counts)
        summary["points"][name], summary["anchors"][name] = points, anchors
        curves = {codec: list(zip(*curve.values(), strict=True)) for codec, curve in anchors.items()}
        curve = sorted((point["bpp"], point["psnr_db"]) for point in points.values())
        _compare(summary, name, curve, curves)
        for seconds, digits in ((encode, 2), ("decode_seconds", 4)):
            summary[seconds][name] = round(_mean([part[seconds][name] for part in chosen], counts), digits)
        for cost in COSTS:
            summary[cost][name] = max(part[cost][name] for part in chosen)
    return summary


def _list_keys(encode: str) -> tuple[str, ...]:
    return ("bd_rate_percent", "bd_rate_range_db", "points", "anchors", encode, "decode_seconds", *COSTS)


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)


def _count_images(points: Mapping[str, Mapping[str, Any]]) -> int:
    return max(point["images"] for point in points.values())


def _join_points(parts: Sequence[Mapping[str, Any]], counts: Sequence[int]) -> dict[str, Any]:
    """Return the means of points by name."""
    return {
        name: {
            "bpp": round(_mean([points[name]["bpp"] for points in parts], counts), 5),
            "psnr_db": round(_mean([points[name]["psnr_db"] for points in parts], counts), 4),
            "images": sum(counts),
        }
        for name in parts[0]
    }


def _join_anchors(parts: Sequence[Mapping[str, Any]], counts: Sequence[int]) -> dict[str, Any]:
    """Return the means of curves, point by point, of those codecs that all parts have."""
    joined = {}
    for codec in parts[0]:
        if all(codec in anchors for anchors in parts):
            curves = [zip(*anchors[codec].values(), strict=True) for anchors in parts]
            means = [[_mean(axis, counts) for axis in zip(*at, strict=True)] for at in zip(*curves, strict=True)]
            joined[codec] = _describe_curve(means)
    return joined


def _compare(summary: dict[str, Any], name: str, curve: Curve, anchors: Mapping[str, Curve]) -> None:
    """Add to a summary the rates of a curve against those of codecs, where they are defined."""
    rates = {}
    for codec, anchor in anchors.items():
        with suppress(UserError):  # no PSNR in common, or one that falls where the rate grows
            rates[codec] = tuple(round(value, 2) for value in bd_rate_percent(anchor=anchor, test=curve))
    summary["bd_rate_percent"][name] = {codec: rate for codec, (rate, *_) in rates.items()}
    summary["bd_rate_range_db"][name] = {codec: ends for codec, (_, *ends) in rates.items()}


def _find_points(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of points of curves, with `point`, the name of each."""
    settings = [name for name in SETTINGS if name in scores]
    rows = scores.dropna(subset=settings, how="all")
    return rows.assign(point=[_name_point(row) for _, row in rows[settings].iterrows()])


def _name_point(settings: pd.Series) -> str:
    (name, value), *_ = settings.dropna().items()
    return setting_text(value) if name == "lmbda" else variant_name({name: value})


def _split_curves(scores: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each curve by name with its rows: `fast`, or `fast, contexts 20` for a value of an axis."""
    names = scores.apply(_name_curve, axis="columns")
    yield from scores.groupby(names, sort=False)


def _name_curve(row: pd.Series) -> str:
    pairs = [(row.get(axis), row.get(value)) for axis, value in (("factor", "value"), ("axis", "across"))]
    named = (f"{axis} {value}" for axis, value in pairs if not pd.isna(axis) and axis not in (None, BASE))
    return ", ".join([row["entry"], *named])


def _average(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean bpp and PSNR of each point, in the order of the rate."""
    return rows.groupby("variant", sort=False)[["bpp", "psnr_db"]].mean().sort_values("bpp")


def _read_curve(rows: pd.DataFrame) -> Curve:
    return list(_average(rows).itertuples(index=False, name=None))


def _describe_points(rows: pd.DataFrame) -> dict[str, Any]:
    """Return means and number of images by the name of the point, in ascending order of its setting."""
    points = rows.groupby([*(name for name in SETTINGS if name in rows), "point"], dropna=False).agg(
        bpp=("bpp", "mean"), psnr_db=("psnr_db", "mean"), images=("image", "nunique")
    )
    return points.round({"bpp": 5, "psnr_db": 4}).droplevel(list(range(points.index.nlevels - 1))).to_dict("index")


def _describe_curve(curve: Curve) -> dict[str, list[float]]:
    bpp, psnr_db = zip(*curve, strict=True)
    return {"bpp": [round(rate, 5) for rate in bpp], "psnr_db": [round(value, 4) for value in psnr_db]}


def _find_anchors(record_input: RecordInput, entry: str, rows: pd.DataFrame) -> dict[str, Curve]:
    """Return the codecs' curves on the photographs of an entry, of those codecs that have them all, as large."""
    scores = record_input.others.get(CODECS)
    if scores is None:
        return {}
    photographs = rows[["image", "rows", "columns"]].drop_duplicates()
    subject = record_input.project.subjects[record_input.group.experiments[entry].subject]
    others = [name for name, other in record_input.project.subjects.items() if _is_same_source(subject, other)]
    shared = scores[scores["subject"].isin(others)].merge(photographs, on=["image", "rows", "columns"])
    return {
        codec: _read_curve(points)
        for codec, points in shared.groupby("entry", sort=False)
        if points["image"].nunique() == len(photographs)
    }


def _is_same_source(one: Subject, other: Subject) -> bool:
    """Return whether an image of one name is the same picture in both subjects."""
    chosen = {"images", "unseen"}
    return one.model_dump(exclude=chosen) == other.model_dump(exclude=chosen)


def _measure_seconds(family: str, entry: str, rows: pd.DataFrame) -> tuple[float, float]:
    """Return the mean seconds to encode a photograph, and to decode it."""
    _, seconds = read_timings(family=family, entry=entry)
    means = seconds[seconds["variant"].isin(rows["variant"])].groupby("what")["seconds"].mean()
    return round(means["encode"].item(), 2), round(means["decode"].item(), 4)
