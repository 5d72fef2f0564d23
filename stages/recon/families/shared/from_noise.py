"""How images come out of noise: the curves of trained pixels beside the closed form, and a fractal's passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.imageset import ImageSet
from recon.core.reconstruction import RECONSTRUCTIONS
from recon.families.fractal import params as fractal
from recon.families.fractal import symbols
from recon.families.fractal.attractor import Contraction, noise, passes
from recon.families.fractal.planes import from_planes
from recon.families.fractal.quadtree import leaves
from recon.families.pixels import params as pixels
from recon.families.pixels.closed_form import share_left

MODELS = Path("models/pixels")
NOISES = (0, 1)  # seeds: the one of the decoder, and another


def own_entry(params: dict[str, Any], family: str) -> str:
    """Return the first entry on the family's own photographs; its figures are of that one."""
    entries = params[family]["experiments"].items()
    return next(entry for entry, experiment in entries if experiment["subject"] == family)


def pixel_curves(params: dict[str, Any]) -> pd.DataFrame:
    """Return the RMSE after every step: entry, variant, image, step, rmse, closed_form_rmse.

    In gray levels, of pixels that are neither rounded nor cut to black and white. Adam has no closed form.
    """
    parts = []
    for entry in params["pixels"]["experiments"]:
        images = ImageSet.open(f"data/subjects/{pixels.experiment_of(params, entry).subject}").names()
        for point in pixels.points_of(params, entry):
            for image in images:
                curve = files.read_csv(MODELS / entry / point.variant / f"{image}.csv")
                how = {"entry": entry, "variant": point.variant or "base=base", "image": image}
                parts.append(curve.assign(**how, closed_form_rmse=_closed_form(curve["rmse"], point.settings)))
    return pd.concat(parts)[["entry", "variant", "image", "step", "rmse", "closed_form_rmse"]]


def _closed_form(rmse: pd.Series, descent: pixels.Descent) -> np.ndarray | float:
    if descent.optimizer != "sgd":
        return np.nan
    left = share_left(step_size=descent.step_size, momentum=descent.momentum, steps=len(rmse) - 1)
    return rmse.iloc[0] * np.abs(left)


@dataclass(frozen=True)
class Decoding:
    """A payload decoded from two noises: the 8-bit pictures after each pass, and how far the two are apart.

    pictures      of the first noise, from the noise itself on
    other         of the second noise
    differences   the largest of any pixel of any plane, in gray levels, after each pass
    leaves        side, row and column of each block of the first plane, in pixels
    """

    pictures: list[np.ndarray]
    other: list[np.ndarray]
    differences: list[float]
    leaves: list[tuple[int, int, int]]


def decoded(*, entry: str, variant: str, image: str) -> Decoding:
    """Decode a saved payload from two noises, and keep all on the way."""
    code = symbols.from_payload((RECONSTRUCTIONS / "fractal" / entry / variant / f"{image}.bin").read_bytes())
    planes = [[list(_both(plane, code.coding)) for plane in part] for part in code.classes]
    count = max(len(plane) for part in planes for plane in part)
    steps = [[[plane[min(step, len(plane) - 1)] for plane in part] for part in planes] for step in range(count)]
    pictures = [
        [from_planes([[pair[which] for pair in part] for part in step], code.rows, code.columns) for step in steps]
        for which in range(len(NOISES))
    ]
    apart = [max(float(np.abs(a - b).max()) for part in step for a, b in part) for step in steps]
    first = code.classes[0][0]
    blocks = [
        (part.side, *(part.side * int(at) for at in divmod(number, first.shape[1] // part.side)))
        for part in leaves(first.shape, code.coding.sides, first.splits)
        for number in part.numbers
    ]
    return Decoding(*pictures, apart, blocks)


def _both(plane: Any, coding: fractal.Coding) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield a plane from both noises after each pass, until both have come to their end."""
    contraction = Contraction.of(plane, coding)
    starts = [noise(plane.shape, seed) for seed in NOISES]
    last = starts
    yield tuple(starts)
    for pair in zip_longest(*(passes(contraction, start) for start in starts)):
        last = [contraction(old) if new is None else new for new, old in zip(pair, last, strict=True)]
        yield tuple(last)


def fractal_passes(params: dict[str, Any]) -> pd.DataFrame:
    """Return for each payload: entry, variant, image, passes, rmse, other_rmse, largest_difference.

    In gray levels; the RMSE is that of the 8-bit picture after so many passes, from one noise and from another.
    """
    rows = []
    for entry in params["fractal"]["experiments"]:
        photographs = ImageSet.open(f"data/subjects/{fractal.experiment_of(params, entry).subject}")
        for point in fractal.points_of(params, entry):
            for image, original in photographs:
                found = decoded(entry=entry, variant=point.variant, image=image)
                where = {"entry": entry, "variant": point.variant, "image": image}
                pairs = zip(found.pictures, found.other, found.differences, strict=True)
                for number, (one, other, difference) in enumerate(pairs):
                    errors = {"rmse": rmse(one, original), "other_rmse": rmse(other, original)}
                    rows.append(where | {"passes": number} | errors | {"largest_difference": difference})
    return pd.DataFrame(rows)


def rmse(pixels: np.ndarray, original: np.ndarray) -> float:
    """Return the root of the mean squared error in gray levels, over pixels and channels."""
    return float(np.sqrt(np.mean((pixels.astype(np.float64) - original) ** 2)))
