"""Register a folder of images as a dataset: python stages/register.py FOLDER NAME."""

import re
from pathlib import Path

from tqdm import tqdm

from recon.core.errors import UserError, run
from recon.core.images import read_image
from recon.data.datasets import image_files
from recon.data.manifest import SETS, ListedImage, Manifest, file_sha256, pixels_sha256


def main(*words: str) -> None:
    """Write data/sets/NAME.json, and print a summary and the next commands."""
    if len(words) != 2:
        raise UserError("expected a folder and a name: python stages/register.py FOLDER NAME")
    folder, name = Path(words[0]).expanduser().resolve(), words[1]
    check_name(name)
    images, shapes = [], []
    for path in tqdm(image_files(folder), desc=name, unit="image", disable=None):
        pixels = read_image(path)
        shapes.append(pixels.shape)
        hashes = {"sha256": file_sha256(path), "pixels_sha256": pixels_sha256(pixels)}
        images.append(ListedImage(file=path.name, split=None, **hashes))
    manifest = Manifest(
        name=name,
        title=f"{len(images)} images, registered as {name}",
        license="as their owner grants; not this project's",
        citation=None,
        notice=None,
        folder=str(folder),
        images=tuple(images),
    )
    path = manifest.save()
    smallest, largest = min(shapes, key=lambda s: s[0] * s[1]), max(shapes, key=lambda s: s[0] * s[1])
    print(f"{path}: {len(images)} images, {smallest[1]}x{smallest[0]} to {largest[1]}x{largest[0]} pixels")
    print(f"next: git add {path}  # queued and temporary runs see only what git knows")
    print(f"      dvc exp run -S data.source={name}")


def check_name(name: str) -> None:
    """Raise UserError unless a folder can be registered, or registered again, as `name`."""
    if not re.fullmatch("[a-z0-9_]+", name):
        raise UserError(f"the name `{name}` must consist of a-z, 0-9 and _, e.g. my_photos")
    if (SETS / f"{name}.json").exists() and Manifest.load(name).folder is None:
        raise UserError(f"`{name}` is a dataset that comes with the project; choose another name")


if __name__ == "__main__":
    run(main)
