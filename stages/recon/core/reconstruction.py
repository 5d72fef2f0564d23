"""The one noun: what a method hands over, and how an entry's reconstructions lie on disk.

An entry's folder `data/reconstructions/FAMILY/ENTRY/` holds `VARIANT/IMAGE.png` (the pixels), `VARIANT/IMAGE.bin`
(the payload), `IMAGE.mask.png` (where the method was shown some pixels only), `index.csv`, one line for each, and
`about.json`, what holds for all of them (parameters, library).
Seconds, and the machine they were taken on, go to `metrics/timings/FAMILY/ENTRY.json`, apart from all that must be
equal between two runs.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recon.core import files, images, machine

if TYPE_CHECKING:  # see recon.core.files
    import pandas as pd

RECONSTRUCTIONS = Path("data/reconstructions")
TIMINGS = Path("metrics/timings")
CHECKPOINTS = Path(".checkpoints")  # where trainings that were cut are taken up again

# What holds for a whole entry: weights, multiply-adds of a forward pass per pixel, values of the latent per pixel,
# bytes of the shared decoder, the codec library and its version.
ABOUT = ("num_params", "macs_per_pixel", "latents_per_pixel", "decoder_bytes", "library")


@dataclass(frozen=True)
class Reconstruction:
    """A rebuilt image: uint8 pixels (rows, columns, channels), the bytes it was rebuilt from, and the seconds."""

    pixels: np.ndarray
    payload: bytes | None
    encode_seconds: float
    decode_seconds: float


class EntryWriter:
    """Writes one entry's reconstructions, one at a time, and its index and timings when the block ends.

    A variant is `setting=value`, such as `quality=30` or `epoch=500`: the point of a sweep that made the image.
    """

    def __init__(self, *, family: str, entry: str, about: dict[str, int | float | str]) -> None:
        """Clear the folder of `entry`; `about` may have the keys of ABOUT, those that mean something for it."""
        self._about = about
        self._folder = RECONSTRUCTIONS / family / entry
        self._timings = TIMINGS / family / f"{entry}.json"
        self._index: list[dict[str, str | int | float]] = []
        self._seconds: list[dict[str, str | float]] = []
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "EntryWriter":
        return self

    def add(
        self,
        variant: str,
        image: str,
        reconstruction: Reconstruction,
        about: dict[str, int | float] | None = None,
        mask: np.ndarray | None = None,
    ) -> None:
        """Save the pixels as PNG and the payload, if there is one, and note the seconds.

        `about` has what holds for this variant other than for the whole entry, by the keys of ABOUT. `mask` says
        which pixels the method was shown and which are scored apart, uint8 (rows, columns, 1), see
        `recon.data.masks`.
        """
        place = self._folder / variant
        images.write_png(place / f"{image}.png", reconstruction.pixels)
        if reconstruction.payload is not None:
            files.write_bytes(place / f"{image}.bin", reconstruction.payload)
        if mask is not None:
            images.write_png(place / f"{image}.mask.png", mask)
        self._index.append({"variant": variant, "image": image, **(about or {})})
        self.add_seconds("encode", reconstruction.encode_seconds, variant=variant, image=image)
        self.add_seconds("decode", reconstruction.decode_seconds, variant=variant, image=image)

    def add_seconds(self, what: str, seconds: float, *, variant: str = "", image: str = "") -> None:
        """Note the seconds of `what`: `encode` and `decode` of one image, or `train` for the whole entry."""
        self._seconds.append({"what": what, "variant": variant, "image": image, "seconds": round(seconds, 6)})

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            files.write_csv(self._folder / "index.csv", self._index)
            files.write_json(self._folder / "about.json", self._about)
            files.write_json(self._timings, {"machine": machine.describe(), "seconds": self._seconds})


def remove_leftovers(family: str, entries: Collection[str]) -> list[Path]:
    """Remove, and return, what is left of entries that params.yaml has no more.

    DVC leaves the outputs of a stage that is gone; they would count in the hash of the family's folder, which
    would then differ from a new clone's.
    """
    parents = [parent / family for parent in (RECONSTRUCTIONS, TIMINGS, Path("models"), CHECKPOINTS)]
    left = [path for parent in parents for path in sorted(parent.glob("*")) if path.stem not in entries]
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return left


def read_index(*, family: str, entry: str) -> "pd.DataFrame":
    """Return the entry's index: columns variant, image, and those of ABOUT that differ between its variants."""
    return files.read_csv(RECONSTRUCTIONS / family / entry / "index.csv")


def read_about(*, family: str, entry: str) -> dict[str, int | float | str]:
    """Return what holds for the whole entry, by the keys of ABOUT."""
    return files.read_json(RECONSTRUCTIONS / family / entry / "about.json")


def read_pixels(*, family: str, entry: str, variant: str, image: str) -> np.ndarray:
    """Return the saved picture, uint8 (rows, columns, channels)."""
    return images.read_image(RECONSTRUCTIONS / family / entry / variant / f"{image}.png")


def read_mask(*, family: str, entry: str, variant: str, image: str) -> np.ndarray | None:
    """Return the saved mask, uint8 (rows, columns, 1), None where there is none."""
    path = RECONSTRUCTIONS / family / entry / variant / f"{image}.mask.png"
    return images.read_image(path) if path.exists() else None


def payload_bytes(*, family: str, entry: str, variant: str, image: str) -> int | None:
    """Return the length of the saved payload, None where there is none."""
    path = RECONSTRUCTIONS / family / entry / variant / f"{image}.bin"
    return path.stat().st_size if path.exists() else None


def read_timings(*, family: str, entry: str) -> "tuple[dict[str, Any], pd.DataFrame]":
    """Return the machine (see `recon.core.machine`) and its seconds: columns what, variant, image, seconds."""
    import pandas as pd

    timings = files.read_json(TIMINGS / family / f"{entry}.json")
    return timings["machine"], pd.DataFrame(timings["seconds"])


def method_name(*, family: str, entry: str) -> str:
    """Return the name of an entry's curve in the plane: the entry's, or the family's where that is `plane`."""
    return family if entry == "plane" else entry
