"""The one noun: what a method hands over, and how an entry's reconstructions lie on disk.

An entry's folder `data/reconstructions/FAMILY/ENTRY/` holds `VARIANT/IMAGE.png` (the pixels), `VARIANT/IMAGE.bin`
(the payload), `VARIANT/IMAGE.mask.png` (where the method was shown some pixels only), `index.csv`, one line for
each with its settings as columns, `about.json`, what holds for all of them (parameters, library), and
`params.json`, the values of params.yaml and the weights of the zoo that they were made with. Seconds, and the
machine they were taken on, go to `metrics/timings/entries/FAMILY/ENTRY.json`, apart from all that must be equal
between two runs.
"""

import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from ruamel.yaml import YAML

from recon.core import files, images, machine

if TYPE_CHECKING:  # see recon.core.files
    import pandas as pd

RECONSTRUCTIONS = Path("data/reconstructions")
TIMINGS = Path("metrics/timings/entries")
CHECKPOINTS_VARIABLE = "RECON_CHECKPOINTS"  # of the environment
CHECKPOINTS = Path(os.environ.get(CHECKPOINTS_VARIABLE) or ".checkpoints")  # to resume stages from
SCORES = Path("metrics/scores")
_PARAMS = "data/params/"  # parts of params.yaml as files
METRICS = ("{family}", "leaderboard", "methods")  # files of metrics/ with numbers of a family

# What holds for a whole entry: weights, multiply-adds of a forward pass per pixel, values of the latent per pixel,
# bytes of the shared decoder, the codec library and its version.
ABOUT = ("num_params", "macs_per_pixel", "latents_per_pixel", "decoder_bytes", "library")
_PAIRS = {"factor": "value", "axis": "across"}  # two columns that make one part of a name

Settings = Mapping[str, Any]  # what tells a point of an entry from the others: column -> value


@dataclass(frozen=True)
class Reconstruction:
    """A rebuilt image: uint8 pixels (rows, columns, channels), the bytes it was rebuilt from, and the seconds."""

    pixels: np.ndarray
    payload: bytes | None
    encode_seconds: float
    decode_seconds: float


def timed(encode: Callable[[], bytes], decode: Callable[[bytes], np.ndarray]) -> Reconstruction:
    """Encode, decode what was encoded, and time both: the one place where seconds of a codec are taken."""
    start = perf_counter()
    payload = encode()
    encoded = perf_counter()
    pixels = decode(payload)
    return Reconstruction(pixels, payload, encoded - start, perf_counter() - encoded)


def setting_text(value: Any) -> str:
    """Return a setting as it stands in a variant's name, which is also a folder: `0.003`, `true`, `64-32`."""
    if isinstance(value, (list, tuple)):
        return "-".join(map(setting_text, value))
    if isinstance(value, float):
        return f"{value:.12g}"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}"


def variant_name(settings: Settings) -> str:
    """Return the name of a point: `quality=10`, `width=24,quality=10` for a factor `width` of value 24.

    Nothing reads it back: the settings themselves are columns of every table.
    """
    named = {}
    for name, value in settings.items():
        if name in _PAIRS:
            named[value] = settings[_PAIRS[name]]
        elif name not in _PAIRS.values():
            named[name] = value
    return ",".join(f"{name}={setting_text(value)}" for name, value in named.items())


