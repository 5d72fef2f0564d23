"""A set of images on disk as one packed file and its index, so that thousands load as fast as one.

`pixels.bin` holds the uint8 pixels of all images one after the other, rows first, channels last; `index.json`
holds the set's source and color, and each image's name, split, shape and offset in bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from recon.core.errors import UserError
from recon.core.files import atomic_path, read_json, write_json
from recon.core.images import Color

PIXELS, INDEX = "pixels.bin", "index.json"


def write_set(
    folder: str | Path, images: Iterable[tuple[str, str, np.ndarray]], *, source: str, color: Color
) -> None:
    """Write (name, split, pixels) triples, one at a time, so that memory holds one image only.

    An earlier set in `folder` stays until the new one is complete. The index goes first and comes last: a
    folder without it holds no set.

    Args:
        folder: where the two files go.
        images: names are unique; pixels are uint8 (rows, columns, 3 if `color` is "rgb" else 1).
        source: the dataset's name, for the index.
        color: the color of all images.

    Raises:
        UserError: two images share a name.
    """
    folder = Path(folder)
    entries: dict[str, dict[str, Any]] = {}
    offset = 0
    with atomic_path(folder / PIXELS) as temporary, temporary.open("wb") as file:
        for name, split, pixels in images:
            if name in entries:
                raise UserError(f"{source}: two images are named {name}; rename one of them")
            _check_pixels(name, pixels, color)
            shape = dict(zip(("rows", "columns", "channels"), pixels.shape, strict=True))
            entries[name] = {"name": name, "split": split, **shape, "offset": offset}
            file.write(np.ascontiguousarray(pixels).data)
            offset += pixels.size
        (folder / INDEX).unlink(missing_ok=True)
    write_json(folder / INDEX, {"source": source, "color": color, "images": list(entries.values())})


@dataclass(frozen=True, eq=False)
class ImageSet:
    """The images of one folder that `write_set` wrote; pixels are read only when asked for."""

    source: str
    color: Color
    _entries: dict[str, dict[str, Any]]
    _pixels: np.ndarray

    @classmethod
    def open(cls, folder: str | Path) -> "ImageSet":
        """Map the set in `folder` into memory, read-only; UserError if there is none."""
        if not (Path(folder) / INDEX).exists():
            raise UserError(f"{folder}: holds no images yet; run `dvc repro`, which makes them first")
        index = read_json(Path(folder) / INDEX)
        pixels = np.memmap(Path(folder) / PIXELS, np.uint8, mode="r")
        return cls(index["source"], index["color"], {entry["name"]: entry for entry in index["images"]}, pixels)

    def names(self, split: str | None = None) -> list[str]:
        """Return the names in the order they were written: all, or those of one split."""
        return [name for name, entry in self._entries.items() if split in (None, entry["split"])]

    def split(self, name: str) -> str:
        """Return the split of one image."""
        return self._entries[name]["split"]

    def pixels(self, name: str) -> np.ndarray:
        """Return one image, a read-only view of the file: uint8 (rows, columns, channels)."""
        entry = self._entries[name]
        shape = (entry["rows"], entry["columns"], entry["channels"])
        start = entry["offset"]
        return np.asarray(self._pixels[start : start + prod(shape)]).reshape(shape)

    def __iter__(self) -> Iterator[tuple[str, np.ndarray]]:
        return ((name, self.pixels(name)) for name in self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _check_pixels(name: str, pixels: np.ndarray, color: Color) -> None:
    channels = 3 if color == "rgb" else 1
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[-1] != channels:
        raise ValueError(
            f"{name}: a set of color {color!r} holds uint8 (rows, columns, {channels}). "
            f"Received: {pixels.dtype} {pixels.shape}"
        )
