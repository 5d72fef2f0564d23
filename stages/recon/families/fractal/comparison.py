"""The decoding of fractals from noise: saved payloads decoded pass by pass, from two noises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.core.reconstruction import RECONSTRUCTIONS, variant_name
from recon.families.fractal import symbols
from recon.families.fractal.attractor import Contraction, draw_noise, run_passes
from recon.families.fractal.params import FAMILY, Coding, FractalEntry
from recon.families.fractal.planes import from_planes
from recon.families.fractal.quadtree import Transforms, list_leaves

COMPARISON = Path("metrics/comparisons") / FAMILY
PASSES = COMPARISON / "rmse.csv"
NOISES = (0, 1)  # seeds: the decoder's, and another


@dataclass(frozen=True)
class Decoding:
    """A payload decoded from two noises: the 8-bit pictures after each pass, and their distance.

    pictures      from the first noise, starting with the noise itself
    others        from the second noise
    differences   the largest difference of any pixel of any plane, in gray levels, after each pass
    leaves        side, row and column of each block of the first plane, in pixels
    """

    pictures: list[np.ndarray]
    others: list[np.ndarray]
    differences: list[float]
    leaves: list[tuple[int, int, int]]


def decode_twice(*, entry: str, variant: str, image: str) -> Decoding:
    """Decode a saved payload from two noises, keeping every pass."""
    code = symbols.from_payload((RECONSTRUCTIONS / FAMILY / entry / variant / f"{image}.bin").read_bytes())
    planes = [[list(_decode_pairs(plane, code.coding)) for plane in part] for part in code.classes]
    count = max(len(plane) for part in planes for plane in part)
    steps = [[[plane[min(step, len(plane) - 1)] for plane in part] for part in planes] for step in range(count)]
    pictures, others = (
        [from_planes([[pair[index] for pair in part] for part in step], code.rows, code.columns) for step in steps]
        for index in range(len(NOISES))
    )
    differences = [max(float(np.abs(a - b).max()) for part in step for a, b in part) for step in steps]
    return Decoding(pictures, others, differences, list(_locate_leaves(code.classes[0][0], code.coding)))


def _decode_pairs(plane: Transforms, coding: Coding) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield a plane from both noises after each pass, until both have converged."""
    contraction = Contraction.of(plane, coding)
    last = starts = [draw_noise(plane.shape, seed) for seed in NOISES]
    yield tuple(starts)
    for pair in zip_longest(*(run_passes(contraction, start) for start in starts)):
        last = [contraction(old) if new is None else new for new, old in zip(pair, last, strict=True)]
        yield tuple(last)


def _locate_leaves(plane: Transforms, coding: Coding) -> Iterator[tuple[int, int, int]]:
    for part in list_leaves(plane.shape, coding.sides, plane.splits):
        rows, columns = np.divmod(part.numbers, plane.shape[1] // part.side)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            yield part.side, part.side * row, part.side * column


def measure_passes(entries: Sequence[FractalEntry]) -> pd.DataFrame:
    """Return a row for each payload and pass: its settings, rmse, other_rmse and largest_difference.

    All in gray levels; the RMSEs are of the 8-bit picture after the pass, from one noise and from the other.
    """
    rows = []
    for entry in entries:
        photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
        for settings in [settings for run in entry.runs for settings, _ in run.points]:
            for image, original in photographs:
                payload = {"entry": entry.name, "variant": variant_name(settings), "image": image}
                decoding = decode_twice(**payload)
                pairs = zip(decoding.pictures, decoding.others, decoding.differences, strict=True)
                for number, (picture, other, difference) in enumerate(pairs):
                    rmse, other_rmse = (_compute_rmse(pixels, original) for pixels in (picture, other))
                    row = payload | settings | {"passes": number, "rmse": rmse, "other_rmse": other_rmse}
                    rows.append(row | {"largest_difference": difference})
    table = pd.DataFrame(rows)
    last = ["image", "passes", "rmse", "other_rmse", "largest_difference"]
    return table[[*table.columns.drop(last), *last]]


def _compute_rmse(pixels: np.ndarray, original: np.ndarray) -> float:
    """Return the root of the mean squared error in gray levels, over pixels and channels."""
    return float(np.sqrt(np.mean((pixels.astype(np.float64) - original) ** 2)))
