"""The methods of `rebuild.py`: those of every family with a rebuilder, and which of them decode a given file."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from recon.coding import payload
from recon.core import rooms
from recon.core.errors import UserError
from recon.core.noise import silenced
from recon.core.segments import START
from recon.families.shared.family import Family
from recon.families.shared.project import Project
from recon.jpeg.jpegxl_files import holds_jpeg, is_jpegxl

PART = "rebuilder"
CONTAINER = ".rcn"  # this project's own payloads, see `recon.coding.payload`
JPEG, JPEG_XL, REPACKED = "JPEG", "JPEG XL", "JPEG in JPEG XL"  # formats; Pillow knows the first one only
_JPEG_XL_SUFFIX = ".jxl"
_START_BYTES = 2**20  # of a JPEG XL file, in which it says what it holds


class Method(NamedTuple):
    """A method of a family.

    Attributes:
        name: the value of --method.
        family: the family's name.
        suffixes: suffixes of its files, the default first.
        restores: whether it restores existing JPEG files.
    """

    name: str
    family: str
    suffixes: tuple[str, ...]
    restores: bool

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that the method decodes, as `find_format` names them; none for this project's container."""
        usual, *others = self.suffixes
        if usual == CONTAINER:
            return ()
        if usual == _JPEG_XL_SUFFIX:
            return JPEG_XL, REPACKED
        repacked = (REPACKED,) if _JPEG_XL_SUFFIX in others else ()
        return Image.registered_extensions()[usual], *repacked

    def decodes(self, data: bytes) -> bool:
        """Return whether a file with these first bytes is in the method's format."""
        if not self.formats:
            return data.startswith(_build_prefix(self.family))
        return find_format(data) in self.formats


@cache
def all_methods() -> dict[str, Method]:
    """Return all methods by name."""
    return {
        name: Method(name, family, suffixes, bool(rooms.part_constant(family, PART, "RESTORES")))
        for family in rooms.families(PART)
        for name, suffixes in _read_constant(family, "METHODS").items()
    }


def find_method(name: str) -> Method:
    """Return the method called `name`, in any case; UserError lists the names."""
    if name.lower() not in (methods := all_methods()):
        raise UserError(f"unknown method `{name}`; known: {', '.join(methods)}")
    return methods[name.lower()]


def load_family(
    method: Method, project: Project, entry: str | None, preset: str | None = None, refine: int = 0
) -> Family:
    """Return the method's family with the settings of an entry; this imports Keras where the family needs it.

    Raises:
        UserError: there is no such entry or preset, or a file is missing.
    """
    return rooms.load_part(method.family, PART).Rebuilder(project, method.name, entry, preset, refine)


def read_settings() -> dict[str, str]:
    """Return the help text of each setting that --method can take, by the setting's name."""
    texts: dict[str, list[str]] = {}
    for family in rooms.families(PART):
        for name, text in _read_constant(family, "SETTINGS").items():
            texts.setdefault(name, []).append(text)
    return {name: "; ".join(lines) for name, lines in texts.items()}


def read_texts(name: str) -> list[str]:
    """Return the text of each family that has one: its EXAMPLE command without the script's name, its PRESETS."""
    return [text for family in rooms.families(PART) if (text := _read_constant(family, name))]


def describe_families() -> Iterator[tuple[str, str]]:
    """Yield the names of each family's methods, and the first paragraph of its rebuilder's docstring."""
    for family in rooms.families(PART):
        docstring = rooms.docstring(f"families/{family}", rooms.part_file(family, PART).stem)
        _, _, text = " ".join(docstring.split("\n\n")[0].split()).partition(": ")
        yield ", ".join(_read_constant(family, "METHODS")), text


def find_decoders(data: bytes) -> list[Method]:
    """Return the methods that decode `data`; the first one is the default."""
    return [method for method in all_methods().values() if method.decodes(data)]


def find_format(file: Path | bytes) -> str | None:
    """Return the name of a file's format, Pillow's if it has one; None if no method has that format.

    A JPEG file that Pillow does not open, such as one of 12 bits, is one too: reading it says what is wrong.
    """
    start = b""
    try:
        start = file[:_START_BYTES] if isinstance(file, bytes) else _read_start(file)
        if is_jpegxl(start):
            return REPACKED if holds_jpeg(start) else JPEG_XL
        opened = BytesIO(file) if isinstance(file, bytes) else file
        formats = [name for name in list_formats() if name not in (JPEG_XL, REPACKED)]
        with silenced(), Image.open(opened, formats=formats) as image:
            return JPEG if image.format == "MPO" else image.format  # phones write several JPEGs to a file
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):
        return JPEG if start.startswith(START) else None


def is_jpeg(path: Path) -> bool:
    """Return whether a file is a JPEG, maybe in a JPEG XL file; False where there is none, or it is no file."""
    return path.is_file() and find_format(path) in (JPEG, REPACKED)


def list_formats() -> list[str]:
    """Return the formats of all methods, without duplicates."""
    return list(dict.fromkeys(name for method in all_methods().values() for name in method.formats))


def _read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_START_BYTES)


def _read_constant(family: str, name: str) -> Any:
    """Return a constant of a family's rebuilder: a literal is read from the source, without importing it."""
    try:
        return rooms.part_constant(family, PART, name)
    except ValueError:
        return getattr(rooms.load_part(family, PART), name)


def _build_prefix(family: str) -> bytes:
    """Return the magic, version and family at the start of the family's payloads: everything before the sides."""
    one, other = (  # payloads whose sides differ in both bytes
        payload.pack(family=family, rows=side, columns=side, channels=1, body=b"") for side in (0x0008, 0x0101)
    )
    return one[: next(place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])]
