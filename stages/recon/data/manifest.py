"""The manifest of a dataset, data/sets/NAME.json: whose the images are, and which, by their hashes.

A manifest may come from anybody. So nothing in it leads out of the folders that it is given: files are paths of
plain names, mirrors are web addresses, and the one package is a package of this project.
"""

import hashlib
import os
import re
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self
from urllib.parse import quote

import numpy as np
from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from recon.core.errors import UserError
from recon.core.files import write_json
from recon.core.images import MOST_FILE_BYTES
from recon.settings.core import EntryName, Section

SETS = Path("data/sets")

_MOST_NAME_BYTES = 200  # of the 255 that file systems allow: later stages write files with longer names
_BREAKING = ("Cc", "Cs", "Zl", "Zp")  # Unicode's categories of what no line of text may hold
_MIRROR = re.compile(r"https?://[^\s/{}@\\]+/[^\s{}\\]*\{(file|alias)\}[^\s{}\\]*")


def find_name_fault(name: str) -> str | None:
    """Return why a file name is refused, None for a plain one; names that only Windows forbids are plain."""
    faults = {
        "is empty or begins with a dot": not name or name.startswith("."),
        "holds a slash or a backslash": re.search(r"[/\\]", name),
        "holds control characters, or is not UTF-8": _breaks_lines(name),
        "ends in .mask, like those of masks": PurePosixPath(name).stem.endswith(".mask"),
        f"is longer than {_MOST_NAME_BYTES} bytes": len(os.fsencode(name)) > _MOST_NAME_BYTES,
    }
    return next((fault for fault, holds in faults.items() if holds), None)


def fold_name(name: str) -> str:
    """Return what names have in common that some file systems take for one: case and composed letters apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _breaks_lines(text: str) -> bool:
    return any(unicodedata.category(character) in _BREAKING for character in text)


def _check_path(path: str) -> str:
    for name in path.split("/"):
        if fault := find_name_fault(name):
            raise ValueError(f"{path!r} is no plain path: {name!r} {fault}")
    return path


def _check_folder(folder: str) -> str:
    if not Path(folder).is_absolute() or _breaks_lines(folder):
        raise ValueError(f"{folder!r} is no absolute path of printable UTF-8")
    return folder


def _check_text(text: str) -> str:
    if _breaks_lines(text.replace("\n", "").replace("\t", "")):
        raise ValueError("holds control characters")
    return text


def _check_mirror(url: str) -> str:
    if not _MIRROR.fullmatch(url) or _breaks_lines(url):
        raise ValueError(f"{url!r} is no http(s)://HOST/PATH with {{file}} or {{alias}} once in its path")
    return url


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PlainPath = Annotated[str, AfterValidator(_check_path)]  # plain names, joined by slashes
Text = Annotated[str, AfterValidator(_check_text)]
Split = Literal["train", "validation", "test"]


class ListedImage(Section):
    """One image of a dataset.

    Attributes:
        file: its published file name, with its folder where the set has folders, e.g. `train/12003.jpg`.
        sha256: of that file; what a download must have.
        file_bytes: of that file; a download ends there.
        pixels_sha256: of its decoded pixels (see `pixels_sha256`); what any copy must have.
        rows: of these pixels, as are `columns`; `check` tells by them what is enlarged.
        split: where it belongs; None leaves it to `normalize`, which draws by a hash of the name.
        alias: another file name under which the image is in circulation.
    """

    file: PlainPath
    sha256: Sha256
    file_bytes: int | None = Field(None, ge=1, le=MOST_FILE_BYTES)
    pixels_sha256: Sha256
    rows: int | None = Field(None, ge=1)
    columns: int | None = Field(None, ge=1)
    split: Split | None
    alias: PlainPath | None = None

    @property
    def name(self) -> str:
        """The file name without folder and suffix: what params.yaml and all later stages call the image."""
        return PurePosixPath(self.file).stem


class Manifest(Section):
    """A dataset: whose it is, where it may be found, and which images are in it.

    No two images have the same pixels: one of them could be trained on and the other tested, and wherever both
    are scored the picture would count twice.

    Attributes:
        notice: text that has to stay with the images.
        package: the folder of an installed Python package that holds the files.
        folder: the absolute path of a folder registered by its user.
        folders: where the set lies below a root of RECON_DATASETS, beside NAME/.
        mirrors: URLs with {file}, or {alias}, in place of the file name.
    """

    name: EntryName
    title: Text
    license: Text
    citation: Text | None
    notice: Text | None
    package: Literal["skimage/data"] | None = None
    folder: Annotated[str, AfterValidator(_check_folder)] | None = None
    folders: tuple[PlainPath, ...] = ()
    mirrors: tuple[Annotated[str, AfterValidator(_check_mirror)], ...] = ()
    images: Annotated[tuple[ListedImage, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _images_differ(self) -> Self:
        names: dict[str, str] = {}
        pixels: dict[str, str] = {}
        for image in self.images:
            if (other := names.setdefault(fold_name(image.name), image.file)) != image.file:
                raise ValueError(f"{other} and {image.file}: one name but for folder, suffix or case; rename one")
            if (other := pixels.setdefault(image.pixels_sha256, image.file)) != image.file:
                raise ValueError(f"{other} and {image.file}: the same picture; remove one")
        if len(names) < len(self.images):
            raise ValueError("an image is listed twice")
        return self

    @model_validator(mode="after")
    def _images_are_somewhere(self) -> Self:
        if not (self.package or self.folder or self.mirrors):
            raise ValueError("it has no `package`, `folder` or `mirrors`, where its images could be")
        return self

    @model_validator(mode="after")
    def _every_image_has_the_alias_that_mirrors_ask_for(self) -> Self:
        if any("{alias}" in mirror for mirror in self.mirrors) and not all(image.alias for image in self.images):
            raise ValueError("a mirror names {alias}, which not every image has")
        return self

    @classmethod
    def load(cls, name: str) -> Self:
        """Read data/sets/NAME.json; UserError where there is none (lists the known ones) or it is damaged."""
        known = sorted(path.stem for path in SETS.glob("*.json") if path.is_file())
        if name not in known:
            raise UserError(
                f"unknown dataset `{name}`; known: {', '.join(known)}; a folder of your own: "
                "python stages/register.py FOLDER NAME"
            )
        path = SETS / f"{name}.json"
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise UserError(f"{path}: {first_fault(error)}; restore it with git, or register again") from None
        if manifest.name != name:
            raise UserError(f"{path}: its `name` is `{manifest.name}`; it must be `{name}`, as the file's")
        return manifest

    def save(self) -> Path:
        """Write data/sets/NAME.json and return its path."""
        path = SETS / f"{self.name}.json"
        write_json(path, self.model_dump(exclude_defaults=True))
        return path

    def urls(self, image: ListedImage) -> list[str]:
        """Return where the mirrors keep an image."""
        words = {"{file}": quote(image.file), "{alias}": quote(image.alias or "")}
        return [re.sub(r"\{\w+\}", lambda found: words[found[0]], mirror) for mirror in self.mirrors]


def first_fault(error: ValidationError) -> str:
    """Return the first place where a manifest is wrong, and why, as one line."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))  # empty for the whole
    fault = first["msg"].removeprefix("Value error, ")
    return " ".join((f"{where}: {fault}" if where else fault).split())


def pixels_sha256(pixels: np.ndarray) -> str:
    """Return the SHA-256 of "ROWS COLUMNS CHANNELS" and a line feed, then the uint8 pixels row by row."""
    header = " ".join(map(str, pixels.shape)) + "\n"
    return hashlib.sha256(header.encode() + pixels.tobytes()).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
