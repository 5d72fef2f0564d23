"""Decoding: whatever the start, the same contraction again and again leads to the same picture.

No contrast is 1 or more, and halving averages: two pictures that differ by d at most differ by max_contrast * d at
most after a pass, so all come together in one fixed point (Banach's theorem).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recon.families.fractal.blocks import halve, list_isometries
from recon.families.fractal.params import Coding
from recon.families.fractal.quadtree import Transforms, list_leaves
from recon.families.fractal.search import CENTER

LEAST_CHANGE = 0.05  # gray levels: a pass that changes no pixel by more is the last
MOST_PASSES = 100  # at contrast 0.95, the most there is, a start that is off by 255 is off by 1.5 then


@dataclass(frozen=True)
class Contraction:
    """A pass: each pixel of a plane from one pixel of the halved plane.

    contrast, brightness  float32 (rows, columns)
    source                int32 (rows, columns): the pixel's number in the halved plane
    """

    contrast: np.ndarray
    brightness: np.ndarray
    source: np.ndarray

    @classmethod
    def of(cls, plane: Transforms, coding: Coding) -> "Contraction":
        """Return the pass that the transforms of a plane stand for."""
        fields = [np.zeros(plane.shape, kind) for kind in (np.float32, np.float32, np.int32)]
        places = np.zeros((len(plane.contrast), 3), np.int32)
        places[plane.contrast != 0] = plane.domains
        contrast = plane.contrast.astype(np.float32) * coding.contrast_step
        brightness = plane.brightness.astype(np.float32) * np.float32(coding.brightness_step)
        start = 0
        for part in list_leaves(plane.shape, coding.sides, plane.splits):
            blocks = slice(start, start + len(part.numbers))
            source = _find_sources(places[blocks], part.side, plane.shape[1] // 2, coding.domain_step // 2)
            at = np.divmod(part.numbers, plane.shape[1] // part.side)
            for field, values in zip(fields, (contrast[blocks], brightness[blocks], source), strict=True):
                _view_blocks(field, part.side)[at] = values if values.ndim == 3 else values[:, None, None]
            start = blocks.stop
        return cls(*fields)

    def __call__(self, plane: np.ndarray) -> np.ndarray:
        """Return a plane after one pass: float32 (rows, columns), cut to 0..255."""
        taken = (halve(plane) - CENTER).ravel()[self.source]
        taken *= self.contrast
        taken += self.brightness
        return np.clip(taken, 0, 255, out=taken)


def draw_noise(shape: tuple[int, int], seed: int) -> np.ndarray:
    """Return a plane of uniform noise: float32, 0 to 255."""
    return np.random.Generator(np.random.PCG64(seed)).random(shape, np.float32) * np.float32(255)


def run_passes(contraction: Contraction, start: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the plane after each pass, until one changes no pixel by more than LEAST_CHANGE."""
    plane = start
    for _ in range(MOST_PASSES):
        before, plane = plane, contraction(plane)
        yield plane
        if np.abs(plane - before).max() <= LEAST_CHANGE:
            return


def find_attractor(contraction: Contraction, start: np.ndarray) -> np.ndarray:
    """Return the plane after the last pass."""
    for plane in run_passes(contraction, start):
        last = plane
    return last


def _find_sources(domains: np.ndarray, side: int, half_columns: int, every: int) -> np.ndarray:
    """Return the source of each pixel (blocks, side, side) in the halved plane; `domains` are (blocks, 3)."""
    row, column, isometry = domains.T
    down, right = np.divmod(list_isometries(side).astype(np.int32), side)
    rows, columns = row[:, None] * every + down[isometry], column[:, None] * every + right[isometry]
    return (rows * half_columns + columns).reshape(-1, side, side)


def _view_blocks(field: np.ndarray, side: int) -> np.ndarray:
    """Return a view of `field` (rows, columns) as (block rows, block columns, side, side)."""
    rows, columns = field.shape
    return field.reshape(rows // side, side, columns // side, side).swapaxes(1, 2)
