"""The two things that are done for a picture of one's own; each returns the line that says what came of it."""

from argparse import Namespace
from pathlib import Path
from time import perf_counter

from recon import distortion, images, rate
from recon.errors import UserError
from recon.params.core import read_params
from recon.payload import PayloadError
from recon.rebuilding import methods, pictures, search
from recon.rebuilding.family import Dial, Family, flag
from recon.rebuilding.overlay import laid_over
from recon.rebuilding.search import Point, shown


def compress(given: Namespace) -> str:
    """Compress a picture, decode that again, and write one or the other."""
    method, source, out = methods.named(given.method), Path(given.file), Path(given.out)
    pictures.check_out(out, source=source, suffixes=(*method.suffixes, pictures.PICTURE))
    if method.restores and _as_it_is(given):
        return decode(given)
    pixels = pictures.read(source, longest=given.longest)
    family = methods.opened(method, laid_over(read_params(), given.set), given.entry)
    start = perf_counter()
    dial = family.dial(pixels)
    point = _point(given, dial, family)
    rows, columns, _ = point.pixels.shape
    seconds = perf_counter() - start - point.decode_seconds
    as_picture = out.suffix.lower() == pictures.PICTURE
    pictures.write(out, point.pixels if as_picture else point.payload)
    return (
        f"{out}: {rows} x {columns} pixels {'from' if as_picture else 'in'} {len(point.payload):,} bytes, "
        f"{shown(point.bpp, 'bpp')}, {shown(point.psnr, 'psnr')} against {source} "
        f"({dial.setting}={point.value:g}{_end(given, point)}; encoded in {seconds:.1f} s, "
        f"decoded in {point.decode_seconds:.1f} s)"
    )


def decode(given: Namespace) -> str:
    """Decode a compressed file, or restore a JPEG, and write the picture."""
    source, out = Path(given.file), Path(given.out)
    pictures.check_out(out, source=source, suffixes=[pictures.PICTURE])
    data = pictures.content(source)
    try:
        method = _decoder(data, given.method)
        family = methods.opened(method, laid_over(read_params(), given.set), given.entry)
        start = perf_counter()
        pixels = pictures.upright(family.decode(data), data)
    except PayloadError as error:
        remedy = "" if given.decode else "; with --quality it is compressed anew"
        raise UserError(f"{source}: {error}{remedy}") from None
    seconds = perf_counter() - start
    rows, columns, channels = pixels.shape
    text = f"{out}: {rows} x {columns} pixels from {len(data):,} bytes, "
    text += shown(rate.bpp(payload_bytes=len(data), rows=rows, columns=columns), "bpp")
    if given.reference:
        reference = pictures.read(Path(given.reference), longest=given.longest)
        if reference.shape[:2] != (rows, columns):
            there = "{} x {}".format(*reference.shape[:2])
            raise UserError(f"{given.reference}: {there} pixels, and the picture has {rows} x {columns}")
        reference = images.to_color(reference, "gray" if channels == 1 else "rgb")
        psnr = distortion.psnr_db(reference=reference, reconstruction=pixels)
        text += f", {shown(psnr, 'psnr')} against {given.reference}"
    pictures.write(out, pixels)
    return f"{text} ({method.name}; decoded in {seconds:.1f} s)"


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


def _end(given: Namespace, point: Point) -> str:
    """Say so where a search has come to the dial's end: a rate is not used up, or a quality exceeded."""
    if given.bpp and point.value == point.dial.values[-1]:
        return ", the finest there is"
    return ", the coarsest there is" if given.psnr and point.value == point.dial.values[0] else ""


def _decoder(data: bytes, wanted: str | None) -> methods.Method:
    """Return the method that is to decode such bytes."""
    able = methods.of_payload(data)
    if wanted is None:
        return able[0]
    if methods.named(wanted) not in able:
        raise PayloadError(f"a file of {able[0].name}, not of {wanted}; leave --method out, or name that")
    return methods.named(wanted)
