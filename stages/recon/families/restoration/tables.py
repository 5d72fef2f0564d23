"""The tables of the pages on restoration: the comparison, and the records beside published numbers."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from recon.core import files
from recon.core.reconstruction import variant_name
from recon.families.restoration.comparison import METHODS, format_db
from recon.families.restoration.records import MEASURES
from recon.referee.fields import find_field

Rows = list[list[str]]

LIVE1 = "metrics/benchmarks/restoration-live1.json"
LIVE1_BASELINES = "metrics/benchmarks/deblocking-live1.json"
KODAK = "metrics/benchmarks/restoration-kodak.json"
ANY_JPEG = "metrics/benchmarks/any-jpeg.json"
QUALITIES = (10, 20, 30, 40)


class Published(NamedTuple):
    """A row as printed: measures on the 29 luma images of LIVE1 at JPEG quality 10, 20, 30 and 40.

    `scores` are PSNR, PSNR-B and SSIM, one at each quality. `macs_per_pixel` is counted from the architecture, or
    derived from published multiply-adds for an image; None if neither is possible. `blind` is whether one network
    serves all qualities.
    """

    method: str
    macs_per_pixel: int | None
    blind: bool
    scores: tuple[tuple[float, ...], ...]


# As printed by Liang et al. 2021 ("SwinIR", table of JPEG artifact reduction: ARCNN, DnCNN-3) and by Jiang et al.
# 2021 ("FBCNN", table of single JPEG: QGAC, FBCNN), on the luma and JPEG files of the common protocol.
PUBLISHED = (
    Published(
        method="ARCNN",
        macs_per_pixel=106_448,
        blind=False,
        scores=((28.96, 31.29, 32.67, 33.63), (28.77, 30.79, 32.22, 33.14), (0.8076, 0.8733, 0.9043, 0.9198)),
    ),
    Published(
        method="DnCNN-3",
        macs_per_pixel=664_704,
        blind=True,
        scores=((29.19, 31.59, 32.98, 33.96), (28.90, 31.07, 32.34, 33.28), (0.8123, 0.8802, 0.9090, 0.9247)),
    ),
    Published(
        method="QGAC",
        macs_per_pixel=None,
        blind=True,
        scores=((29.51, 31.83, 33.20, 34.16), (29.13, 31.25, 32.47, 33.36), (0.825, 0.888, 0.914, 0.929)),
    ),
    Published(
        method="FBCNN",
        macs_per_pixel=2_710_000,  # half of 1,420.8 GFLOP for 512 x 512 pixels, from OpenVINO's model page
        blind=True,
        scores=((29.75, 32.13, 33.54, 34.53), (29.40, 31.57, 32.83, 33.74), (0.827, 0.889, 0.916, 0.931)),
    ),
)


def tabulate_restorers() -> tuple[list[str], Rows]:
    """Return the gain of each method over plain JPEG, by JPEG quality, and its costs."""
    methods = files.read_csv(METHODS)
    qualities = sorted(methods["quality"].unique())
    ends = sorted({qualities[0], qualities[-1]})
    header = ["method", *(f"gain at {quality} (dB)" for quality in qualities), "SSIM at the lowest"]
    header += [f"SSIMULACRA 2 at {quality}" for quality in ends]
    header += ["parameters", "MACs per pixel", "beats all without a network"]
    rows = []
    for method, points in methods.groupby("method", sort=False):
        by_quality = points.set_index("quality").sort_index()
        gains = [_format_gain(by_quality["gain_db"].get(quality)) for quality in qualities]
        first = by_quality.iloc[0]
        costs = ["" if pd.isna(first[key]) else f"{first[key]:,.0f}" for key in ("num_params", "macs_per_pixel")]
        beats = set(points["beats_baselines"].dropna())
        verdict = "partly" if len(beats) > 1 else "".join(beats)
        perceived = map(find_field("ssimulacra2").text, by_quality["ssimulacra2"].reindex(ends))
        rows.append([str(method), *gains, f"{first['ssim']:.3f}", *perceived, *costs, verdict])
    return header, rows


def tabulate_live1() -> tuple[list[str], Rows, str, dict[str, Any], str, dict[str, Any]]:
    """Return rows of the recorded baselines, the recorded network and the published ones, and both records."""
    record, baselines = files.read_json(LIVE1), files.read_json(LIVE1_BASELINES)
    header = ["PSNR / PSNR-B (dB) / SSIM", *(f"quality {quality}" for quality in QUALITIES)]
    header += ["MACs per pixel", "one for all qualities"]
    rows = [
        [method, *(_format_measures(points[variant_name({"quality": q})]) for q in QUALITIES), "", ""]
        for method, points in baselines["results"].items()
    ]
    scores = [{measure: record[measure][f"{quality}"] for measure in MEASURES} for quality in QUALITIES]
    (experiment,) = record["params"]["restoration"]["experiments"].values()
    blind = _format_yes(experiment.get("blind", True))
    rows.append(["**this project**", *map(_format_measures, scores), f"{record['macs_per_pixel']:,.0f}", blind])
    for row in PUBLISHED:
        scores = [dict(zip(MEASURES, point, strict=True)) for point in zip(*row.scores, strict=True)]
        macs = f"{row.macs_per_pixel:,}" if row.macs_per_pixel else ""
        rows.append([row.method, *map(_format_measures, scores), macs, _format_yes(row.blind)])
    return header, rows, _describe_costs(record), record, "The methods without a network:", baselines


def tabulate_kodak() -> tuple[list[str], Rows, str, dict[str, Any]]:
    """Return the BD-rates of the recorded curve against each codec, and the record."""
    record = files.read_json(KODAK)
    header = ["against", "bits at equal PSNR (%)", "from (dB)", "to (dB)"]
    rows = [
        [method, f"{percent:+.1f}", *(f"{bound:.2f}" for bound in record["bd_rate_range_db"][method])]
        for method, percent in record["bd_rate_percent"].items()
    ]
    return header, rows, _describe_costs(record), record


def tabulate_kodak_curve() -> tuple[list[str], Rows]:
    """Return the points of the recorded curve: rate, PSNR and SSIM at each JPEG quality."""
    record = files.read_json(KODAK)
    (points,) = record["results"].values()
    rows = [
        [quality, f"{point['bpp']:.3f}", f"{point['psnr_db']:.2f}", f"{point['ssim']:.3f}"]
        for quality, point in zip(record["psnr_db"], points.values(), strict=True)
    ]
    return ["JPEG quality", "rate (bpp)", "PSNR (dB)", "SSIM"], rows


def tabulate_any_jpeg() -> tuple[list[str], Rows, str, dict[str, Any]] | str:
    """Return the gains on files of each kind, by JPEG quality, and the record."""
    if not Path(ANY_JPEG).exists():
        return "Not measured yet: `python tests/benchmarks/any_jpeg.py`."
    record = files.read_json(ANY_JPEG)
    cells: dict[str, dict[int, str]] = {}
    counts: dict[str, int] = {}
    for row in record["results"]:
        gains = f"{row['gain_db']:+.2f} / {row['worst_gain_db']:+.2f} / {row['ssim_gain']:+.3f}"
        cells.setdefault(row["kind"], {})[row["quality"]] = gains
        counts[row["kind"]] = row["photographs"]
    qualities = sorted({row["quality"] for row in record["results"]})
    header = ["gain: mean / worst (dB) / SSIM", "photographs", *(f"quality {quality}" for quality in qualities)]
    rows = [[kind, f"{counts[kind]}", *(by.get(q, "") for q in qualities)] for kind, by in cells.items()]
    return header, rows, f"By `models/zoo/{record['network']}`.", record


def _format_gain(gain_db: float | None) -> str:
    """Return +0.12, -0.12, 0.00, or nothing."""
    return "" if gain_db is None else format_db(gain_db).removesuffix(" dB")


def _format_measures(point: dict[str, float]) -> str:
    return f"{point['psnr_db']:.2f} / {point['psnr_b_db']:.2f} / {point['ssim']:.3f}"


def _format_yes(is_true: bool) -> str:
    return "yes" if is_true else "no"


def _describe_costs(record: dict[str, Any]) -> str:
    """Return a sentence on the costs of the recorded network."""
    size = record.get("decoder_bytes", 4 * record["num_params"])  # older records have float32 weights
    weights = f"{record['num_params']:,} parameters ({size:,.0f} bytes, shared by all images)"
    work = f"{record['macs_per_pixel']:,.0f} multiply-adds per pixel"
    minutes = record.get("training_minutes")  # not of a run with a network of the zoo
    training = "" if minutes is None else f", {minutes:.1f} minutes of training"
    return f"This project's network: {weights}, {work}{training}."


TABLES = {
    "restoration": tabulate_restorers,
    "restoration-live1": tabulate_live1,
    "restoration-kodak": tabulate_kodak,
    "restoration-kodak-curve": tabulate_kodak_curve,
    "any-jpeg": tabulate_any_jpeg,
}
