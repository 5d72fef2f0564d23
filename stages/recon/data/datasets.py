"""The images of a manifest, found on this machine or downloaded.

An image is looked for in the folders named by RECON_DATASETS, in the cache of downloads, and on the set's
mirrors, in this order. What makes it the right one is its pixels: the same photograph as BMP and as PNG is
the same image, and `fetch` writes equal bytes for both.

Environment:
    RECON_DATASETS  folders that hold datasets, separated by `:` (`;` on Windows). In each, a set is looked
                    for as NAME/, in the folders of its official archive, and directly. Absolute paths, since
                    `dvc exp run --temp` runs elsewhere.
    RECON_CACHE     see recon/data/download.py
"""

import os
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import numpy as np
from tqdm import tqdm

from recon.core.errors import UserError
from recon.core.files import read_json, write_json, write_text
from recon.core.images import Color, Fit, fit_to, read_image, to_color, write_png
from recon.data.download import cache_folder, download
from recon.data.manifest import (
    SETS,
    ListedImage,
    Manifest,
    Split,
    file_sha256,
    find_name_fault,
    fold_name,
    pixels_sha256,
)

FETCHED = Path("data/fetched")
SUFFIXES = (".png", ".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".ppm", ".tif", ".tiff", ".webp")


def image_files(folder: Path) -> list[Path]:
    """Return the image files directly in `folder`, sorted.

    Raises:
        UserError: no such folder, no image in it, two that differ in suffix or case only, or one whose name is
            refused by the manifest or which is no file.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder")
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if not files:
        raise UserError(f"{folder}: no image in it (known: {', '.join(SUFFIXES)}; subfolders are not searched)")
    first_of: dict[str, Path] = {}
    for path in files:
        if fault := find_name_fault(path.name):
            raise UserError(f"{str(path)!r}: its name {fault}; rename it")
        if not path.is_file():  # a pipe or a device would be read for ever
            raise UserError(f"{path}: a folder, a device or a dead link, but no image file; move it elsewhere")
        if (other := first_of.setdefault(fold_name(path.stem), path)) is not path:
            raise UserError(f"{path}: the same name as {other.name} but for suffix or case; rename one of them")
    return files


def image_pixels(manifest: Manifest, image: ListedImage) -> np.ndarray:
    """Return the pixels of `image`, uint8 (rows, columns, channels), from the first place that holds them.

    Raises:
        UserError: nowhere to be had; or there are local files of its name, and none has its pixels.
    """
    candidates = list(_local_files(manifest, image)) or [_downloaded(manifest, image)]
    for path in candidates:
        pixels = read_image(path)
        if pixels_sha256(pixels) == image.pixels_sha256:
            return pixels
    raise _differs(candidates[0], manifest, image)


def check_unchanged(manifest: Manifest) -> None:
    """Raise UserError where a registered folder's file is gone or no longer what was registered."""
    for image in manifest.images if manifest.folder else ():
        path = Path(manifest.folder) / image.file
        if not path.is_file() or file_sha256(path) != image.sha256:
            image_pixels(manifest, image)


def save_fetched(manifest: Manifest, folder: Path) -> None:
    """Write the set to `folder`: NAME.png per image, NOTICE.txt, index.json.

    The bytes depend on the pixels alone, so that dvc.lock is the same wherever the images came from.
    """
    for image in tqdm(manifest.images, desc=manifest.name, unit="image", disable=None):
        write_png(folder / f"{image.name}.png", image_pixels(manifest, image))
    paragraphs = (manifest.title, f"License: {manifest.license}", manifest.citation, manifest.notice)
    write_text(folder / "NOTICE.txt", "\n\n".join(filter(None, paragraphs)) + "\n")
    index = [{"name": image.name, "split": image.split} for image in manifest.images]
    write_json(folder / "index.json", {"source": manifest.name, "images": index})


def fetched_images(source: str, folder: str | Path = FETCHED) -> list[tuple[str, Split | None, Path]]:
    """Return (name, split, PNG file) for each image of the fetched set `source`, in the manifest's order."""
    index = Path(folder) / source / "index.json"
    if not index.is_file():
        raise UserError(f"{index}: the dataset `{source}` is not fetched yet; run: dvc repro fetch")
    return [
        (image["name"], image["split"], index.parent / f"{image['name']}.png")
        for image in read_json(index)["images"]
    ]


def prepare_image(path: Path, *, color: Color, fit: Fit, rows: int | None, columns: int | None) -> np.ndarray:
    """Read an image file and bring it to `color` and rows x columns (None: its own); uint8, channels last.

    Raises:
        UserError: the file is no such image, or is smaller than the crop.
    """
    pixels = to_color(read_image(path), color)
    if fit == "crop" and (pixels.shape[0] < (rows or 0) or pixels.shape[1] < (columns or 0)):
        raise UserError(
            f"{path}: {pixels.shape[0]} rows x {pixels.shape[1]} columns, smaller than the crop of "
            f"{rows} x {columns}; choose `fit: resize` or smaller sides in params.yaml"
        )
    return fit_to(pixels, rows, columns, fit)


def _local_files(manifest: Manifest, image: ListedImage) -> Iterator[Path]:
    """Yield the files that may be `image`: in each folder the published one, else those of the same stem."""
    names = [PurePosixPath(name) for name in (image.file, image.alias) if name]
    for folder in _local_folders(manifest):
        spellings = [*names, *(name.with_suffix(suffix) for name in names for suffix in SUFFIXES)]
        found = next((folder / name for name in spellings if (folder / name).is_file()), None)
        if found:
            yield found


def _local_folders(manifest: Manifest) -> list[Path]:
    if manifest.package:
        return [_package_folder(manifest.package)]
    own = [Path(manifest.folder)] if manifest.folder else []
    return own + [root / sub for root in _roots() for sub in (manifest.name, *manifest.folders, ".")]


def _package_folder(package: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    top, _, below = package.partition("/")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"the Python package `{top}` is not installed: pip install -r requirements.txt")
    return Path(spec.submodule_search_locations[0]) / below


def _roots() -> list[Path]:
    roots = [Path(root).expanduser() for root in os.environ.get("RECON_DATASETS", "").split(os.pathsep) if root]
    for root in roots:
        if not root.is_dir():
            raise UserError(f"RECON_DATASETS: {root} is no folder; give absolute paths of folders that exist")
    return roots


def _downloaded(manifest: Manifest, image: ListedImage) -> Path:
    if manifest.mirrors:
        wanted = {"sha256": image.sha256, "file_bytes": image.file_bytes}
        return download(image.file, manifest.urls(image), folder=cache_folder() / manifest.name, **wanted)
    place = _local_folders(manifest)[0] / image.file
    remedy = "restore it" if manifest.package is None else "pip install --force-reinstall -r requirements.txt"
    raise UserError(f"{place}: missing, and `{manifest.name}` has no mirror; {remedy}{_or_register(manifest)}")


def _differs(path: Path, manifest: Manifest, image: ListedImage) -> UserError:
    if file_sha256(path) == image.sha256:
        remedy = "this Pillow decodes it to other pixels; install the pinned one: pip install -r requirements.txt"
    elif manifest.folder:
        remedy = f"its pixels changed since it was registered; restore it{_or_register(manifest)}"
    else:
        remedy = "its pixels differ; replace, rename or delete it (or take its folder out of RECON_DATASETS)"
    return UserError(f"{path}: not the image that {SETS / manifest.name}.json lists: {remedy}")


def _or_register(manifest: Manifest) -> str:
    if manifest.folder is None:
        return ""
    command = f"python stages/register.py {shlex.quote(manifest.folder)} {manifest.name}"
    return f", or register the folder again: {command}"
