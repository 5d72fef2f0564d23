"""The command line of `rebuild.py`, and its help."""

import argparse
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from math import inf, nan
from typing import NoReturn

from recon.coding.payload import MOST_PIXELS
from recon.core.errors import UserError
from recon.core.images import MAX_SIDE
from recon.families.shared.family import option_name
from recon.rebuilding import methods

USAGE = """\
%(prog)s IMAGE... --method NAME [setting or target] [options] -o OUT
       %(prog)s FILE... --decode [options] -o OUT.png"""
DESCRIPTION = """\
Compress pictures of your own by any method, decode compressed files, or restore JPEGs.
The suffix of OUT chooses what is written: the compressed file, or with .png the rebuilt picture.
In a folder OUT/ each file is named after its IMAGE, and none is replaced.
"""
DECODE_EXAMPLE = "photo.rcn --decode -o decoded.png --reference photo.png"
NOTES = """\
params.yaml, and the trained networks in models/, are those beside stages/, wherever you run it.
`dvc repro` makes these networks, but for those of models/zoo/, which come with the project.
IMAGE is a PNG, JPEG, BMP, GIF (its first frame), PGM, PPM, WebP or TIFF with sides of 8 to {most_side}
pixels; some methods take at most {most_pixels:,} pixels in all, for which --longest scales it. It is
converted to sRGB, rotated by its EXIF orientation, composited over white where transparent, and
rounded to 8 bits. A JPEG, or one repacked as .jxl, is passed unchanged to {restorers},
unless a setting, a target or --longest requires a new one. An existing OUT is replaced, unless it
is the input.
"""
_WIDTH = 100
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise a UserError."""
        raise UserError(f"{message}; see python stages/rebuild.py --help")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return the options; `setting` maps the name of the setting, if one was given, to its value.

    Raises:
        UserError: an option is unknown, malformed, or incompatible with another.
    """
    parser = Parser(
        prog="python stages/rebuild.py",
        usage=USAGE,
        description=DESCRIPTION,
        epilog="\n".join(_format_epilog()),
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=_WIDTH),
        allow_abbrev=False,
    )
    text = "pictures; with --decode, compressed files"
    parser.add_argument("files", metavar="IMAGE", nargs="+", type=_read_path, help=text)
    text = "a method, see below; --decode finds it by the file's first bytes"
    parser.add_argument("-m", "--method", metavar="NAME", help=text)
    text = "the file to write, or a folder, such as out/"
    parser.add_argument("-o", "--out", metavar="OUT", required=True, type=_read_path, help=text)
    parser.add_argument("--decode", action="store_true", help="decode a compressed file to a PNG")
    title = "setting or target (at most one; default: the middle of the entry's points)"
    targets = parser.add_argument_group(title).add_mutually_exclusive_group()
    settings = methods.read_settings()
    for name, text in settings.items():
        targets.add_argument(f"--{option_name(name)}", type=_read_float, metavar="X", help=text)
    targets.add_argument(
        "--bpp", type=_read_float, metavar="X", help="search: the best quality in X bits per pixel"
    )
    targets.add_argument("--psnr", type=_read_float, metavar="X", help="search: the fewest bytes that reach X dB")
    more = parser.add_argument_group("more options")
    text = "an experiment of the method in params.yaml, or a network of models/zoo/; default: the one that the "
    text += "method's line below names, else the one whose curve is in the plane"
    more.add_argument("--entry", metavar="NAME", help=text)
    text = f"how a picture is fitted; {'; '.join(methods.read_texts('PRESETS')) or 'no method has presets'}"
    more.add_argument("--preset", metavar="NAME", help=text)
    text = f"refine a picture's code by N steps; {'; '.join(methods.read_texts('REFINE')) or 'no method does'}"
    more.add_argument("--refine", type=_read_int, metavar="N", default=0, help=text)
    text = "change a value of params.yaml for this command, as `dvc exp run -S` does; repeatable"
    more.add_argument("-S", "--set", metavar="KEY=VALUE", action="append", default=[], help=text)
    more.add_argument("--longest", type=_read_int, metavar="N", help="first scale to at most N pixels a side")
    text = "with --decode: the picture to measure the PSNR against"
    more.add_argument("--reference", metavar="FILE", type=_read_path, help=text)
    options = parser.parse_intermixed_args(words)
    options.setting = {name: vars(options)[name] for name in settings if vars(options)[name] is not None}
    _check_options(parser, options)
    return options


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Refuse incompatible options."""
    targets = [*options.setting, *(name for name in ("bpp", "psnr") if vars(options)[name])]
    if options.decode and targets:
        parser.error(f"--{option_name(targets[0])} is for compressing, not for --decode")
    for name in ("preset", "refine"):
        if options.decode and vars(options)[name]:
            parser.error(f"--{name} is for compressing, not for --decode")
    if not options.decode and options.reference:
        parser.error("--reference is for --decode; a compressed picture is measured against IMAGE")
    if options.decode and options.longest and not options.reference:
        parser.error("with --decode, --longest is for the --reference, and there is none; omit it")
    if not options.decode and not options.method:
        parser.error(f"--method is missing; known: {', '.join(methods.all_methods())} (or --decode)")
    if len(options.files) > 1 and options.reference:
        parser.error("--reference is for one file; decode the others apart")


def _read_path(word: str) -> str:
    if _ADDRESS.match(word):
        raise argparse.ArgumentTypeError(
            f"{word} is an address, and nothing is downloaded; save it and name the file"
        )
    return word


def _read_float(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = nan
    if not 0 < number < inf:  # refuses NaN too
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {word}")
    return number


def _read_int(word: str) -> int:
    if (number := _read_float(word)) != int(number):
        raise argparse.ArgumentTypeError(f"expected a whole number, not {word}")
    return int(number)


def _format_epilog() -> Iterator[str]:
    """Yield the lines after the options."""
    yield "methods:"
    for names, text in methods.describe_families():
        yield textwrap.fill(text, _WIDTH, initial_indent=f"  {names:26}  ", subsequent_indent=30 * " ")
    yield "\nexamples:"
    for example in [*methods.read_texts("EXAMPLE"), DECODE_EXAMPLE]:
        yield f"  python stages/rebuild.py {example}"
    restorers = " and ".join(name for name, method in methods.all_methods().items() if method.restores)
    limits = {"most_side": MAX_SIDE, "most_pixels": MOST_PIXELS}
    yield "\n" + NOTES.format(restorers=restorers or "no method", **limits)
