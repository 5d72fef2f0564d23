"""The line of `rebuild.py` for a picture: size, rate, quality and seconds."""

import os
import shlex
import sys
from argparse import Namespace
from itertools import chain, count
from pathlib import Path

import numpy as np

from recon.coding import rate
from recon.core.reconstruction import Reconstruction
from recon.rebuilding import methods, pictures
from recon.rebuilding.search import Point, format_measure
from recon.rebuilding.tasks import Task
from recon.referee import distortion


def summarize_compression(task: Task, point: Point, *, writes_payload: bool, seconds: float) -> str:
    """Return size, rate, quality and setting of a compressed picture.

    Args:
        task: what was done.
        point: the payload and the picture.
        writes_payload: whether the payload was written rather than the picture.
        seconds: encoding time, including the search.
    """
    decoded = point.reconstruction
    rows, columns, _ = decoded.pixels.shape
    return (
        f"{task.out}: {rows} x {columns} pixels {'in' if writes_payload else 'from'} {len(point.payload):,} "
        f"bytes, {format_measure(point.bpp, 'bpp')}, {format_measure(point.psnr, 'psnr')} against {task.source} "
        f"({point.dial.setting}={point.value:g}{_describe_limit(task.options, point)}; "
        f"encoded in {seconds:.1f} s, decoded in {decoded.decode_seconds:.1f} s)"
        f"{_describe_decoder(task, writes_payload)}"
    )


def summarize_decoding(task: Task, decoded: Reconstruction, *, reference: np.ndarray | None, method: str) -> str:
    """Return size and rate of a decoded file, quality against a `reference`, and the decoding method."""
    rows, columns, _ = decoded.pixels.shape
    against = ""
    if reference is not None:
        psnr = distortion.psnr_db(reference=reference, reconstruction=decoded.pixels)
        against = f", {format_measure(psnr, 'psnr')} against {task.options.reference}"
    bpp = rate.bpp(payload_bytes=len(decoded.payload), rows=rows, columns=columns)
    return (
        f"{task.out}: {rows} x {columns} pixels from {len(decoded.payload):,} bytes, "
        f"{format_measure(bpp, 'bpp')}{against} ({method}; decoded in {decoded.decode_seconds:.1f} s)"
    )


def _describe_limit(options: Namespace, point: Point) -> str:
    """Return a remark where the search stopped at the dial's end: rate left unused, or quality exceeded."""
    if options.bpp and point.value == point.dial.values[-1]:
        return ", the finest there is"
    return ", the coarsest there is" if options.psnr and point.value == point.dial.values[0] else ""


def _describe_decoder(task: Task, writes_payload: bool) -> str:
    """Return a remark where a decoder has to be named for OUT, or would take IMAGE as it is."""
    options, method = task.options, task.method
    if writes_payload and method.restores:
        words = ["--decode", "--method", method.name, *(["--entry", options.entry] if options.entry else [])]
        words += [word for change in options.set for word in ("-S", change)]
        command = shlex.join(["python", sys.argv[0], str(task.out), *words, "-o", str(_find_free_name(task.out))])
        return f"; other programs show less than that: decode it with {command}"
    if methods.find_format(task.source) in method.formats:
        return f"; {task.source} is a {method.name} file already, which --decode turns into a picture"
    return ""


def _find_free_name(out: Path) -> Path:
    """Return a name for the decoded picture of `out` that no file has, least of all the original."""
    ends = chain([""], (f"-{number}" for number in count(2)))
    names = (out.with_name(f"{out.stem}-restored{end}{pictures.PICTURE}") for end in ends)
    return next(name for name in names if not os.path.lexists(name))
