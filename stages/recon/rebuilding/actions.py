"""Compressing and decoding one picture; both return a one-line summary."""

from argparse import Namespace
from pathlib import Path
from time import perf_counter

import numpy as np

from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.core.reconstruction import timed
from recon.families.shared.family import Dial, Family, option_name
from recon.rebuilding import methods, pictures, search, summary
from recon.rebuilding.overlay import load_project
from recon.rebuilding.search import Point


def compress(options: Namespace) -> str:
    """Compress a picture, decode the payload, and write the payload or the decoded picture."""
    method, source, out = methods.find_method(options.method), Path(options.file), Path(options.out)
    pictures.check_output(out, sources=[source], suffixes=(*method.suffixes, pictures.PICTURE))
    if method.restores and _passes_jpeg(options):
        return decode(options)
    pixels = pictures.read_picture(source, longest=options.longest)
    family = methods.load_family(method, load_project(options.set), options.entry)
    start = perf_counter()
    point = _choose_point(options, family.dial(pixels), family)
    decoded = point.reconstruction
    seconds = perf_counter() - start - decoded.decode_seconds
    writes_payload = out.suffix.lower() != pictures.PICTURE
    pictures.write_output(out, point.payload if writes_payload else decoded.pixels)
    return summary.summarize_compression(options, point, writes_payload=writes_payload, seconds=seconds)


def decode(options: Namespace) -> str:
    """Decode a compressed file, or restore a JPEG, and write the picture."""
    source, out = Path(options.file), Path(options.out)
    sources = [Path(path) for path in (options.file, options.reference) if path]
    pictures.check_output(out, sources=sources, suffixes=[pictures.PICTURE])
    data, reference = pictures.read_file(source), None
    if options.reference:
        reference = pictures.read_picture(Path(options.reference), longest=options.longest)
    try:
        method = _choose_decoder(data, options.method)
        family = methods.load_family(method, load_project(options.set), options.entry)
        decoded = timed(lambda: data, lambda payload: pictures.turn_upright(family.decode(payload), payload))
    except PayloadError as error:
        remedy = "" if options.decode else "; with --quality it is compressed anew"
        raise UserError(f"{source}: {error}{remedy}") from None
    if reference is not None:
        reference = _match_reference(reference, decoded.pixels, options.reference)
    pictures.write_output(out, decoded.pixels)
    return summary.summarize_decoding(options, decoded, reference=reference, method=method.name)


def _passes_jpeg(options: Namespace) -> bool:
    """Return whether IMAGE is a JPEG file, and no option requires it to be encoded anew."""
    encodes = options.setting or options.bpp or options.psnr or options.longest
    if encodes or Path(options.out).suffix.lower() != pictures.PICTURE:
        return False
    return methods.find_format(pictures.read_file(Path(options.file))) == "JPEG"


def _choose_point(options: Namespace, dial: Dial, family: Family) -> Point:
    """Return the point at the requested setting, rate or quality, or at the default setting."""
    for name, value in options.setting.items():
        if name != dial.setting:
            raise UserError(
                f"{family.method} has no --{option_name(name)}; its setting is --{option_name(dial.setting)}"
            )
        return Point.encode(dial, dial.check(value), family)
    for measure in search.UNITS:
        if target := vars(options)[measure]:
            return search.find_point(dial, measure, target, family)
    return Point.encode(dial, dial.usual, family)


def _choose_decoder(data: bytes, name: str | None) -> methods.Method:
    """Return the method called `name`, or the first that decodes `data`; PayloadError where it cannot."""
    method = None if name is None else methods.find_method(name)
    decoders = methods.find_decoders(data)
    if method and method not in decoders:
        raise PayloadError(f"a file of {decoders[0].name}, not of {name}; omit --method, or name that one")
    return method or decoders[0]


def _match_reference(reference: np.ndarray, pixels: np.ndarray, name: str) -> np.ndarray:
    """Return the reference in gray or color, as the picture is; UserError where their sides differ."""
    size, expected = (f"{rows} x {columns}" for rows, columns, _ in (reference.shape, pixels.shape))
    if size != expected:
        raise UserError(f"{name}: {size} pixels, but the decoded picture has {expected}; choose one of that size")
    return to_color(reference, "gray" if pixels.shape[2] == 1 else "rgb")
