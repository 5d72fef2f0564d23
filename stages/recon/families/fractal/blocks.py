"""Range blocks, domain blocks, and the eight ways to lay one on the other.

A range block is a square of the picture's grid. A domain block, a square of twice that side on a coarser or finer
grid, is averaged 2 x 2 to a square of the halved picture.
"""

import numpy as np


def pad_plane(plane: np.ndarray, side: int) -> np.ndarray:
    """Repeat the last row and column of `plane` (rows, columns) up to the sides that `pad_sides` gives."""
    rows, columns = pad_sides(*plane.shape, side)
    return np.pad(plane, ((0, rows - plane.shape[0]), (0, columns - plane.shape[1])), mode="edge")


def pad_sides(rows: int, columns: int, side: int) -> tuple[int, int]:
    """Return the least multiples of `side` that hold the plane, and a domain block of the blocks of this side."""
    return tuple(max(2, -(-length // side)) * side for length in (rows, columns))


def halve(plane: np.ndarray) -> np.ndarray:
    """Return the means over 2 x 2 pixels, float32, of float32 (rows, columns), both even.

    In one order of sums, so that all machines agree to the bit.
    """
    top, bottom = plane[::2], plane[1::2]
    return ((top[:, ::2] + top[:, 1::2]) + (bottom[:, ::2] + bottom[:, 1::2])) * np.float32(0.25)


def cut_blocks(plane: np.ndarray, side: int) -> np.ndarray:
    """Return the blocks of `plane` row by row: (blocks, side * side)."""
    rows, columns = plane.shape
    grid = plane.reshape(rows // side, side, columns // side, side)
    return grid.swapaxes(1, 2).reshape(-1, side * side)


def count_domains(shape: tuple[int, int], side: int, domain_step: int) -> tuple[int, int]:
    """Return the rows and columns of domains that a padded plane of this shape has for blocks of `side`."""
    return tuple((length // 2 - side) // (domain_step // 2) + 1 for length in shape)


def list_isometries(side: int) -> np.ndarray:
    """Return (8, side * side): for each pixel of a range block, the pixel of the domain block that lies on it.

    Four quarter turns, then those of the mirrored block.
    """
    grid = np.arange(side * side).reshape(side, side)
    return np.stack([np.rot90(form, quarters).ravel() for form in (grid, grid[:, ::-1]) for quarters in range(4)])
