"""Test images in closed form: functions of the unit square, sampled at pixel centers.

The pixel in row i and column j of `side` x `side` shows the value at v = (i + 1/2) / side (downward) and
u = (j + 1/2) / side (rightward), so that a pattern is the same picture at every side. The values of the formulas,
0 (black) to 1 (white), are rounded to 8 bits (halves to even).
"""

import numpy as np

from recon.core.images import to_uint8

NAMES = ("radial_gradient", "sine_wave", "checkerboard")  # in the order of the subject `patterns`


def radial_gradient(side: int) -> np.ndarray:
    """White in the center, falling linearly to black in the corners; uint8 (side, side, 1).

    1 - sqrt(((u - 1/2)^2 + (v - 1/2)^2) / (1/2)): one minus the distance from the center in half diagonals.
    """
    u, v = _centers(side)
    return _pixels(1 - np.sqrt(((u - 0.5) ** 2 + (v - 0.5) ** 2) / 0.5))


def sine_wave(side: int, *, frequency: float) -> np.ndarray:
    """Vertical stripes, `frequency` cycles per image side; uint8 (side, side, 1).

    1/2 + 1/2 sin(2 pi frequency u): the phase is zero, gray and rising, at the left edge of the image. At
    side / 2, the highest frequency that the pixels can show, the columns are white and black in turn.
    """
    u, _ = _centers(side)
    return _pixels(np.repeat(0.5 + 0.5 * np.sin(2 * np.pi * frequency * u), side, axis=0))


def checkerboard(side: int, *, frequency: int) -> np.ndarray:
    """Squares of side / (2 frequency) pixels, the top left one white; uint8 (side, side, 1).

    1 where floor(2 frequency u) + floor(2 frequency v) is even, else 0: `frequency` cycles, each a white and
    a black square, per image side in both directions.
    """
    square = frequency * (2 * np.arange(side) + 1) // side  # floor(2 frequency u) in whole numbers, so exact
    return _pixels((square[np.newaxis, :] + square[:, np.newaxis] + 1) % 2)


def _centers(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return u, shape (1, side), and v, shape (side, 1)."""
    centers = (np.arange(side) + 0.5) / side
    return centers[np.newaxis, :], centers[:, np.newaxis]


def _pixels(values: np.ndarray) -> np.ndarray:
    return to_uint8(values, "unit")[..., np.newaxis]
