"""Which methods there are, and which of them can decode a file: no list to keep, only the room `rebuilders`."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core import rooms
from recon.core.errors import UserError
from recon.families.shared.family import Family

PART = "rebuilder"
CONTAINER = ".rcn"  # this project's own payloads, see `recon.coding.payload`
_FORMATS = rooms.constant("families/classical", "method", "FORMATS")  # whose files are payloads


class Method(NamedTuple):
    """A method of a family.

    suffixes  of its files, the usual one first
    restores  it takes other people's JPEG files as they are
    """

    name: str
    family: str
    suffixes: tuple[str, ...]
    restores: bool


def known() -> dict[str, Method]:
    """Return all methods by name."""
    return {
        name: Method(name, family, suffixes, bool(rooms.part_constant(family, PART, "RESTORES")))
        for family in rooms.families(PART)
        for name, suffixes in rooms.part_constant(family, PART, "METHODS").items()
    }


def named(name: str) -> Method:
    """Return a method; UserError lists the known ones."""
    if name not in (methods := known()):
        raise UserError(f"unknown method `{name}`; known: {', '.join(methods)}")
    return methods[name]


def opened(method: Method, params: dict[str, Any], entry: str | None) -> Family:
    """Return the method's family, with an entry's settings; this imports what it needs, Keras perhaps."""
    return rooms.load_part(method.family, PART).Rebuilder(params, method.name, entry)


def settings() -> dict[str, list[str]]:
    """Return what may be turned: name -> what each family says of it."""
    said: dict[str, list[str]] = {}
    for family in rooms.families(PART):
        for name, text in rooms.part_constant(family, PART, "SETTINGS").items():
            said.setdefault(name, []).append(text)
    return said


def summaries() -> Iterator[tuple[str, str]]:
    """Yield of each family the names of its methods, and what the first paragraph of its file says of them."""
    for family in rooms.families(PART):
        first = rooms.docstring(f"families/{family}", rooms.part_file(family, PART).stem).split("\n\n")[0]
        names, _, text = " ".join(first.split()).partition(": ")
        yield names, text


def of_payload(data: bytes) -> list[Method]:
    """Return the methods that decode such bytes; the first needs no more than they say.

    Raises:
        PayloadError: there is none.
    """
    found = [method for method in known().values() if _reads(method, data)]
    if not found:
        raise PayloadError(f"neither a {CONTAINER} file of this project nor a file of {', '.join(_FORMATS)}")
    return found


def file_format(data: bytes) -> str | None:
    """Return which of the formats above a file is of, by its first bytes, None: of none."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            return "JPEG" if image.format == "MPO" else image.format  # several JPEGs in a file: phones write them
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):
        return None


def _reads(method: Method, data: bytes) -> bool:
    if method.suffixes[0] == CONTAINER:
        return data.startswith(_beginning(method.family))
    return file_format(data) == Image.registered_extensions()[method.suffixes[0]]


def _beginning(family: str) -> bytes:
    """Return the magic, version and family that the family's payloads begin with: all before the sides."""
    one, other = (  # of sides that differ in both bytes
        payload.pack(family=family, rows=side, columns=side, channels=1, body=b"") for side in (0x0008, 0x0101)
    )
    return one[: next(place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])]
