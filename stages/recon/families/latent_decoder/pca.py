"""Principal components: the best possible linear decoder, and a start for others."""

from typing import NamedTuple

import numpy as np


class Components(NamedTuple):
    """A linear code of images: image = mean + scores @ directions.

    mean float64 (values,); directions (latents, values), orthonormal rows, the widest spread first; scores
    (images, latents).
    """

    mean: np.ndarray
    directions: np.ndarray
    scores: np.ndarray


def principal_components(images: np.ndarray, latents: int) -> Components:
    """Return the first `latents` components of float images (images, ...); zeros beyond their rank."""
    values = images.reshape(len(images), -1).astype(np.float64)
    mean = values.mean(axis=0)
    left, singular, right = np.linalg.svd(values - mean, full_matrices=False)
    kept = min(latents, len(singular))
    missing = ((0, 0), (0, latents - kept))
    scores = np.pad(left[:, :kept] * singular[:kept], missing)
    return Components(mean, np.pad(right[:kept], missing[::-1]), scores)


def projection_error(components: Components, images: np.ndarray) -> float:
    """Return the mean squared error of any images projected onto the components."""
    values = images.reshape(len(images), -1).astype(np.float64) - components.mean
    left = values - values @ components.directions.T @ components.directions
    return float(np.mean(left**2))


def bound(images: np.ndarray, latents: int) -> float:
    """Return the smallest mean squared error of any linear decoder (with biases) of `latents` values an image.

    The sum of the squares of the discarded singular values of the centered images, over the number of values:
    Eckart and Young, "The approximation of one matrix by another of lower rank", Psychometrika 1936.
    """
    values = images.reshape(len(images), -1).astype(np.float64)
    singular = np.linalg.svd(values - values.mean(axis=0), compute_uv=False)
    return float(np.sum(singular[latents:] ** 2) / values.size)
