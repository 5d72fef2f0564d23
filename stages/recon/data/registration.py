"""A folder of images as a dataset: its manifest, made from the files."""

from pathlib import Path

from pydantic import ValidationError
from tqdm import tqdm

from recon.core.errors import UserError
from recon.core.images import read_image
from recon.data.datasets import image_files
from recon.data.manifest import SETS, ListedImage, Manifest, file_sha256, first_fault, pixels_sha256
from recon.settings.core import check_entry_name


def check_name(name: str) -> None:
    """Raise UserError unless a folder can be registered, or registered again, as `name`."""
    try:
        check_entry_name(name)
    except ValueError as error:
        raise UserError(f"{name!r}: {error}") from None
    path = SETS / f"{name}.json"
    if path.exists() and b'"folder": ' not in path.read_bytes():  # of bytes, since what is damaged may be replaced
        raise UserError(f"`{name}` is a dataset that comes with the project; choose another name")


def list_folder(folder: Path, name: str) -> Manifest:
    """Return the manifest of the images in `folder`, with progress; UserError where one of them is refused."""
    images = [_list_image(path) for path in tqdm(image_files(folder), desc=name, unit="image", disable=None)]
    try:
        return Manifest(
            name=name,
            title=f"{len(images)} images, registered as {name}",
            license="as their owner grants; not this project's",
            citation=None,
            notice=None,
            folder=str(folder),
            images=tuple(images),
        )
    except ValidationError as error:
        raise UserError(f"{str(folder)!r}: {first_fault(error)}, then register the folder again") from None


def _list_image(path: Path) -> ListedImage:
    pixels = read_image(path)
    rows, columns, _ = pixels.shape
    return ListedImage(
        file=path.name,
        sha256=file_sha256(path),
        file_bytes=path.stat().st_size,
        pixels_sha256=pixels_sha256(pixels),
        rows=rows,
        columns=columns,
        split=None,
    )
