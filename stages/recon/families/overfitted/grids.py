"""The latent grids of an image: their shapes, and all latents as one vector, as they are trained."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def list_shapes(rows: int, columns: int, levels: Sequence[int]) -> list[tuple[int, int]]:
    """Return the shapes of the grids of an image: at level k the sides divided by 2^k, rounded up."""
    return [(-(-rows >> level), -(-columns >> level)) for level in levels]


def count_latents(shapes: Sequence[tuple[int, int]]) -> int:
    """Return the number of latents of all grids."""
    return sum(rows * columns for rows, columns in shapes)


def split(flat: np.ndarray, shapes: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """Return the grids (rows, columns), views of one vector of all latents."""
    ends = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
    if flat.shape != (ends[-1],):
        raise ValueError(f"grids of {shapes} have {ends[-1]} latents. Received: shape {flat.shape}")
    parts = [flat[start:stop] for start, stop in pairwise(ends)]
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def join(grids: Sequence[np.ndarray]) -> np.ndarray:
    """Return all latents as one vector: what `split` takes apart."""
    return np.concatenate([grid.ravel() for grid in grids])
