"""The findings on autoencoders, for the page and for findings.md."""

from collections.abc import Iterator

import numpy as np

from recon.core import files
from recon.core.reconstruction import SCORES
from recon.families.autoencoder.comparison import read_epochs
from recon.families.autoencoder.params import FAMILY
from recon.referee import fields
from recon.referee.tables import format_table

TITLE = "Autoencoders"
INTRODUCTION = (
    "An encoder turns a photograph into a small latent, which is rounded, entropy-coded and sent, and one decoder "
    "turns the latents of all photographs back."
)
FIGURES = {
    "snapshots.png": "The original, and each autoencoder after more and more epochs.",
    "curves.png": "Training loss and PSNR of each autoencoder over its epochs.",
}


def describe() -> list[str]:
    """Return sentences on the epochs of the best entry, and on the size of the plane's decoder."""
    return [*_describe_epochs(), *_describe_decoder()]


def report() -> str:
    """Return findings.md: a row for each entry, image and epoch, and the sentences of `describe`."""
    scores = read_epochs().rename(columns={"epoch": "epochs"}).astype({"epochs": str})
    header, rows = fields.select(scores, ["entry", "image", "epochs", "psnr_db", "ssim", "bpp"])
    for title, name in {"gain (dB)": "gain_db", "per doubling (dB)": "doubling_db"}.items():
        header.append(title)
        for row, decibels in zip(rows, scores[name], strict=True):
            row.append("" if np.isnan(decibels) else f"{decibels:+.2f}")
    return "\n".join([f"# {TITLE}: what more epochs bring", "", format_table(header, rows), "", *describe(), ""])


def _describe_epochs() -> Iterator[str]:
    means = read_epochs().groupby(["entry", "epoch"], sort=False)[["psnr_db", "doubling_db"]].mean()
    curves = {entry: curve.droplevel("entry") for entry, curve in means.groupby("entry", sort=False)}
    entry, curve = max(curves.items(), key=lambda item: item[1]["psnr_db"].iloc[-1])
    if len(curve) > 1:
        first, before, last = curve.iloc[0], curve.iloc[-2], curve.iloc[-1]
        moves = "climbs" if last["psnr_db"] > first["psnr_db"] else "falls"
        yield (
            f"Trained on one photograph alone, {entry} {moves} from {first['psnr_db']:.1f} dB after "
            f"{first.name:,} epochs to {last['psnr_db']:.1f} dB after {last.name:,}."
        )
        yield f"From {before.name:,} epochs on, a doubling of them changes it by {last['doubling_db']:+.2f} dB."


def _describe_decoder() -> Iterator[str]:
    rows = files.read_csv(SCORES / f"{FAMILY}.csv")
    for decoder_bytes in rows.loc[rows["entry"] == "plane", "decoder_bytes"].head(1):
        yield (
            f"In the plane the decoder of all photographs has {decoder_bytes:,.0f} bytes, which the rate does not "
            "count."
        )
