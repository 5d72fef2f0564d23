"""Where restoring does harm: the blocks whose squared error the best network raises most."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from recon.core.imageset import ImageSet
from recon.families.restoration.comparison import choose_shown, select_networks
from recon.referee.distortion import psnr_of_mean_mse_db

BLOCK = 32  # pixels of a side: four of JPEG's blocks
Read = Callable[[str, int, str], np.ndarray]  # method, quality, image -> the saved picture
COLUMNS = [
    *["method", "against", "quality", "image", "row", "column", "against_db", "restored_db"],
    *["blocks", "worse_percent"],
]


class Pairing(NamedTuple):
    """The network whose failures are sought, the method without one that it is held against, and the quality."""

    method: str
    against: str
    quality: int


def choose_pairings(methods: pd.DataFrame) -> Iterator[Pairing]:
    """Yield the best network at the lowest and the highest quality, against JPEG and the best other baseline."""
    for quality in sorted({methods["quality"].min(), methods["quality"].max()}):
        points = methods[methods["quality"] == quality]
        *baselines, last = choose_shown(points)
        if len(select_networks(points)):
            yield from (Pairing(last, against, int(quality)) for against in baselines)


def find_failures(methods: pd.DataFrame, photographs: ImageSet, read: Read) -> pd.DataFrame:
    """Return a row for each of the pairings: the block whose mean squared error the network raises most.

    Blocks lie side by side from the upper left corner, and only whole ones count; a side below BLOCK is one block.
    `row` and `column` are the block's first pixel; `against_db` and `restored_db` its PSNRs by the two methods;
    `worse_percent` is the share of all `blocks` of the photographs whose error the network raises.
    """
    rows = [_find_worst(pairing, photographs, read) for pairing in choose_pairings(methods)]
    return pd.DataFrame(rows, columns=COLUMNS).round(5)


def _find_worst(pairing: Pairing, photographs: ImageSet, read: Read) -> dict[str, object]:
    rises, places = [], []
    for image in sorted(photographs.names()):
        original = photographs.pixels(image)
        before, after = (
            average_blocks(original, read(method, pairing.quality, image))
            for method in (pairing.against, pairing.method)
        )
        for place in np.ndindex(before.shape):
            rises.append(after[place] - before[place])
            places.append((image, place, before[place], after[place]))
    image, (row, column), before, after = places[int(np.argmax(rises))]
    sides = block_sides(photographs.pixels(image))
    return pairing._asdict() | {
        "image": image,
        "row": row * sides[0],
        "column": column * sides[1],
        "against_db": psnr_of_mean_mse_db([before]),
        "restored_db": psnr_of_mean_mse_db([after]),
        "blocks": len(rises),
        "worse_percent": 100 * float(np.mean(np.array(rises) > 0)),
    }


def block_sides(pixels: np.ndarray) -> tuple[int, int]:
    """Return the rows and columns of a block in a picture: BLOCK, or a side that is smaller."""
    return min(BLOCK, pixels.shape[0]), min(BLOCK, pixels.shape[1])


def average_blocks(original: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return the mean squared error of each whole block, float64 (rows, columns) of blocks."""
    rows, columns = block_sides(original)
    errors = np.mean(np.subtract(original, pixels, dtype=np.float64) ** 2, axis=-1)
    down, across = errors.shape[0] // rows, errors.shape[1] // columns
    blocks = errors[: down * rows, : across * columns].reshape(down, rows, across, columns)
    return blocks.mean(axis=(1, 3))
