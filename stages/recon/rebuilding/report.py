"""The line that says what came of it."""

from argparse import Namespace
from pathlib import Path

import numpy as np

from recon.coding import rate
from recon.rebuilding.search import Point, shown
from recon.referee import distortion


def of_compressing(given: Namespace, point: Point, *, kept: bool, seconds: float) -> str:
    """Return bytes, rate, quality, where the dial stood, and the seconds of encoding; `kept`: OUT is the file."""
    rows, columns, _ = point.pixels.shape
    return (
        f"{given.out}: {rows} x {columns} pixels {'in' if kept else 'from'} {len(point.payload):,} bytes, "
        f"{shown(point.bpp, 'bpp')}, {shown(point.psnr, 'psnr')} against {given.file} "
        f"({point.dial.setting}={point.value:g}{_end(given, point)}; encoded in {seconds:.1f} s, "
        f"decoded in {point.decode_seconds:.1f} s)"
    )


def of_decoding(
    given: Namespace,
    pixels: np.ndarray,
    *,
    payload_bytes: int,
    reference: np.ndarray | None,
    by: str,
    seconds: float,
) -> str:
    """Return bytes and rate, quality where there is a `reference`, who decoded it, and how long that took."""
    rows, columns, _ = pixels.shape
    against = ""
    if reference is not None:
        psnr = distortion.psnr_db(reference=reference, reconstruction=pixels)
        against = f", {shown(psnr, 'psnr')} against {Path(given.reference)}"
    bpp = rate.bpp(payload_bytes=payload_bytes, rows=rows, columns=columns)
    return (
        f"{given.out}: {rows} x {columns} pixels from {payload_bytes:,} bytes, {shown(bpp, 'bpp')}{against} "
        f"({by}; decoded in {seconds:.1f} s)"
    )


def _end(given: Namespace, point: Point) -> str:
    """Say so where a search has come to the dial's end: a rate is not used up, or a quality exceeded."""
    if given.bpp and point.value == point.dial.values[-1]:
        return ", the finest there is"
    return ", the coarsest there is" if given.psnr and point.value == point.dial.values[0] else ""
