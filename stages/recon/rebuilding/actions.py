"""Compressing, decoding and restoring pictures one after the other, with a one-line summary of each."""

import sys
from argparse import Namespace
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np

from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.core.reconstruction import timed
from recon.families.shared.family import Dial, Family, option_name
from recon.rebuilding import interrupts, methods, pictures, search, summary
from recon.rebuilding.methods import Method
from recon.rebuilding.overlay import load_project, project_folder
from recon.rebuilding.search import Point
from recon.rebuilding.tasks import Task, plan

_LONG = 300  # seconds of fits that are announced


def rebuild(options: Namespace) -> None:
    """Rebuild each picture, and print a line for it; one that fails does not stop the others.

    Raises:
        UserError: a picture failed, or none can be rebuilt; or Ctrl-C was typed.
    """

    @cache
    def load(method: Method) -> Family:
        with interrupts.ending_at_once():  # imports Keras
            chosen = options.entry, options.preset, options.refine
            return methods.load_family(method, load_project(options.set), *chosen)

    done, tasks = 0, []
    try:
        tasks = plan(options, load)
        if len(tasks) > 1 and tasks[0].method:
            with project_folder():
                load(tasks[0].method)  # what is wrong for all is said once
        for task in tasks:
            try:
                line = _run(task)
                print(line.encode(errors="backslashreplace").decode(), flush=True)  # names may be no UTF-8
                done += 1
            except UserError as error:
                if len(tasks) == 1:
                    raise
                print(f"error: {_name_source(error, task)}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        written = f"{done} of {len(tasks)} files were" if done else "nothing was"
        raise UserError(f"stopped; {written} written") from None
    if done < len(tasks):
        raise UserError(f"{len(tasks) - done} of {len(tasks)} pictures failed, for the reasons above")


def compress(task: Task) -> str:
    """Compress a picture, decode the payload, and write the payload or the decoded picture."""
    options = task.options
    pixels = pictures.read_picture(task.source, longest=options.longest)
    with project_folder():
        family = task.load(task.method)
        _check_size(family, pixels.shape, task.source)
        _check_suffix(family, task.out)
        dial = family.dial(pixels)
        start = perf_counter()
        point = _choose_point(options, dial, family)
        decoded = point.reconstruction
    seconds = perf_counter() - start - decoded.decode_seconds
    writes_payload = task.out.suffix.lower() != pictures.PICTURE
    pictures.write_output(task.out, point.payload if writes_payload else decoded.pixels)
    return summary.summarize_compression(task, point, writes_payload=writes_payload, seconds=seconds)


def decode(task: Task) -> str:
    """Decode a compressed file, or restore a JPEG, and write the picture."""
    options, reference = task.options, None
    data = pictures.read_file(task.source)
    if options.reference:
        reference = pictures.read_picture(Path(options.reference), longest=options.longest)
    method = _choose_decoder(task, data)
    try:
        with project_folder():
            family = task.load(method)
            decoded = timed(lambda: data, lambda payload: pictures.finish(family.decode(payload), payload))
    except PayloadError as error:
        raise UserError(f"{task.source}: {error}{_find_remedy(task)}") from None
    if reference is not None:
        reference = _match_reference(reference, decoded.pixels, options.reference)
    pictures.write_output(task.out, decoded.pixels)
    return summary.summarize_decoding(task, decoded, reference=reference, method=method.name)


def _run(task: Task) -> str:
    """Carry out a task, and return its summary."""
    sources = [task.source, *([Path(task.options.reference)] if task.options.reference else [])]
    suffixes = [*(() if task.options.decode else task.method.suffixes), pictures.PICTURE]
    pictures.check_output(task.out, sources=sources, suffixes=suffixes, replaces=task.replaces)
    try:
        return decode(task) if task.decodes and task.out.suffix.lower() == pictures.PICTURE else compress(task)
    except FloatingPointError as error:
        raise UserError(f"{task.source}: {error}; choose another --entry, or train its network anew") from None
    except Exception as error:
        if not isinstance(error, MemoryError) and type(error).__name__ != "ResourceExhaustedError":  # TensorFlow's
            raise
        raise UserError(f"{task.source}: too large for this machine's memory; scale it with --longest N") from None


def _check_suffix(family: Family, out: Path) -> None:
    """Raise UserError where the entry writes other files than `out` is named as."""
    suffix = out.suffix.lower()
    if family.suffixes and suffix not in (*family.suffixes, pictures.PICTURE):
        raise UserError(
            f"-o {out}: the entry {family.entry_name or family.method} writes {' or '.join(family.suffixes)}; end "
            f"the name so, or choose an --entry that writes {suffix}"
        )


def _check_size(family: Family, shape: tuple[int, ...], source: Path) -> None:
    """Raise UserError where a picture has more pixels than the family takes."""
    rows, columns, _ = shape
    if rows * columns > family.most_pixels:
        longest = pictures.find_longest(rows, columns, most_pixels=family.most_pixels)
        raise UserError(
            f"{source}: {rows} x {columns} pixels, but {family.method} takes at most {family.most_pixels:,}; "
            f"scale it with --longest {longest}"
        )


def _choose_point(options: Namespace, dial: Dial, family: Family) -> Point:
    """Return the point at the requested setting, rate or quality, or at the default setting."""
    value = dial.usual
    for name, typed in options.setting.items():
        if name != dial.setting:
            raise UserError(
                f"{family.method} has no --{option_name(name)}; its setting is --{option_name(dial.setting)}"
            )
        value = dial.check(typed)
    fits = search.count_tries(dial) if dial.refits and (options.bpp or options.psnr) else 1
    seconds = fits * (family.estimate_seconds(dial.reference.shape, value) or 0)
    if seconds > _LONG:
        fit = f"{dial.setting}={value:g}"
        work = fit if fits == 1 else f"a search of about {fits} fits, such as {fit},"
        text = f"takes about {seconds / 60:.0f} minutes on 2 CPU cores; --longest N makes the picture smaller"
        print(f"{family.method}: {work} {text}", file=sys.stderr)
    for measure in search.UNITS:
        if target := vars(options)[measure]:
            return search.find_point(dial, measure, target, family)
    return Point.encode(dial, value, family)


def _choose_decoder(task: Task, data: bytes) -> Method:
    """Return the method that was named, or the first that decodes `data`; UserError where it cannot."""
    decoders = methods.find_decoders(data)
    if not decoders:
        formats = ", ".join(methods.list_formats())
        remedy = _find_remedy(task) or "; name a file that rebuild.py has written"
        raise UserError(f"{task.source}: neither a {methods.CONTAINER} file of this project nor {formats}{remedy}")
    method = task.method or decoders[0]
    if method not in decoders:
        raise UserError(f"{task.source}: a file of {decoders[0].name}, not of {method.name}; omit --method")
    return method


def _find_remedy(task: Task) -> str:
    """Return what to do with a file that cannot be decoded, by what it is; empty for this project's payloads."""
    method = task.method
    try:
        rows, columns, _ = pictures.read_picture(task.source, longest=None).shape
    except UserError:
        return "; copy it again, or save it anew with an image editor" if methods.find_format(task.source) else ""
    if not method or not method.restores:
        return "; it is a picture: without --decode, any --method compresses it"
    with project_folder():
        most = task.load(method).most_pixels
    option = "--quality 90"
    if rows * columns > most:
        option = f"--longest {pictures.find_longest(rows, columns, most_pixels=most)}"
    return f"; with {option}{' and without --decode' if task.options.decode else ''} it is compressed anew"


def _match_reference(reference: np.ndarray, pixels: np.ndarray, name: str) -> np.ndarray:
    """Return the reference in gray or color, as the picture is; UserError where their sides differ."""
    size, expected = (f"{rows} x {columns}" for rows, columns, _ in (reference.shape, pixels.shape))
    if size != expected:
        raise UserError(f"{name}: {size} pixels, but the decoded picture has {expected}; choose one of that size")
    return to_color(reference, "gray" if pixels.shape[2] == 1 else "rgb")


def _name_source(error: UserError, task: Task) -> str:
    """Return a message that names the picture."""
    return str(error) if str(task.source) in str(error) else f"{task.source}: {error}"
