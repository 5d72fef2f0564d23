"""The command line of `rebuild.py`, and its help."""

import argparse
import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from math import inf, nan
from typing import NoReturn

from recon.core.errors import UserError
from recon.families.shared.family import option_name
from recon.rebuilding import methods

USAGE = """\
%(prog)s IMAGE --method NAME [setting or target] [options] -o OUT
       %(prog)s FILE --decode [options] -o OUT.png"""
DESCRIPTION = """\
Compress a picture of your own by any method, decode a compressed file, or restore a JPEG.
The suffix of OUT chooses what is written: the compressed file, or with .png the rebuilt picture.
"""
DECODE_EXAMPLE = "photo.rcn --decode -o decoded.png --reference photo.png"
NOTES = """\
Run it from the project's root: it reads params.yaml, and the trained networks in models/, which
`dvc repro` makes. IMAGE is a PNG, JPEG, BMP, GIF (its first frame), PGM, PPM, WebP or TIFF with sides
of 8 to 8192 pixels. It is rotated by its EXIF orientation, composited over white where transparent,
and rounded to 8 bits. A JPEG is passed unchanged to {restorers}, unless a setting, a
target or --longest requires a new one. An existing OUT is replaced, unless it is the input.
"""
_WIDTH = 100


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
    parser.add_argument("file", metavar="IMAGE", help="a picture; with --decode, a compressed file")
    text = "a method, see below; --decode finds it by the file's first bytes"
    parser.add_argument("-m", "--method", metavar="NAME", help=text)
    parser.add_argument("-o", "--out", metavar="OUT", required=True, help="the file to write")
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
    text = "an experiment of the method in params.yaml; default: the one whose curve is in the plane"
    more.add_argument("--entry", metavar="NAME", help=text)
    text = "change a value of params.yaml for this command, as `dvc exp run -S` does; repeatable"
    more.add_argument("-S", "--set", metavar="KEY=VALUE", action="append", default=[], help=text)
    more.add_argument("--longest", type=_read_int, metavar="N", help="first scale to at most N pixels a side")
    more.add_argument("--reference", metavar="FILE", help="with --decode: the picture to measure the PSNR against")
    options = parser.parse_args(words)
    options.setting = {name: vars(options)[name] for name in settings if vars(options)[name] is not None}
    _check_options(parser, options)
    return options


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Refuse incompatible options."""
    targets = [*options.setting, *(name for name in ("bpp", "psnr") if vars(options)[name])]
    if options.decode and targets:
        parser.error(f"--{option_name(targets[0])} is for compressing, not for --decode")
    if not options.decode and options.reference:
        parser.error("--reference is for --decode; a compressed picture is measured against IMAGE")
    if not options.decode and not options.method:
        parser.error(f"--method is missing; known: {', '.join(methods.all_methods())}")


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
    for example in [*methods.read_examples(), DECODE_EXAMPLE]:
        yield f"  python stages/rebuild.py {example}"
    restorers = " and ".join(name for name, method in methods.all_methods().items() if method.restores)
    yield "\n" + NOTES.format(restorers=restorers or "no method")
