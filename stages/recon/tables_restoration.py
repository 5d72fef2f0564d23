"""The README's tables on restoration: the comparison, and the records beside published numbers."""

from typing import Any, NamedTuple

import pandas as pd

QUALITIES = ("10", "20", "30", "40")


class Published(NamedTuple):
    """A row as printed: PSNR and SSIM on the 29 luma images of LIVE1 at JPEG quality 10, 20, 30 and 40.

    `macs_per_pixel` is counted from the architecture (None: not counted here), `blind` says whether one network
    serves all qualities.
    """

    method: str
    psnr_db: tuple[float, ...]
    ssim: tuple[float, ...]
    macs_per_pixel: int | None
    blind: bool


# As printed by Liang et al. 2021 ("SwinIR", table of JPEG artifact reduction: ARCNN, DnCNN-3) and by Jiang et al.
# 2021 ("FBCNN", table of single JPEG: QGAC, FBCNN). Luma and JPEG are those of the protocol, see README.
PUBLISHED = (
    Published("ARCNN", (28.96, 31.29, 32.67, 33.63), (0.8076, 0.8733, 0.9043, 0.9198), 106_448, False),
    Published("DnCNN-3", (29.19, 31.59, 32.98, 33.96), (0.8123, 0.8802, 0.9090, 0.9247), 664_704, True),
    Published("QGAC", (29.51, 31.83, 33.20, 34.16), (0.825, 0.888, 0.914, 0.929), None, True),
    Published("FBCNN", (29.75, 32.13, 33.54, 34.53), (0.827, 0.889, 0.916, 0.931), None, True),
)


def comparison(rows: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: for each method of metrics/restoration_comparison.csv its gain per quality."""
    qualities = sorted(rows["quality"].unique())
    header = ["method", *(f"gain at {quality} (dB)" for quality in qualities), "SSIM at the lowest"]
    header += ["parameters", "MACs per pixel", "beats all without a network"]
    lines = []
    for method, points in rows.groupby("method", sort=False):
        by_quality = points.set_index("quality")
        gains = [f"{by_quality['gain_db'].get(q, float('nan')):+.2f}".replace("+nan", "") for q in qualities]
        first = points.iloc[0]
        beats = points["beats_baselines"].dropna()
        verdict = (
            "" if beats.empty else "yes" if (beats == "yes").all() else "no" if (beats == "no").all() else "partly"
        )
        costs = ["" if pd.isna(first[key]) else f"{first[key]:,.0f}" for key in ("num_params", "macs_per_pixel")]
        lines.append([str(method), *gains, f"{by_quality['ssim'].iloc[0]:.3f}", *costs, verdict])
    return header, lines


def live1(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the recorded network's row beside the published ones."""
    header = ["PSNR (dB) / SSIM", *(f"quality {q}" for q in QUALITIES), "MACs per pixel", "one for all qualities"]
    ours = [f"{record['psnr_db'][q]:.2f} / {record['ssim'][q]:.4f}" for q in QUALITIES]
    (entry,) = record["params"]["restoration"]["experiments"].values()
    blind = "yes" if entry.get("blind", True) else "no"
    rows = [["this project", *ours, f"{record['macs_per_pixel']:,.0f}", blind]]
    for known in PUBLISHED:
        scores = [f"{psnr:.2f} / {ssim:.4g}" for psnr, ssim in zip(known.psnr_db, known.ssim, strict=True)]
        macs = f"{known.macs_per_pixel:,}" if known.macs_per_pixel else ""
        rows.append([known.method, *scores, macs, "yes" if known.blind else "no"])
    return header, rows


def kodak(record: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the BD-rates of the recorded curve against each codec."""
    header = ["against", "bits at equal PSNR (%)", "from (dB)", "to (dB)"]
    rows = [
        [method, f"{percent:+.1f}", *(f"{bound:.2f}" for bound in record["bd_rate_range_db"][method])]
        for method, percent in record["bd_rate_percent"].items()
    ]
    return header, rows


def costs(record: dict[str, Any]) -> str:
    """Return a sentence on what the recorded network costs."""
    return (
        f"This project's network: {record['num_params']:,} parameters, {record['macs_per_pixel']:,.0f} multiply-adds "
        f"per pixel, {record['training_minutes']:.1f} minutes of training. "
    )
