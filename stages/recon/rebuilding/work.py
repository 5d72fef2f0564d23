"""The two things that are done for a picture of one's own; each returns the line that says what came of it."""

from argparse import Namespace
from pathlib import Path
from time import perf_counter

import numpy as np

from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.families.shared.family import Dial, Family, flag
from recon.rebuilding import methods, pictures, report, search
from recon.rebuilding.overlay import laid_over
from recon.rebuilding.search import Point
from recon.settings.core import read_params


def compress(given: Namespace) -> str:
    """Compress a picture, decode that again, and write one or the other."""
    method, source, out = methods.named(given.method), Path(given.file), Path(given.out)
    pictures.check_out(out, sources=[source], suffixes=(*method.suffixes, pictures.PICTURE))
    if method.restores and _as_it_is(given):
        return decode(given)
    pixels = pictures.read(source, longest=given.longest)
    family = methods.opened(method, laid_over(read_params(), given.set), given.entry)
    start = perf_counter()
    point = _point(given, family.dial(pixels), family)
    made = point.pixels
    seconds = perf_counter() - start - point.decode_seconds
    kept = out.suffix.lower() != pictures.PICTURE
    pictures.write(out, point.payload if kept else made)
    return report.of_compressing(given, point, kept=kept, seconds=seconds)


def decode(given: Namespace) -> str:
    """Decode a compressed file, or restore a JPEG, and write the picture."""
    source, out = Path(given.file), Path(given.out)
    read = [Path(path) for path in (given.file, given.reference) if path]
    pictures.check_out(out, sources=read, suffixes=[pictures.PICTURE])
    data = pictures.content(source)
    reference = pictures.read(Path(given.reference), longest=given.longest) if given.reference else None
    try:
        method = _decoder(data, given.method)
        family = methods.opened(method, laid_over(read_params(), given.set), given.entry)
        start = perf_counter()
        pixels = pictures.upright(family.decode(data), data)
    except PayloadError as error:
        remedy = "" if given.decode else "; with --quality it is compressed anew"
        raise UserError(f"{source}: {error}{remedy}") from None
    seconds = perf_counter() - start
    if reference is not None:
        reference = _comparable(reference, pixels, given.reference)
    pictures.write(out, pixels)
    about = {"payload_bytes": len(data), "by": method.name, "seconds": seconds}
    return report.of_decoding(given, pixels, reference=reference, **about)


def _as_it_is(given: Namespace) -> bool:
    """Return whether a JPEG is to be restored as it is, and no other one to be made of its pixels first."""
    changed = given.setting or given.bpp or given.psnr or given.longest
    if changed or Path(given.out).suffix.lower() != pictures.PICTURE:
        return False
    return methods.file_format(pictures.content(Path(given.file))) == "JPEG"


def _point(given: Namespace, dial: Dial, family: Family) -> Point:
    """Turn the dial as was asked for."""
    for name, value in given.setting.items():
        if name != dial.setting:
            raise UserError(f"{family.method} has no --{flag(name)}; its setting is --{flag(dial.setting)}")
        return Point.at(dial, dial.checked(value), family.decode)
    for what in search.UNITS:
        if target := vars(given)[what]:
            return search.found(dial, what, target, family)
    return Point.at(dial, dial.usual, family.decode)


def _decoder(data: bytes, wanted: str | None) -> methods.Method:
    """Return the method that is to decode such bytes."""
    method = None if wanted is None else methods.named(wanted)
    able = methods.of_payload(data)
    if method and method not in able:
        raise PayloadError(f"a file of {able[0].name}, not of {wanted}; leave --method out, or name that")
    return method or able[0]


def _comparable(reference: np.ndarray, pixels: np.ndarray, name: str) -> np.ndarray:
    """Return the reference in the color of a picture; UserError where it has other sides."""
    (rows, columns, _), (down, across, channels) = reference.shape, pixels.shape
    if (rows, columns) != (down, across):
        raise UserError(f"{name}: {rows} x {columns} pixels, and the picture has {down} x {across}")
    return to_color(reference, "gray" if channels == 1 else "rgb")
