"""What the methods are tried out on."""

import numpy as np


def picture(rows: int, columns: int, channels: int) -> np.ndarray:
    """Return a smooth pattern with noise: something to keep and something to lose."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)
