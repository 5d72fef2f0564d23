"""Pictures as blocks of pixels, and back: what TensorFlow calls space to depth."""

import numpy as np


def to_pixels(blocks: np.ndarray, side: int) -> np.ndarray:
    """Return blocks (side x side x channels, rows, columns) as (channels, side rows, side columns)."""
    count, rows, columns = blocks.shape
    parts = blocks.reshape(side, side, count // side**2, rows, columns)
    return np.ascontiguousarray(parts.transpose(2, 3, 0, 4, 1)).reshape(-1, side * rows, side * columns)


def to_blocks(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return the blocks of a picture (channels, rows, columns), whose sides are multiples of `side`."""
    channels, rows, columns = pixels.shape
    parts = pixels.reshape(channels, rows // side, side, columns // side, side)
    return np.ascontiguousarray(parts.transpose(2, 4, 0, 1, 3)).reshape(-1, rows // side, columns // side)
