"""The blocks of a plane, and their transforms."""

from dataclasses import dataclass

import numpy as np

from recon.families.fractal.params import Coding
from recon.families.fractal.search import Matches


@dataclass(frozen=True)
class Leaves:
    """The blocks of one side: their numbers, row by row on the grid of all blocks of that side."""

    side: int
    numbers: np.ndarray


@dataclass(frozen=True)
class Transforms:
    """A plane's blocks, from the largest side to the smallest, and row by row within a side.

    shape       of the padded plane: rows, columns
    splits      for each side but the smallest, of each block that there is: whether it is split, bool
    contrast    int32, of each block that is not split, in steps; 0: plain
    brightness  int32, of each of them, in steps
    domains     int32 (mapped, 3), of each that is not plain: the domain's row and column on its grid, and the turn
    """

    shape: tuple[int, int]
    splits: list[np.ndarray]
    contrast: np.ndarray
    brightness: np.ndarray
    domains: np.ndarray


def list_leaves(shape: tuple[int, int], sides: list[int], splits: list[np.ndarray]) -> list[Leaves]:
    """Return the blocks of each side that are not split; `splits` has one value for each block there is."""
    alive = np.full((shape[0] // sides[0], shape[1] // sides[0]), True)
    parts = []
    for side, split in zip(sides, [*splits, False], strict=True):
        divided = np.zeros_like(alive)
        divided[alive] = split
        parts.append(Leaves(side, np.flatnonzero(alive & ~divided)))
        alive = _quarter(divided)
    return parts


def choose_blocks(matches: list[Matches], shape: tuple[int, int], coding: Coding, tolerance: float) -> Transforms:
    """Split blocks whose RMSE is above `tolerance`, down to the smallest; plain ones get no domain."""
    alive = np.full((shape[0] // coding.largest, shape[1] // coding.largest), True)
    splits, parts = [], []
    for match in matches:
        least = np.minimum(match.error, match.plain_error).reshape(alive.shape)
        divided = alive & (least > tolerance**2) & (match.side > coding.smallest)
        splits.append(divided[alive])
        parts.append(_describe(match, np.flatnonzero(alive & ~divided), tolerance))
        alive = _quarter(divided)
    contrast, brightness, domains = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Transforms(shape, splits[:-1], contrast, brightness, domains)


def _quarter(blocks: np.ndarray) -> np.ndarray:
    """Return a flag for each quarter of a block, from one for each block (rows, columns)."""
    return blocks.repeat(2, axis=0).repeat(2, axis=1)


def _describe(match: Matches, numbers: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return contrast and brightness of these blocks, and the domains of those that are not plain."""
    plain = match.plain_error <= np.maximum(match.error, tolerance**2)
    contrast = np.where(plain, 0, match.contrast)[numbers]
    brightness = np.where(contrast == 0, match.plain_brightness[numbers], match.brightness[numbers])
    mapped = numbers[contrast != 0]
    domains = [match.domain_row[mapped], match.domain_column[mapped], match.isometry[mapped]]
    return contrast, brightness, np.stack(domains, axis=1)
