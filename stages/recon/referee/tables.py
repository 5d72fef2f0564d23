"""The README's tables of the plane: header and rows."""

import pandas as pd

from recon.referee.curves import ANCHORS
from recon.referee.leaderboard import mosaic_points


def points(board: pd.DataFrame, target_bpp: float) -> tuple[list[str], list[list[str]]]:
    """Return each method's point nearest to a rate, from metrics/leaderboard.csv."""
    header = ["method", "setting", "rate (bpp)", "PSNR (dB)", "of the mean MSE", "SSIM", "MS-SSIM"]
    header += ["over JPEG (dB)", "on the front", "parameters", "MACs per pixel", "shared decoder (bytes)"]
    digits = {"bpp": ".3f", "psnr_db": ".2f", "psnr_of_mean_mse_db": ".2f", "ssim": ".3f", "ms_ssim": ".3f"}
    digits |= {"gain_over_jpeg_db": "+.2f"}
    rows = []
    for row in mosaic_points(board, target_bpp).to_dict("records"):
        measures = [_cell(row[name], style) for name, style in digits.items()]
        costs = [_cell(row[name], ",.0f") for name in ("num_params", "macs_per_pixel", "decoder_bytes")]
        rows.append([row["method"], row["variant"], *measures, row["on_front"], *costs])
    return header, rows


def curve(board: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return all points of `board`, some rows of metrics/leaderboard.csv, one below the other."""
    header = ["method", "setting", "rate (bpp)", "PSNR (dB)", "SSIM", "over JPEG (dB)"]
    digits = {"bpp": ".3f", "psnr_db": ".2f", "ssim": ".3f", "gain_over_jpeg_db": "+.2f"}
    rows = board.to_dict("records")
    return header, [
        [row["method"], row["variant"], *(_cell(row[name], style) for name, style in digits.items())]
        for row in rows
    ]


def methods(summary: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return what each method's curve is beside the others', from metrics/methods.csv."""
    header = ["method", "points", "on the front", "with decoders counted", "rates (bpp)"]
    for anchor in ANCHORS:
        header += [f"bits against {anchor} (%)", "shared range (dB)"]
    rows = []
    for row in summary.to_dict("records"):
        counts = [str(row[name]) for name in ("points", "points_on_front", "points_on_front_with_decoder")]
        cells = [row["method"], *counts, _range(row["lowest_bpp"], row["highest_bpp"])]
        for anchor in ANCHORS:
            cells.append(_cell(row[f"bd_rate_{anchor}_percent"], "+.1f"))
            cells.append(_range(row[f"bd_rate_{anchor}_from_db"], row[f"bd_rate_{anchor}_to_db"]))
        rows.append(cells)
    return header, rows


def _range(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"


def _cell(number: float, style: str) -> str:
    """Return a number; nothing for what has no meaning for a method; 0.00 without a sign."""
    text = "" if pd.isna(number) else format(number, style)
    return text.lstrip("+-") if text and float(text.replace(",", "")) == 0 else text
