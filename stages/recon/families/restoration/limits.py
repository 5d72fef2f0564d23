"""Holding a network back on JPEG files with fine steps, the more so where these are finer than it was trained on.

Its corrections are as large there as coarser steps need, and spoil what the file has kept: 2 dB at quality 92 by a
network that was trained up to 40, and some of it even where it was trained, as long as it is not trained well.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from recon.core.colors import LUMA
from recon.jpeg.components import STRIP, change_blocks, component_matrix
from recon.jpeg.files import Encoder, JpegFile, Tables, encode_file
from recon.jpeg.quantization import BLOCK, Layout, read_layout

# The share of a correction that is kept where the steps are hardly finer than those of training. Measured on the
# embedded photographs, in color and gray, from quality 41 to 100 and with flat and mixed tables, pictures are at
# most 0.05 dB worse than the file.
_SHARE = 0.5
# In files whose mean step is below 16, a network's own errors count. That is from quality 83 with the standard's
# tables (mozjpeg's: 87), 68 with those for PSNR, and 52 with flat ones. As in Wiener's filter the share is
# s^2 / (s^2 + e^2), of the mean step and of each step. The errors e were chosen for jpeg_color on photographs of
# Kodak. They count twice on files of R, G and B, and on gray ones where the network is for color, since it was
# trained on neither: without errors it loses 0.70 and 0.06 dB there at quality 95.
_FINE = 16
_MEAN_ERROR, _STEP_ERROR = 2, 1
_UNFAMILIAR = 2
_LUMA_OF_RGB = float(np.linalg.norm(LUMA))  # its error, where each of R, G and B has an error of 1


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


def is_held(content: bytes, finest: np.ndarray) -> bool:
    """Return whether a network is held back on a JPEG file: its steps are fine, or finer than `finest`."""
    return _mean_step(read_layout(content)) < _FINE or is_finer(content, finest)


def find_shares(layout: Layout, finest: np.ndarray, *, channels: int) -> np.ndarray:
    """Return the share of a correction that each coefficient gets, (components, 8, 8), from 0 to 1.

    The finer the steps, the smaller it is; with steps finer than `finest`, at most half of step / finest step.
    `channels` are those of the network's images.
    """
    tables, finest = layout.tables.astype(np.float64), finest[: len(layout.tables)]
    times = _UNFAMILIAR if layout.is_rgb or len(tables) < channels else 1
    shares = _weigh(_mean_step(layout), times * _MEAN_ERROR) * _weigh(tables, times * _STEP_ERROR)
    return shares * _SHARE * np.minimum(tables / finest, 1) if (tables < finest).any() else shares


def hold_back(
    restored: np.ndarray, decoded: np.ndarray, content: bytes, finest: np.ndarray, *, channels: int
) -> np.ndarray:
    """Return the `decoded` pixels of a JPEG file with a share of the correction that `restored` brings.

    All pixels are uint8 (rows, columns, 1 or 3); `channels` are those of the network's images. No DCT coefficient
    changes by more than a quarter of its step, half the way to the edge of its quantization cell; finer than
    `finest`, by as much less as the step is finer.
    """
    layout = read_layout(content)
    matrix = component_matrix(layout).astype(np.float32)
    shares = find_shares(layout, finest, channels=channels)
    most = layout.tables / 4 * np.minimum(layout.tables / finest[: len(layout.tables)], 1)
    held = np.empty_like(decoded)
    for rows in (slice(top, top + STRIP) for top in range(0, len(decoded), STRIP)):
        planes = (restored[rows].astype(np.float32) - decoded[rows]) @ matrix.T
        for n, (limit, share) in enumerate(zip(most, shares, strict=True)):
            planes[..., n] = change_blocks(
                planes[..., n],
                layout.factors[n],
                lambda blocks, limit=limit, share=share: np.clip(share * blocks, -limit, limit),
            )
        held[rows] = np.rint(np.clip(decoded[rows] + planes @ np.linalg.inv(matrix).T, 0, 255))
    return held


def _weigh(steps: np.ndarray | float, error: float) -> np.ndarray | float:
    return np.square(steps) / (np.square(steps) + error**2)


def _mean_step(layout: Layout) -> float:
    """Return the geometric mean of luma's steps."""
    mean = float(np.exp(np.log(layout.tables[0]).mean()))
    return mean * _LUMA_OF_RGB if layout.is_rgb else mean
