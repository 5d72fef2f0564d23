"""A picture as patches of one size, and back: each patch is an image of its own for a shared decoder."""

import numpy as np


def cut(pixels: np.ndarray, side: int | None) -> np.ndarray:
    """Cut uint8 pixels (rows, columns, channels) into patches (patches, side, side, channels), row by row.

    Where the side does not divide the picture, its last row and column are repeated. None: one patch, all of it.
    """
    if side is None:
        return pixels[np.newaxis]
    rows, columns, channels = pixels.shape
    padded = np.pad(pixels, ((0, -rows % side), (0, -columns % side), (0, 0)), mode="edge")
    down, across = padded.shape[0] // side, padded.shape[1] // side
    patches = padded.reshape(down, side, across, side, channels).swapaxes(1, 2)
    return patches.reshape(-1, side, side, channels)


def count(rows: int, columns: int, side: int | None) -> int:
    """Return how many patches `cut` makes of a picture."""
    return 1 if side is None else -(-rows // side) * -(-columns // side)


def joined(patches: np.ndarray, *, rows: int, columns: int) -> np.ndarray:
    """Put what `cut` made together again: (rows, columns, channels), of any dtype."""
    _, side, across, channels = patches.shape
    if len(patches) == 1 and (side, across) == (rows, columns):
        return patches[0]
    down, across = -(-rows // side), -(-columns // side)
    whole = patches.reshape(down, across, side, side, channels).swapaxes(1, 2)
    return whole.reshape(down * side, across * side, channels)[:rows, :columns]
