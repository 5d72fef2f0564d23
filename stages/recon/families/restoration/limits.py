"""Holding a network back where a JPEG file has finer steps than those that it was trained on.

Its corrections are as large there as coarser steps need, and spoil what the file has kept: 2 dB at quality 92.
"""

from collections.abc import Sequence

import numpy as np
from scipy.fft import dctn, idctn

from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.quantization import BLOCK, read_layout

# The share of a correction that is kept where the steps are hardly finer. Measured on the embedded photographs, in
# color and gray, from quality 41 to 100 and with flat and mixed tables: no picture loses more than 0.05 dB.
_SHARE = 0.5
_ROWS = 768  # at once; whole blocks, also of subsampled chroma
_TO_YCC = [[0.299, 0.587, 0.114], [-0.299 / 1.772, -0.587 / 1.772, 0.5], [0.5, -0.587 / 1.402, -0.114 / 1.402]]


def find_finest_steps(qualities: Sequence[int]) -> np.ndarray:
    """Return the finest step of each coefficient in JPEG files of these qualities, turned ones too: (3, 8, 8)."""
    tables = read_layout(jpeg_encode(np.zeros((BLOCK, BLOCK, 3), np.uint8), quality=max(qualities))).tables
    return np.minimum(tables, tables.swapaxes(1, 2))


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
    components = len(layout.tables)
    matrix = np.array(_TO_YCC if components > 1 and not layout.is_rgb else np.eye(components), np.float32)
    shares = _SHARE * np.minimum(layout.tables / finest[:components], 1)
    held = np.empty_like(decoded)
    for rows in (slice(top, top + _ROWS) for top in range(0, len(decoded), _ROWS)):
        planes = (restored[rows].astype(np.float32) - decoded[rows]) @ matrix.T
        for n in range(components):
            planes[..., n] = _hold_back(planes[..., n], layout.tables[n] / 2, shares[n], layout.factors[n])
        held[rows] = np.rint(np.clip(decoded[rows] + planes @ np.linalg.inv(matrix).T, 0, 255))
    return held


def _hold_back(change: np.ndarray, most: np.ndarray, shares: np.ndarray, factors: tuple[int, int]) -> np.ndarray:
    """Return a share of the change of one component, its coefficients clipped to `most`, in both directions."""
    down, across = factors
    margins = [(0, -side % (BLOCK * factor)) for side, factor in zip(change.shape, factors, strict=True)]
    padded = np.pad(change, margins, mode="edge")
    rows, columns = padded.shape[0] // down, padded.shape[1] // across
    samples = padded.reshape(rows, down, columns, across).mean(axis=(1, 3))
    blocks = dctn(samples.reshape(rows // BLOCK, BLOCK, -1, BLOCK), axes=(1, 3), norm="ortho").swapaxes(1, 2)
    allowed = shares * np.clip(blocks, -most, most)
    spread = idctn(allowed.swapaxes(1, 2), axes=(1, 3), norm="ortho").reshape(rows, columns)
    return spread.repeat(down, 0).repeat(across, 1)[: change.shape[0], : change.shape[1]]
