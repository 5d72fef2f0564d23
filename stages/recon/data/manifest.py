"""The manifest of a dataset, data/sets/NAME.json: whose the images are, and which, by their hashes."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, StringConstraints, ValidationError, model_validator

from recon.core.errors import UserError
from recon.core.files import write_json
from recon.settings.core import EntryName, Section

SETS = Path("data/sets")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Split = Literal["train", "validation", "test"]


class ListedImage(Section):
    """One image of a dataset.

    Attributes:
        file: its published file name, with its folder where the set has folders, e.g. `train/12003.jpg`.
        sha256: of that file; what a download must have.
        pixels_sha256: of its decoded pixels (see `pixels_sha256`); what any copy must have.
        split: where it belongs; None leaves it to `normalize`, which draws by a hash of the name.
        alias: another file name under which the image is in circulation.
    """

    file: str
    sha256: Sha256
    pixels_sha256: Sha256
    split: Split | None
    alias: str | None = None

    @property
    def name(self) -> str:
        """The file name without folder and suffix: what params.yaml and all later stages call the image."""
        return PurePosixPath(self.file).stem


class Manifest(Section):
    """A dataset: whose it is, where it may be found, and which images are in it.

    Attributes:
        notice: text that has to stay with the images.
        package: the folder of an installed Python package that holds the files, e.g. `skimage/data`.
        folder: the absolute path of a folder registered by its user.
        folders: where the set lies below a root of RECON_DATASETS, beside NAME/.
        mirrors: URLs with {file}, or {alias}, in place of the file name.
    """

    name: EntryName
    title: str
    license: str
    citation: str | None
    notice: str | None
    package: str | None = None
    folder: str | None = None
    folders: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    images: Annotated[tuple[ListedImage, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_image_per_name(self) -> Self:
        if len({image.name for image in self.images}) < len(self.images):
            raise ValueError("two images have the same file name but for folder or suffix")
        return self

    @classmethod
    def load(cls, name: str) -> Self:
        """Read data/sets/NAME.json; UserError where there is none (lists the known ones) or it is damaged."""
        known = sorted(path.stem for path in SETS.glob("*.json"))
        if name not in known:
            raise UserError(
                f"unknown dataset `{name}`; known: {', '.join(known)}; a folder of your own: "
                "python stages/register.py FOLDER NAME"
            )
        path = SETS / f"{name}.json"
        try:
            manifest = cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise UserError(f"{path}: {where}: {first['msg']}; restore it with git, or register again") from None
        if manifest.name != name:
            raise UserError(f"{path}: its `name` is `{manifest.name}`; it must be `{name}`, as the file's")
        return manifest

    def save(self) -> Path:
        """Write data/sets/NAME.json and return its path."""
        path = SETS / f"{self.name}.json"
        write_json(path, self.model_dump(exclude_defaults=True))
        return path


def pixels_sha256(pixels: np.ndarray) -> str:
    """Return the SHA-256 of "ROWS COLUMNS CHANNELS" and a line feed, then the uint8 pixels row by row."""
    header = " ".join(map(str, pixels.shape)) + "\n"
    return hashlib.sha256(header.encode() + pixels.tobytes()).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
