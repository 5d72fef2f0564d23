"""Projection onto the quantization cells of a JPEG file: the images that the file may have been made from.

By each index of the file, a DCT coefficient of its image lay within half a step of `index * step`. Restored pixels
outside this cell contradict the file. Clipping their coefficients to it is a projection onto a convex set that
holds the image itself, and so never moves them away from it (Zakhor 1992, IEEE Trans. Circuits and Systems for
Video Technology 2, 91-95).
"""

from typing import NamedTuple, Self

import numpy as np

from recon.jpeg.coefficients import coefficients
from recon.jpeg.components import STRIP, change_blocks, component_matrix
from recon.jpeg.quantization import BLOCK, decode, encode_alike, read_layout

_REPAIR_WIDTHS = np.linspace(0.9, 0.0, 10)
_REPAIR_STEPS = 5


class _Cells(NamedTuple):
    """Of one component: indices (block rows, block columns, 8, 8), steps (8, 8), pixels per sample by axis."""

    indices: np.ndarray
    steps: np.ndarray
    factors: tuple[int, int]

    def cut(self, rows: slice) -> Self:
        """Return the cells of these rows of pixels."""
        height = BLOCK * self.factors[0]
        return self._replace(indices=self.indices[rows.start // height : -(-rows.stop // height)])


class _File(NamedTuple):
    """The cells of a JPEG file's components, and the matrix from pixels less 128 to these components."""

    cells: list[_Cells]
    matrix: np.ndarray

    @classmethod
    def read(cls, content: bytes) -> Self:
        layout = read_layout(content)
        parts = zip(coefficients(content), layout.tables.astype(np.float64), layout.factors, strict=True)
        cells = [_Cells(*part) for part in parts]
        return cls(cells, component_matrix(layout))

    def cut(self, rows: slice) -> Self:
        """Return the cells of these rows of pixels, a strip of whole blocks of all components."""
        return self._replace(cells=[cells.cut(rows) for cells in self.cells])


def project(pixels: np.ndarray, content: bytes, *, width: float = 1.0) -> np.ndarray:
    """Bring restored pixels into the quantization cells of the JPEG file `content`.

    Gray pixels then re-encode to the file's own coefficients: where rounding to 8 bits left a cell, the block is
    projected again, onto narrower cells, and at last replaced by the decoded file's. This cannot fail for blocks
    that lie wholly in the image, were not clipped to 0 or 255 by decoding, and have steps of 9 or more (quality 50
    and below): there each decoded coefficient is at most 4 from the center of its cell. A few of the other blocks
    may remain; `kept_share` counts their coefficients (LIVE1's luma, quality 10 to 40: 2 to 11 in 100,000, in
    blocks across the border).

    Color pixels are projected once, in the file's components (Y, Cb and Cr, or R, G and B), subsampled ones as
    means of the pixels that share a sample, each of which gets its correction. Clipping and rounding of R, G and B
    follow, so some coefficients leave their cells (shift averages of 10 LIVE1 images, the same qualities: 5 to 30
    in 10,000 with whole cells, 0.3 to 2 with cells of width 0.6).

    Args:
        pixels: uint8 or float 0 to 255 (rows, columns, 1 or 3), the shape of the decoded file.
        content: the JPEG file.
        width: of the cells, from 1, the whole step, down to 0, the decoded coefficients. Cells narrower than the
            whole step are closer to most images, whose coefficients crowd toward the centers.

    Returns:
        uint8, the shape of `pixels`.

    Raises:
        PayloadError: not a JPEG file that `recon.jpeg.quantization` reads, or a damaged one.
    """
    decoded = decode(content)
    if decoded.shape != pixels.shape or not 0 <= width <= 1:
        raise ValueError(
            f"pixels have the shape of the file's, {decoded.shape}, and width is 0 to 1. "
            f"Received: {pixels.shape} and {width}"
        )
    file = _File.read(content)
    projected = np.empty_like(decoded)
    for rows in (slice(top, top + STRIP) for top in range(0, len(pixels), STRIP)):
        projected[rows] = _rounded(_onto(file.cut(rows), pixels[rows].astype(np.float64), width))
    return projected if len(file.cells) > 1 else _repaired(projected, file, decoded, content, width)


def kept_share(pixels: np.ndarray, content: bytes) -> float:
    """Return the share (0 to 1) of the file's coefficients that uint8 `pixels` give when encoded alike."""
    pairs = zip(coefficients(encode_alike(pixels, content)), coefficients(content), strict=True)
    return float(np.mean(np.concatenate([(again == before).ravel() for again, before in pairs])))


def _onto(file: _File, pixels: np.ndarray, width: float) -> np.ndarray:
    """Project float pixels once, in each component, and clip them to 0..255."""
    planes = (pixels - 128) @ file.matrix.T
    corrections = [_correction(cells, planes[..., n], width) for n, cells in enumerate(file.cells)]
    return np.clip(pixels + np.stack(corrections, axis=-1) @ np.linalg.inv(file.matrix).T, 0, 255)


def _correction(cells: _Cells, plane: np.ndarray, width: float) -> np.ndarray:
    """Return the change of a component, float (rows, columns) about 0, that brings its samples into the cells."""
    lowest, highest = (cells.indices - width / 2) * cells.steps, (cells.indices + width / 2) * cells.steps
    return change_blocks(plane, cells.factors, lambda blocks: np.clip(blocks, lowest, highest) - blocks)


def _repaired(projected: np.ndarray, file: _File, decoded: np.ndarray, content: bytes, width: float) -> np.ndarray:
    """Repair blocks that do not give the file's coefficients, by alternating projections onto narrower cells.

    Clipping to 0..255, and the edge that the encoder repeats to fill a block, are constraints too, and the reason
    why one projection may not be enough. Gray blocks do not depend on each other, so only the lines of blocks
    with wrong ones are projected, one by one.
    """
    for narrower in _REPAIR_WIDTHS:
        wrong = _wrong(projected, file, content)
        if not wrong.any():
            return projected
        for top in BLOCK * np.flatnonzero(wrong[::BLOCK].any(axis=(1, 2))):
            line = slice(top, top + BLOCK)
            again, cells = projected[line].astype(np.float64), file.cut(line)
            for _ in range(_REPAIR_STEPS):
                again = _onto(cells, again, min(width, narrower))
            projected[line] = np.where(wrong[line], _rounded(again), projected[line])
    better = _wrong(projected, file, content) & ~_wrong(decoded, file, content)
    return np.where(better, decoded, projected)


def _wrong(pixels: np.ndarray, file: _File, content: bytes) -> np.ndarray:
    """Return, as bool (rows, columns, 1), the pixels of gray blocks that do not give the file's coefficients."""
    differs = (coefficients(encode_alike(pixels, content))[0] != file.cells[0].indices).any(axis=(2, 3))
    return differs.repeat(BLOCK, 0).repeat(BLOCK, 1)[: pixels.shape[0], : pixels.shape[1], np.newaxis]


def _rounded(pixels: np.ndarray) -> np.ndarray:
    return np.rint(pixels).astype(np.uint8)
