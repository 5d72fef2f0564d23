"""Holding a network back where a JPEG file has finer steps than those that it was trained on.

Its corrections are as large there as coarser steps need, and spoil what the file has kept: 2 dB at quality 92.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from recon.jpeg.components import STRIP, change_blocks, component_matrix
from recon.jpeg.files import Encoder, JpegFile, Tables, encode_file
from recon.jpeg.quantization import BLOCK, read_layout

# The share of a correction that is kept where the steps are hardly finer. Measured on the embedded photographs, in
# color and gray, from quality 41 to 100 and with flat and mixed tables: no picture loses more than 0.05 dB.
_SHARE = 0.5


def find_finest_steps(
    qualities: Sequence[int], encoders: Sequence[Encoder] = ("libjpeg",), tables: Sequence[Tables] = ("standard",)
) -> np.ndarray:
    """Return the finest step of each coefficient in JPEG files of these kinds, turned ones too: (3, 8, 8)."""
    files = [JpegFile(encoder=encoder, tables=kind) for encoder, kind in product(encoders, tables)]
    block, quality = np.zeros((BLOCK, BLOCK, 3), np.uint8), max(qualities)
    steps = np.min([read_layout(encode_file(block, quality=quality, file=file)).tables for file in files], axis=0)
    return np.minimum(steps, steps.swapaxes(1, 2))


def is_finer(content: bytes, finest: np.ndarray) -> bool:
    """Return whether any step of a JPEG file is finer than `finest`, the result of `find_finest_steps`."""
    tables = read_layout(content).tables
    return bool((tables < finest[: len(tables)]).any())


def hold_back(restored: np.ndarray, decoded: np.ndarray, content: bytes, finest: np.ndarray) -> np.ndarray:
    """Return the `decoded` pixels of a JPEG file with a share of the correction that `restored` brings.

    All pixels are uint8 (rows, columns, 1 or 3). A DCT coefficient changes by at most half its step, which leads
    to the edge of its quantization cell, times half of step / finest step; so the finer the steps, the closer the
    result is to the file's own pixels.
    """
    layout = read_layout(content)
    matrix = component_matrix(layout).astype(np.float32)
    shares = _SHARE * np.minimum(layout.tables / finest[: len(matrix)], 1)
    held = np.empty_like(decoded)
    for rows in (slice(top, top + STRIP) for top in range(0, len(decoded), STRIP)):
        planes = (restored[rows].astype(np.float32) - decoded[rows]) @ matrix.T
        for n, (most, share) in enumerate(zip(layout.tables / 2, shares, strict=True)):
            planes[..., n] = change_blocks(
                planes[..., n],
                layout.factors[n],
                lambda blocks, most=most, share=share: share * np.clip(blocks, -most, most),
            )
        held[rows] = np.rint(np.clip(decoded[rows] + planes @ np.linalg.inv(matrix).T, 0, 255))
    return held
