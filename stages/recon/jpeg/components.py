"""The components of a JPEG file as planes of pixels: their colors, and changes of their DCT coefficients."""

from collections.abc import Callable

import numpy as np
from scipy.fft import dctn, idctn

from recon.core.colors import TO_YCC
from recon.jpeg.quantization import BLOCK, Layout

# Rows of pixels at once, so that large pictures fit into memory: whole blocks, also of subsampled chroma.
STRIP = 768


def component_matrix(layout: Layout) -> np.ndarray:
    """Return the matrix from pixels about 0 to a file's components: Y, Cb and Cr, or what the pixels are."""
    components = len(layout.tables)
    return np.eye(components) if layout.is_rgb or components == 1 else np.array(TO_YCC)


def change_blocks(
    plane: np.ndarray, factors: tuple[int, int], change: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return what is to be added to a component so that the coefficients of its samples change by `change`.

    Args:
        plane: the component at each pixel, float (rows, columns), about 0.
        factors: the rows and columns of pixels that share a sample, which is their mean.
        change: from the coefficients of the orthonormal DCT, (block rows, block columns, 8, 8), to what is added
            to them. The edge is repeated to fill the last blocks.

    Returns:
        float (rows, columns): each pixel gets the change of its sample.
    """
    down, across = factors
    margins = [(0, -side % (BLOCK * factor)) for side, factor in zip(plane.shape, factors, strict=True)]
    padded = np.pad(plane, margins, mode="edge")
    rows, columns = padded.shape[0] // down, padded.shape[1] // across
    samples = padded.reshape(rows, down, columns, across).mean(axis=(1, 3))
    blocks = dctn(samples.reshape(rows // BLOCK, BLOCK, -1, BLOCK), axes=(1, 3), norm="ortho").swapaxes(1, 2)
    spread = idctn(change(blocks).swapaxes(1, 2), axes=(1, 3), norm="ortho").reshape(rows, columns)
    return spread.repeat(down, 0).repeat(across, 1)[: plane.shape[0], : plane.shape[1]]
