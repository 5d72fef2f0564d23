"""Pixel coordinates, and the input mappings that turn them into a network's input features.

Every mapping but `none` is Fourier features (Tancik et al., "Fourier Features Let Networks Learn High Frequency
Functions in Low Dimensional Domains", NeurIPS 2020) of coordinates v with frequencies B, one per row:

    gamma(v) = [cos(2 pi B v), sin(2 pi B v)]

They differ in B alone. The squared norm of gamma(v) is the number of frequencies for every v, and the product of
two of them depends on the difference of their coordinates only: the kernel is the same all over the image.
"""

from typing import Literal

import numpy as np

Kind = Literal["none", "basic", "positional", "gaussian"]


def coordinate_grid(rows: int, columns: int) -> np.ndarray:
    """Return the coordinates of an image's pixels, row by row: float64 (rows * columns, 2).

    They are (down, right) from the upper left corner to the pixel's center, in units of the longer side: pixels
    are square whatever the image's shape, and those of an image of twice the size lie evenly between.
    """
    longer = max(rows, columns)
    down, right = ((np.arange(count) + 0.5) / longer for count in (rows, columns))
    return np.stack(np.meshgrid(down, right, indexing="ij"), axis=-1).reshape(-1, 2)


def draw_frequencies(kind: Kind, *, num_frequencies: int, scale: float, seed: int) -> np.ndarray | None:
    """Return B, in cycles per longer side: float64 (frequencies, 2), or None where coordinates are not mapped.

    Args:
        kind: none; basic: one cycle along each axis; positional: along the axes, in a geometric series; gaussian:
            drawn from a normal distribution.
        num_frequencies: m, of positional and gaussian; an even number for positional.
        scale: standard deviation of gaussian (sigma); log2 of the highest frequency of positional.
        seed: of gaussian.

    Raises:
        ValueError: an odd number of frequencies along two axes.
    """
    if kind == "none":
        return None
    if kind == "basic":
        return np.eye(2)
    if kind == "gaussian":
        return scale * np.random.Generator(np.random.PCG64(seed)).normal(size=(num_frequencies, 2))
    if num_frequencies % 2:
        raise ValueError(f"positional frequencies lie along two axes. Received: {num_frequencies}")
    # As published: from 2**0 - 1, a constant feature, to 2**scale - 1.
    along = 2 ** np.linspace(0, scale, num_frequencies // 2) - 1
    return np.concatenate([np.outer(along, axis) for axis in np.eye(2)])


def map_coordinates(coordinates: np.ndarray, frequencies: np.ndarray | None) -> np.ndarray:
    """Return gamma of coordinates (n, 2): float32 (n, 2 * frequencies), or without frequencies themselves (n, 2).

    The angles are taken in float64: at hundreds of cycles float32 would leave four digits of a phase.
    """
    if frequencies is None:
        return coordinates.astype(np.float32)
    angles = 2 * np.pi * (coordinates @ frequencies.T)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=-1, dtype=np.float32)
