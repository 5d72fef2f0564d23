"""The latents that fitting begins with: for each level a linear map of the image around a latent.

The image is averaged over the 2^level x 2^level pixels of each latent; a latent is then a weighted sum of the 5 x
5 averages around its own, and a constant. The weights are those of a ridge regression on an image that was fitted
before. Only encoders use them.

Where bits are dearer than in that fit, latents are drawn to 0: many of the small ones cost more than they bring,
and gradient descent takes hundreds of steps to find out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

_REACH = 2  # averages to each side
_RIDGE = 1e-5  # added to the mean square of each average
_ROWS_AT_ONCE = 64
_DRAWN = 0.3  # a latent, each time that lambda doubles; 0.6 and 1 were worse, on 256 x 256


@dataclass(frozen=True)
class LatentRegression:
    """The weights of all levels.

    Attributes:
        levels: of the grids.
        weights: float64 (levels, 25 x channels + 1), the constant last.
        lmbda: at which the image was fitted.
    """

    levels: tuple[int, ...]
    weights: np.ndarray = field(repr=False)
    lmbda: float

    @classmethod
    def fit(cls, pixels: np.ndarray, latents: Sequence[np.ndarray], levels: tuple[int, ...], lmbda: float) -> Self:
        """Return the weights that best give the latents of uint8 pixels (rows, columns, channels) at a lambda."""
        pairs = zip(latents, levels, strict=True)
        return cls(levels, np.stack([_regress(average(pixels, level), grid) for grid, level in pairs]), lmbda)

    @classmethod
    def from_flat(cls, levels: tuple[int, ...], channels: int, flat: np.ndarray) -> Self:
        """Return what `flat` returned; ValueError where there are more or fewer, or some are no numbers."""
        shape = len(levels), count_features(channels)
        if flat.shape != (np.prod(shape) + 1,) or not np.isfinite(flat).all() or flat[-1] <= 0:
            raise ValueError(f"{shape} weights of initial latents, and lambda. Received: shape {flat.shape}")
        *weights, lmbda = flat.astype(np.float64)
        return cls(levels, np.reshape(weights, shape), lmbda)

    def flat(self) -> np.ndarray:
        """Return the weights and lambda as one vector, float64."""
        return np.append(self.weights, self.lmbda)

    def keep_levels(self, levels: tuple[int, ...]) -> Self:
        """Return the weights of some of the levels."""
        return replace(self, levels=levels, weights=self.weights[[self.levels.index(level) for level in levels]])

    def predict(self, pixels: np.ndarray, lmbda: float) -> list[np.ndarray]:
        """Return the grids for uint8 pixels (rows, columns, channels), not rounded: float64 (rows, columns)."""
        drawn = _DRAWN * max(0.0, math.log2(lmbda / self.lmbda))
        grids = (
            np.concatenate([features @ weights for features in _list_features(average(pixels, level))])
            for weights, level in zip(self.weights, self.levels, strict=True)
        )
        return [np.copysign(np.maximum(np.abs(grid) - drawn, 0), grid) for grid in grids]


def count_features(channels: int) -> int:
    """Return the number of weights for one level."""
    return (2 * _REACH + 1) ** 2 * channels + 1


def average(pixels: np.ndarray, level: int) -> np.ndarray:
    """Return colors in [0, 1] averaged over squares of 2^level pixels a side; those at the borders may be cut."""
    side = 1 << level
    rows, columns, channels = pixels.shape
    padded = np.pad(pixels, ((0, -rows % side), (0, -columns % side), (0, 0)), mode="edge")
    squares = padded.reshape(padded.shape[0] // side, side, padded.shape[1] // side, side, channels)
    return squares.mean(axis=(1, 3)) / 255


def _list_features(averages: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what latents are regressed on, some rows at once: (rows, columns, features)."""
    rows, columns, _ = averages.shape
    padded = np.pad(averages, ((_REACH, _REACH), (_REACH, _REACH), (0, 0)), mode="edge")
    for first in range(0, rows, _ROWS_AT_ONCE):
        count = min(_ROWS_AT_ONCE, rows - first)
        shifts = [(down, right) for down in range(2 * _REACH + 1) for right in range(2 * _REACH + 1)]
        parts = [padded[first + down :][:count, right : right + columns] for down, right in shifts]
        yield np.concatenate([*parts, np.ones((count, columns, 1))], axis=2)


def _regress(averages: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return the weights for one level; the constant is not drawn to 0."""
    size = count_features(averages.shape[2])
    squares, products, first = np.zeros((size, size)), np.zeros(size), 0
    for features in _list_features(averages):
        flat = features.reshape(-1, size)
        squares += flat.T @ flat
        products += flat.T @ grid[first : first + len(features)].ravel()
        first += len(features)
    penalty = np.full(size, _RIDGE * grid.size)
    penalty[-1] = 0
    return np.linalg.solve(squares + np.diag(penalty), products)
