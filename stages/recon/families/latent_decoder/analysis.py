"""A linear analysis: codes that the search for those of unseen images begins with.

Ridge regression of the codes of training images on their pixels (Hoerl and Kennard, "Ridge Regression: Biased
Estimation for Nonorthogonal Problems", Technometrics 1970).
"""

from dataclasses import astuple, dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from recon.core import files

_RIDGE = 1e-3  # of the mean variance of a pixel
_NOISE = 1 / (12 * 255**2)  # variance of rounding to 8 bits: the least that counts


@dataclass(frozen=True)
class LinearAnalysis:
    """code = offset + (pixels - mean) @ matrix, float32: (latents,), (values,), (values, latents)."""

    offset: np.ndarray
    mean: np.ndarray
    matrix: np.ndarray

    @classmethod
    def fit(cls, images: np.ndarray, codes: np.ndarray) -> "LinearAnalysis":
        """Return the regression of codes (images, latents) on uint8 images (images, rows, columns, channels)."""
        values, targets = _flatten(images), codes.astype(np.float64)
        mean, offset = values.mean(axis=0), targets.mean(axis=0)
        values, targets = values - mean, targets - offset
        ridge = _RIDGE * max(np.mean(values**2), _NOISE) * len(values)
        if len(values) < values.shape[1]:  # the smaller of two equal systems
            matrix = values.T @ np.linalg.solve(values @ values.T + ridge * np.eye(len(values)), targets)
        else:
            matrix = np.linalg.solve(values.T @ values + ridge * np.eye(values.shape[1]), values.T @ targets)
        return cls(*(part.astype(np.float32) for part in (offset, mean, matrix)))

    def find_codes(self, images: np.ndarray) -> np.ndarray:
        """Return codes of uint8 images, float32 (images, latents)."""
        return self.offset + (_flatten(images) - self.mean).astype(np.float32) @ self.matrix

    def save(self, path: Path) -> None:
        """Write an .npz file."""
        buffer = BytesIO()
        np.savez(buffer, *astuple(self))
        files.write_bytes(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> "LinearAnalysis":
        """Return what `save` wrote; ValueError or OSError where a file holds anything else."""
        with np.load(path, allow_pickle=False) as stored:
            offset, mean, matrix = (stored[f"arr_{number}"] for number in range(3))
        if matrix.shape != (*mean.shape, *offset.shape) or not np.isfinite(matrix).all():
            raise ValueError("no linear analysis")
        return cls(offset, mean, matrix)


def _flatten(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255