class EntryWriter:
    """Writes one entry's reconstructions, one at a time, and its index and timings when the block ends."""

    def __init__(self, *, family: str, entry: str, about: dict[str, int | float | str]) -> None:
        """Clear the folder of `entry`, and remove the numbers of metrics/ that its old pictures are part of.

        Otherwise `dvc exp show` would show them beside the new settings until they are scored again. `about` may
        have the keys of ABOUT, those that mean something for the entry.
        """
        self._about = about
        self._params = read_stage_params(family=family, entry=entry)
        self._folder = RECONSTRUCTIONS / family / entry
        self._timings = TIMINGS / family / f"{entry}.json"
        self._columns: dict[str, None] = {"variant": None}  # and all settings, which come before the image
        self._index: list[dict[str, Any]] = []
        self._seconds: list[dict[str, Any]] = []
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in METRICS:
            Path("metrics", f"{name.format(family=family)}.json").unlink(missing_ok=True)

    def __enter__(self) -> "EntryWriter":
        return self

    def add(
        self,
        settings: Settings,
        image: str,
        reconstruction: Reconstruction,
        about: dict[str, int | float] | None = None,
        mask: np.ndarray | None = None,
    ) -> None:
        """Save the pixels as PNG and the payload, if there is one, and note the seconds.

        Args:
            settings: of the point: `{"quality": 10}`, or `{"factor": "width", "value": "24", "quality": 10}`.
            image: the name of the image that was rebuilt.
            reconstruction: what is saved.
            about: what holds for this point other than for the whole entry, by the keys of ABOUT.
            mask: uint8 (rows, columns, 1): which pixels the method was shown and which are scored apart, see
                `recon.data.masks`.
        """
        variant = variant_name(settings)
        place = self._folder / variant
        images.write_png(place / f"{image}.png", reconstruction.pixels)
        if reconstruction.payload is not None:
            files.write_bytes(place / f"{image}.bin", reconstruction.payload)
        if mask is not None:
            images.write_png(place / f"{image}.mask.png", mask)
        self._columns |= dict.fromkeys(settings)
        self._index.append({"variant": variant, **settings, "image": image, **(about or {})})
        self.add_seconds("encode", reconstruction.encode_seconds, settings=settings, image=image)
        self.add_seconds("decode", reconstruction.decode_seconds, settings=settings, image=image)

    def add_seconds(
        self, action: str, seconds: float, *, settings: Settings | None = None, image: str = ""
    ) -> None:
        """Note the seconds of `action`: `encode`, `decode` or `fit` of one image, `train` of one network."""
        variant = variant_name(settings or {})
        self._seconds.append({"what": action, "variant": variant, "image": image, "seconds": round(seconds, 6)})

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            files.write_csv(self._folder / "index.csv", [self._columns | row for row in self._index])
            files.write_json(self._folder / "about.json", self._about)
            files.write_json(self._folder / "params.json", self._params)
            files.write_json(self._timings, {"machine": machine.describe(), "seconds": self._seconds})


def remove_leftovers(experiments: Mapping[str, Collection[str]]) -> list[Path]:
    """Remove, and return, what is left of families and entries that params.yaml has no more.

    DVC leaves the outputs of a stage that is gone; they would count in the hash of a folder that later stages
    depend on, which would then differ from a new clone's. Folders beside those of the families are removed only
    where a stage depends on all of them: your own below models/ stay. `experiments` is family -> its entries.
    """
    left = [path for path in SCORES.glob("*.csv") if path.stem not in experiments]
    for parent in (RECONSTRUCTIONS, TIMINGS, Path("models"), CHECKPOINTS):
        for folder in [path for path in parent.glob("*") if path.is_dir()]:
            if folder.name in experiments:
                left += [path for path in folder.glob("*") if path.stem not in experiments[folder.name]]
            elif parent in (RECONSTRUCTIONS, TIMINGS):
                left.append(folder)
    left.sort()
    for path in left:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return left


def read_stage_params(*, family: str, entry: str) -> dict[str, Any]:
    """Return the values of params.yaml that an entry's stage depends on, by the keys that dvc.yaml lists for it.

    With them goes the text of each file of data/params/ that the stage depends on, by its path, such as that which
    says which weights of the zoo the entry has. An empty mapping where dvc.yaml has no such stage. Both YAML files
    are read as DVC reads them, by YAML 1.2.
    """
    if not Path("dvc.yaml").is_file():
        return {}
    graph, params = (YAML(typ="safe").load(Path(name).read_bytes()) for name in ("dvc.yaml", "params.yaml"))
    stage = graph["stages"].get(family, {})
    stage = stage.get("do", stage)
    keys, deps = ([text.replace("${key}", entry) for text in stage.get(name, ())] for name in ("params", "deps"))
    values = {key: reduce(lambda value, part: value[part], key.split("."), params) for key in keys}
    paths = [Path(dep) for dep in deps if dep.startswith(_PARAMS)]
    return values | {f"{path}": path.read_text(encoding="utf-8") for path in paths if path.is_file()}


def is_current(*, family: str, entry: str) -> bool:
    """Return whether an entry's reconstructions are there, made with what params.yaml and the zoo have now."""
    path = RECONSTRUCTIONS / family / entry / "params.json"
    return path.is_file() and files.read_json(path) == read_stage_params(family=family, entry=entry)


def read_index(*, family: str, entry: str) -> "pd.DataFrame":
    """Return the entry's index: variant, its settings, image, and those of ABOUT that differ between points."""
    return files.read_csv(RECONSTRUCTIONS / family / entry / "index.csv")


def read_about(*, family: str, entry: str) -> dict[str, int | float | str]:
    """Return what holds for the whole entry, by the keys of ABOUT."""
    return files.read_json(RECONSTRUCTIONS / family / entry / "about.json")


def settings_columns(rows: "pd.DataFrame") -> list[str]:
    """Return which columns of an index, or of a family's scores, are settings, in their order."""
    names = list(rows.columns)
    return names[names.index("variant") + 1 : names.index("image")]


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
