"""Figures of the plane: rate-distortion curves, and all methods side by side at about one rate."""

from pathlib import Path

import numpy as np
import pandas as pd

from recon import figures
from recon.reconstruction import read_pixels

DETAIL_SIDE = 64


def draw_rate_distortion(path: str | Path, points: pd.DataFrame, *, bpp_scale: str, note: str = "") -> None:
    """Draw mean PSNR and mean SSIM against mean bits per pixel, a curve for each method; `note` goes below."""
    figure = figures.new_figure(13, 5.2)
    panels = figure.subplots(1, 2)
    for panel, (column, label) in zip(panels, {"psnr_db": "PSNR (dB)", "ssim": "SSIM"}.items(), strict=True):
        for index, (method, curve) in enumerate(points.groupby("method", sort=False)):
            curve = curve.sort_values("bpp")
            figures.draw_curve(panel, curve["bpp"], curve[column], label=method, index=index)
        panel.set(xlabel="rate (bits per pixel)", ylabel=f"{label}, mean over the images", xscale=bpp_scale)
        if bpp_scale == "log":
            panel.xaxis.set_major_formatter("{x:g}")
            panel.set_xticks([t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5) if _within(t, points["bpp"])])
            panel.xaxis.set_minor_formatter("")
        panel.grid(alpha=0.25, which="both")
    panels[0].legend(frameon=False)
    figure.supxlabel(note, fontsize=9, x=0.99, ha="right")
    figure.suptitle(f"Rate and distortion, {int(points['images'].max())} photographs", fontsize=13)
    figures.save(path, figure)


def draw_mosaic(path: str | Path, points: pd.DataFrame, *, image: str, original: np.ndarray) -> None:
    """Draw one photograph as each method rebuilds it at the point given for it, with its own rate and PSNR."""
    pictures = [(f"original\n{8 * original.shape[-1]} bpp", original)]
    for row in points.itertuples():
        pixels = read_pixels(family=row.family, entry=row.entry, variant=row.variant, image=image)
        title = f"{row.method}, {row.variant}\n{row.image_bpp:.2f} bpp, {row.image_psnr_db:.2f} dB"
        pictures.append((title, pixels))
    detail = min(DETAIL_SIDE, *original.shape[:2])
    figures.draw_mosaic(path, pictures, heading=f"{image}, each method at about one rate", detail=detail)


def _within(tick: float, values: pd.Series) -> bool:
    return values.min() / 1.5 <= tick <= values.max() * 1.5
