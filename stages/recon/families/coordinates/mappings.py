"""Where a pixel lies, and what a network is told of it: the coordinate grid and the input mappings.

Every mapping but `none` is Fourier features (Tancik et al., "Fourier Features Let Networks Learn High Frequency
Functions in Low Dimensional Domains", NeurIPS 2020) of a place v with some frequencies B, one a row:

    gamma(v) = [cos(2 pi B v), sin(2 pi B v)]

They differ in B alone. The squared norm of gamma(v) is the number of frequencies wherever v is, and the product of
two of them depends on the difference of their places only: the kernel is the same all over the image.
"""

from typing import Literal

import numpy as np

Kind = Literal["none", "basic", "positional", "gaussian"]


def coordinates(rows: int, columns: int) -> np.ndarray:
    """Return where the pixels of an image lie: float64 (rows * columns, 2), row by row.

    A place is (down, right) from the upper left corner to the pixel's center, in units of the longer side: pixels
    are as wide as they are high in any image, and those of an image of twice the size lie evenly between.
    """
    longer = max(rows, columns)
    down, right = ((np.arange(count) + 0.5) / longer for count in (rows, columns))
    return np.stack(np.meshgrid(down, right, indexing="ij"), axis=-1).reshape(-1, 2)


def frequencies(kind: Kind, *, num_frequencies: int, scale: float, seed: int) -> np.ndarray | None:
    """Return B, in cycles per longer side: float64 (frequencies, 2), or None for the place as it is.

    Args:
        kind: none; basic: one cycle along each axis; positional: along the axes, each frequency by the same factor
            above the last; gaussian: drawn from a normal distribution.
        num_frequencies: m, of positional and gaussian; an even number where they lie along axes.
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


def mapped(places: np.ndarray, frequencies: np.ndarray | None) -> np.ndarray:
    """Return gamma of each place: float32 (places, 2 * frequencies), or the places themselves (places, 2).

    The angles are taken in float64: hundreds of cycles leave float32 with four digits of a phase.
    """
    if frequencies is None:
        return places.astype(np.float32)
    angles = 2 * np.pi * (places @ frequencies.T)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=-1, dtype=np.float32)
