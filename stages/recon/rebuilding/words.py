"""What may be typed, and the help."""

import argparse
import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from math import inf, nan
from typing import NoReturn

from recon.core.errors import UserError
from recon.families.shared.family import flag
from recon.rebuilding import methods

USAGE = """\
%(prog)s IMAGE --method NAME [how far] [options] -o OUT
       %(prog)s FILE --decode [options] -o OUT.png"""
FIRST = """\
Rebuild a picture of your own by any method: compress it, decode what was compressed, restore a JPEG.
The suffix of OUT says what is kept: the compressed file, or with .png the rebuilt picture.
"""
EXAMPLES = """\
examples:
  python stages/rebuild.py photo.png --method webp -o photo.webp
  python stages/rebuild.py photo.png --method coordinates --width 48 -o photo.rcn
  python stages/rebuild.py photo.rcn --decode -o decoded.png --reference photo.png
  python stages/rebuild.py photo.png --method fractal --bpp 0.5 -o photo.rcn
  python stages/rebuild.py photo.jpg --method restoration -o restored.png
"""
LAST = """\
Run it from the project's root: settings are those of params.yaml, and trained networks are those in
models/, which `dvc repro` makes. IMAGE is PNG, JPEG, BMP, GIF (its first frame), PGM, PPM, WebP or
TIFF, its sides 8 to 8192 pixels; its EXIF rotation is applied, transparency is laid over white, deep
samples become 8 bits. A JPEG that deblocking or restoration turns into .png goes in as it is, unless
a setting, a rate, a PSNR or --longest asks for a new one. A file that is there already is replaced,
unless it is the input.
"""
_WIDTH = 100


class Parser(argparse.ArgumentParser):
    """One line for what is typed wrong."""

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise UserError(f"{message}; see python stages/rebuild.py --help")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what was typed; `settings` has the one that was given, if one was, and its value.

    Raises:
        UserError: words that have no meaning here, or not together.
    """
    parser = Parser(
        prog="python stages/rebuild.py",
        usage=USAGE,
        description=FIRST,
        epilog="\n".join(_epilog()),
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=_WIDTH),
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="IMAGE", help="a picture; with --decode, a compressed file")
    parser.add_argument("-m", "--method", metavar="NAME", help="one of those below; a file knows its own")
    parser.add_argument("-o", "--out", metavar="OUT", required=True, help="the file to write")
    parser.add_argument("--decode", action="store_true", help="from a compressed file to a PNG")
    far = parser.add_argument_group("how far (one of these; default: the middle of the entry's sweep)")
    one = far.add_mutually_exclusive_group()
    names = methods.settings()
    for name, said in names.items():
        one.add_argument(f"--{flag(name)}", type=_positive, metavar="X", help="; ".join(said))
    one.add_argument("--bpp", type=_positive, metavar="X", help="search: the finest of at most X bits per pixel")
    one.add_argument("--psnr", type=_positive, metavar="X", help="search: the coarsest of at least X dB")
    more = parser.add_argument_group("more")
    more.add_argument(
        "--entry",
        metavar="NAME",
        help="an experiment of the method in params.yaml; default: that of its curve in the plane",
    )
    more.add_argument(
        *("-S", "--set"),
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="any other setting of params.yaml, as `dvc exp run -S` takes it; may come several times",
    )
    more.add_argument("--longest", type=_whole, metavar="N", help="scale to at most N pixels a side first")
    more.add_argument("--reference", metavar="FILE", help="with --decode: the picture to measure the PSNR against")
    given = parser.parse_args(words)
    given.setting = {name: vars(given)[name] for name in names if vars(given)[name] is not None}
    _check(parser, given)
    return given


def _check(parser: Parser, given: argparse.Namespace) -> None:
    """Refuse words that do not go together."""
    far = [*given.setting, *(name for name in ("bpp", "psnr") if vars(given)[name])]
    if given.decode and far:
        parser.error(f"--{flag(far[0])} is for compressing, not for --decode")
    if not given.decode and given.reference:
        parser.error("--reference is for --decode; what is compressed is measured against IMAGE")
    if not given.decode and not given.method:
        parser.error(f"--method is missing; known: {', '.join(methods.known())}")


def _positive(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = nan
    if not 0 < number < inf:  # nor is NaN
        raise argparse.ArgumentTypeError(f"a number above 0 is needed, not {word}")
    return number


def _whole(word: str) -> int:
    if (number := _positive(word)) != int(number):
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {word}")
    return int(number)


def _epilog() -> Iterator[str]:
    """Yield the lines after the options."""
    yield "methods:"
    for names, text in methods.summaries():
        yield textwrap.fill(text, _WIDTH, initial_indent=f"  {names:28}", subsequent_indent=30 * " ")
    yield from ("", EXAMPLES, LAST)
