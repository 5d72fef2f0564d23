"""The tables of overfitted codecs for the pages."""

from functools import partial

import pandas as pd

from recon.core import files
from recon.core.reconstruction import setting_text
from recon.families.overfitted.comparison import CODEC_NAMES, CURVES, FILES
from recon.referee import leaderboard

Table = tuple[list[str], list[list[str]]]


def tabulate_files() -> Table:
    """Return what the files of each point in the plane are made of: means over the photographs."""
    header = ["entry", "lambda", "rate (bpp)", "PSNR (dB)", "file (bytes)", "networks (bytes)", "networks (%)"]
    rows = []
    for point in average_files().to_dict("records"):
        names = [point["entry"], setting_text(point["lmbda"])]
        scores = [f"{point['bpp']:.3f}", f"{point['psnr_db']:.2f}", f"{point['payload_bytes']:,.0f}"]
        rows.append([*names, *scores, f"{point['network_bits'] / 8:,.0f}", f"{point['network_percent']:.1f}"])
    return header, rows


def average_files() -> pd.DataFrame:
    """Return a row for each point in the plane: the means of FILES over the photographs."""
    payloads = files.read_csv(FILES)
    plane = payloads[payloads["subject"] == leaderboard.SUBJECT]
    measures = ["bpp", "psnr_db", "payload_bytes", "network_bits", "latent_bits", "network_percent"]
    return plane.groupby(["entry", "lmbda"], sort=False)[measures].mean().reset_index()


def tabulate_curves(measure: str, rate: str) -> Table:
    """Return the bits that each entry in the plane takes at an equal measure, in percent more than others."""
    curves = files.read_csv(CURVES)
    against = list(curves["against"].unique())
    rows = []
    for entry, rates in curves.groupby("entry", sort=False):
        percents = rates.set_index("against")[rate].reindex(against)
        rows.append([entry, *("" if pd.isna(percent) else f"{percent:+.1f}" for percent in percents)])
    return [f"at equal {measure}", *(f"bits against {CODEC_NAMES.get(name, name)} (%)" for name in against)], rows


TABLES = {
    "overfitted": tabulate_files,
    "overfitted-curves": partial(tabulate_curves, "PSNR", "bd_rate_percent"),
    "overfitted-ms-ssim": partial(tabulate_curves, "MS-SSIM", "ms_ssim_bd_rate_percent"),
}
