"""The tables of autoencoders for the pages."""

from functools import partial
from typing import Any

from recon.core import files
from recon.core.reconstruction import SCORES, variant_name
from recon.families.autoencoder import bridge, ladder
from recon.families.autoencoder.params import FAMILY
from recon.families.autoencoder.records import KODAK
from recon.referee import fields
from recon.referee.tables import tabulate_curve

Rows = list[list[str]]


def tabulate_epochs() -> tuple[list[str], Rows]:
    """Return the mean scores of each entry with snapshots, by epoch."""
    scores = files.read_csv(SCORES / f"{FAMILY}.csv").dropna(subset=["epoch"])
    scores["epochs"] = scores["epoch"].map("{:.0f}".format)
    means = scores.groupby(["entry", "epochs"], sort=False)[["psnr_db", "ssim", "bpp"]].mean().reset_index()
    return fields.select(means, list(means.columns))


def tabulate_recorded_epochs() -> tuple[list[str], Rows, dict[str, Any]]:
    """Return PSNR and SSIM by epoch of a recorded run of 2,000 epochs, and the record."""
    record = files.read_json("metrics/benchmarks/autoencoder-epochs.json")
    epochs = {variant_name({"epoch": epoch}): epoch for epoch in range(1, record["params"]["epochs"] + 1)}
    curves = {
        entry: {epochs[name]: _format_scores(point) for name, point in points.items() if name in epochs}
        for entry, points in record["results"].items()
    }
    snapshots = sorted({epoch for curve in curves.values() for epoch in curve})
    rows = [[entry, *(curve.get(epoch, "") for epoch in snapshots)] for entry, curve in curves.items() if curve]
    return ["PSNR (dB) / SSIM", *(f"{epoch:,} epochs" for epoch in snapshots)], rows, record


def _format_scores(point: dict[str, float]) -> str:
    return f"{point['psnr_db']:.2f} / {point['ssim']:.3f}"


TABLES = {
    "epochs": tabulate_epochs,
    "autoencoders": partial(tabulate_curve, FAMILY),
    "epochs-2000": tabulate_recorded_epochs,
    "autoencoder-kodak": KODAK.tabulate_rates,
    "autoencoder-kodak-points": KODAK.tabulate_points,
    bridge.NAME: bridge.tabulate,
    ladder.NAME: ladder.tabulate,
}
