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
from recon.families.shared.family import Family
from recon.families.shared.project import Project

PART = "rebuilder"
CONTAINER = ".rcn"  # this project's own payloads, see `recon.coding.payload`


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
    def pillow_format(self) -> str | None:
        """Pillow's name for the format of the method's files; None for this project's container."""
        suffix = self.suffixes[0]
        return None if suffix == CONTAINER else Image.registered_extensions()[suffix]

    def decodes(self, data: bytes) -> bool:
        """Return whether a file with these first bytes is in the method's format."""
        if self.pillow_format is None:
            return data.startswith(_build_prefix(self.family))
        return find_format(data) == self.pillow_format


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


def load_family(method: Method, project: Project, entry: str | None) -> Family:
    """Return the method's family with the settings of an entry; this imports Keras where the family needs it."""
    return rooms.load_part(method.family, PART).Rebuilder(project, method.name, entry)


def read_settings() -> dict[str, str]:
    """Return the help text of each setting that --method can take, by the setting's name."""
    texts: dict[str, list[str]] = {}
    for family in rooms.families(PART):
        for name, text in _read_constant(family, "SETTINGS").items():
            texts.setdefault(name, []).append(text)
    return {name: "; ".join(lines) for name, lines in texts.items()}


def read_examples() -> list[str]:
    """Return the example command of each family that has one, without the script's name."""
    return [text for family in rooms.families(PART) if (text := _read_constant(family, "EXAMPLE"))]


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
    """Return Pillow's name for a file's format, by its first bytes; None if no method has that format."""
    try:
        opened = BytesIO(file) if isinstance(file, bytes) else file
        with silenced(), Image.open(opened, formats=list_formats()) as image:
            return "JPEG" if image.format == "MPO" else image.format  # phones write several JPEGs to a file
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):
        return None


def is_jpeg(path: Path) -> bool:
    """Return whether a file is a JPEG, by its first bytes; False where there is no such file, or it is no file."""
    return path.is_file() and find_format(path) == "JPEG"


def list_formats() -> list[str]:
    """Return Pillow's names for the formats of all methods, without duplicates."""
    return list(dict.fromkeys(name for method in all_methods().values() if (name := method.pillow_format)))


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
