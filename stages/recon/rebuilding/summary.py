"""The last line of `rebuild.py`: size, rate, quality and seconds."""

from argparse import Namespace

import numpy as np

from recon.coding import rate
from recon.core.reconstruction import Reconstruction
from recon.rebuilding.search import Point, format_measure
from recon.referee import distortion


def summarize_compression(options: Namespace, point: Point, *, writes_payload: bool, seconds: float) -> str:
    """Return size, rate, quality and setting of a compressed picture.

    Args:
        options: the options of the command line.
        point: the payload and the picture.
        writes_payload: whether the payload was written rather than the picture.
        seconds: encoding time, including the search.
    """
    decoded = point.reconstruction
    rows, columns, _ = decoded.pixels.shape
    return (
        f"{options.out}: {rows} x {columns} pixels {'in' if writes_payload else 'from'} {len(point.payload):,} "
        f"bytes, {format_measure(point.bpp, 'bpp')}, {format_measure(point.psnr, 'psnr')} against {options.file} "
        f"({point.dial.setting}={point.value:g}{_describe_limit(options, point)}; encoded in {seconds:.1f} s, "
        f"decoded in {decoded.decode_seconds:.1f} s)"
    )


def summarize_decoding(
    options: Namespace, decoded: Reconstruction, *, reference: np.ndarray | None, method: str
) -> str:
    """Return size and rate of a decoded file, quality against a `reference`, and the decoding method."""
    rows, columns, _ = decoded.pixels.shape
    against = ""
    if reference is not None:
        psnr = distortion.psnr_db(reference=reference, reconstruction=decoded.pixels)
        against = f", {format_measure(psnr, 'psnr')} against {options.reference}"
    bpp = rate.bpp(payload_bytes=len(decoded.payload), rows=rows, columns=columns)
    return (
        f"{options.out}: {rows} x {columns} pixels from {len(decoded.payload):,} bytes, "
        f"{format_measure(bpp, 'bpp')}{against} ({method}; decoded in {decoded.decode_seconds:.1f} s)"
    )


def _describe_limit(options: Namespace, point: Point) -> str:
    """Return a remark where the search stopped at the dial's end: rate left unused, or quality exceeded."""
    if options.bpp and point.value == point.dial.values[-1]:
        return ", the finest there is"
    return ", the coarsest there is" if options.psnr and point.value == point.dial.values[0] else ""
