"""The README's tables on restoration: the comparison, and the records beside published numbers."""

from typing import Any, NamedTuple

import pandas as pd

from recon.families.restoration.records import MEASURES

QUALITIES = ("10", "20", "30", "40")


class Published(NamedTuple):
    """A row as printed: measures on the 29 luma images of LIVE1 at JPEG quality 10, 20, 30 and 40.

    `macs_per_pixel` is counted from the architecture, or derived from the multiply-adds stated for an image (None:
    neither); `blind` says whether one network serves all qualities.
    """

    method: str
    psnr_db: tuple[float, ...]
    psnr_b_db: tuple[float, ...]
    ssim: tuple[float, ...]
    macs_per_pixel: int | None
    blind: bool


# As printed by Liang et al. 2021 ("SwinIR", table of JPEG artifact reduction: ARCNN, DnCNN-3) and by Jiang et al.
# 2021 ("FBCNN", table of single JPEG: QGAC, FBCNN). Luma and JPEG are those of the protocol, see README.
PUBLISHED = (
    Published(
        "ARCNN",
        (28.96, 31.29, 32.67, 33.63),
        (28.77, 30.79, 32.22, 33.14),
        (0.8076, 0.8733, 0.9043, 0.9198),
        106_448,
        False,
    ),
    Published(
        "DnCNN-3",
        (29.19, 31.59, 32.98, 33.96),
        (28.90, 31.07, 32.34, 33.28),
        (0.8123, 0.8802, 0.9090, 0.9247),
        664_704,
        True,
    ),
    Published(
        "QGAC",
        (29.51, 31.83, 33.20, 34.16),
        (29.13, 31.25, 32.47, 33.36),
        (0.825, 0.888, 0.914, 0.929),
        None,
        True,
    ),
    Published(
        "FBCNN",
        (29.75, 32.13, 33.54, 34.53),
        (29.40, 31.57, 32.83, 33.74),
        (0.827, 0.889, 0.916, 0.931),
        2_710_000,  # half of 1,420.8 GFLOP for 512 x 512 pixels, as OpenVINO's model page states them
        True,
    ),
)


def comparison(rows: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: for each method of metrics/restoration_comparison.csv its gain per quality."""
    qualities = sorted(rows["quality"].unique())
    header = ["method", *(f"gain at {quality} (dB)" for quality in qualities), "SSIM at the lowest"]
    header += ["parameters", "MACs per pixel", "beats all without a network"]
    lines = []
    for method, points in rows.groupby("method", sort=False):
        by_quality = points.set_index("quality")
        gains = [_gain(by_quality["gain_db"].get(quality)) for quality in qualities]
        first = points.iloc[0]
        beats = points["beats_baselines"].dropna()
        verdict = (
            "" if beats.empty else "yes" if (beats == "yes").all() else "no" if (beats == "no").all() else "partly"
        )
        costs = ["" if pd.isna(first[key]) else f"{first[key]:,.0f}" for key in ("num_params", "macs_per_pixel")]
        lines.append([str(method), *gains, f"{by_quality['ssim'].sort_index().iloc[0]:.3f}", *costs, verdict])
    return header, lines


def _gain(gain_db: float | None) -> str:
    """Return +0.12, -0.12, 0.00, or nothing."""
    if gain_db is None or pd.isna(gain_db):
        return ""
    return "0.00" if abs(gain_db) < 0.005 else f"{gain_db:+.2f}"


def live1(record: dict[str, Any], baselines: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the recorded methods without a network, the recorded network, and the published ones, row by row."""
    header = ["PSNR / PSNR-B (dB) / SSIM", *(f"quality {q}" for q in QUALITIES)]
    header += ["MACs per pixel", "one for all qualities"]
    rows = [
        [method, *(_measures(points[f"quality={q}"]) for q in QUALITIES), "", ""]
        for method, points in baselines["results"].items()
    ]
    ours = [{measure: record[measure][q] for measure in MEASURES} for q in QUALITIES]
    (entry,) = record["params"]["restoration"]["experiments"].values()
    macs = f"{record['macs_per_pixel']:,.0f}"
    rows.append(["**this project**", *map(_measures, ours), macs, _yes(entry.get("blind", True))])
    for known in PUBLISHED:
        scores = [dict(zip(MEASURES, point, strict=True)) for point in zip(*known[1:4], strict=True)]
        macs = f"{known.macs_per_pixel:,}" if known.macs_per_pixel else ""
        rows.append([known.method, *map(_measures, scores), macs, _yes(known.blind)])
    return header, rows


def _measures(point: dict[str, float]) -> str:
    return f"{point['psnr_db']:.2f} / {point['psnr_b_db']:.2f} / {point['ssim']:.3f}"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def kodak(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the BD-rates of the recorded curve against each codec."""
    header = ["against", "bits at equal PSNR (%)", "from (dB)", "to (dB)"]
    rows = [
        [method, f"{percent:+.1f}", *(f"{bound:.2f}" for bound in record["bd_rate_range_db"][method])]
        for method, percent in record["bd_rate_percent"].items()
    ]
    return header, rows


def kodak_curve(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the points of the recorded curve: rate, PSNR and SSIM at each JPEG quality."""
    (points,) = record["results"].values()
    shown = {"bpp": ".3f", "psnr_db": ".2f", "ssim": ".3f"}
    rows = [
        [variant.removeprefix("quality="), *(format(point[key], digits) for key, digits in shown.items())]
        for variant, point in points.items()
    ]
    return ["JPEG quality", "rate (bpp)", "PSNR (dB)", "SSIM"], rows


def costs(record: dict[str, Any]) -> str:
    """Return a sentence on what the recorded network costs."""
    weights = f"{record['num_params']:,} parameters ({4 * record['num_params']:,} bytes, shared by all images)"
    work = f"{record['macs_per_pixel']:,.0f} multiply-adds per pixel"
    return f"This project's network: {weights}, {work}, {record['training_minutes']:.1f} minutes of training. "
