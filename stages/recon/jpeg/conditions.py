"""The conditioning input of a network, read from a JPEG file: the quantizer's steps, and how chroma is sampled.

    64 of luma | 64 of chroma | rows, columns of pixels that a chroma sample covers        for a network of color
    64 of luma                                                                             for one of one channel

Steps are log2(step) / 8, by vertical, then horizontal frequency: of the steps 1 to 255, each doubling counts the
same. The two sizes are logarithms too: 0 for 4:4:4, 1 and 1 for 4:2:0.
"""

import numpy as np

from recon.jpeg.quantization import BLOCK, read_layout

_STEPS = BLOCK**2
COUNTS = {1: _STEPS, 3: 2 * _STEPS + 2}  # by the channels of the network


def read_conditions(content: bytes, *, channels: int) -> np.ndarray:
    """Return the conditions of a JPEG file for a network of `channels` (1 or 3): float32 (64,) or (130,).

    Two tables or samplings of chroma are averaged. Of R, G and B, the first counts as luma. A gray file is to a
    network of color as one whose chroma is quantized as its luma, and not subsampled.

    Raises:
        PayloadError: not a JPEG file that `recon.jpeg.quantization` reads.
    """
    layout = read_layout(content)
    steps = np.log2(layout.tables).reshape(-1, _STEPS) / 8
    if channels == 1:
        return steps[0].astype(np.float32)
    chroma = slice(1, None) if len(steps) > 1 else slice(None)
    sizes = np.log2(layout.factors[chroma])
    return np.concatenate([steps[0], steps[chroma].mean(axis=0), sizes.mean(axis=0)]).astype(np.float32)


def turn_conditions(conditions: np.ndarray) -> np.ndarray:
    """Return the conditions of the picture on its side, where vertical frequencies have become horizontal ones."""
    tables, sizes = np.split(conditions, [len(conditions) // _STEPS * _STEPS])
    turned = tables.reshape(-1, BLOCK, BLOCK).swapaxes(1, 2)
    return np.concatenate([turned.ravel(), sizes[::-1]])
