"""Distortion of a reconstruction: pure functions of two uint8 arrays (rows, columns, channels), peak 255."""

from collections.abc import Sequence

import numpy as np
from skimage.metrics import structural_similarity

from recon.core.images import luma_studio

PEAK = 255
MAX_PSNR_DB = 100.0
"""PSNR of identical images, by definition here: JSON has no infinity."""

_WINDOW = 11
_BLOCK = 8
_DETAIL_BLOCKS = 8  # of a side: large enough to see an object, small enough to see pixels


def mse(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Mean squared error over all pixels and channels, in squared gray levels (0 to 65025)."""
    _check_pair(reference, reconstruction)
    return float(np.mean(np.subtract(reference, reconstruction, dtype=np.float64) ** 2))


def psnr_db(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB, 0 to MAX_PSNR_DB; one MSE over all channels (for color: RGB)."""
    return _psnr_of_mse_db(mse(reference=reference, reconstruction=reconstruction))


def psnr_of_mean_mse_db(mses: Sequence[float]) -> float:
    """PSNR in dB of the mean of several images' MSEs.

    It lies at or below the mean of the PSNRs (Jensen), clearly so for codecs of constant rate, whose MSE
    differs most between images; so results show both.
    """
    return _psnr_of_mse_db(float(np.mean(mses)))


def psnr_b_db(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """PSNR-B in dB, up to MAX_PSNR_DB: PSNR with the blocking effect factor added to the MSE.

    Yim and Bovik 2011, doi:10.1109/TIP.2010.2061859; their factor sees the reconstruction only, so the two
    arguments have different roles, and identical images need not reach the cap. For color, as in the published
    tables (FBCNN): the MSE is over R, G and B, the factor is of the studio-range luma, rounded to uint8.
    """
    squared_error = mse(reference=reference, reconstruction=reconstruction)
    gray = luma_studio(reconstruction) if reconstruction.shape[-1] == 3 else reconstruction
    return _psnr_of_mse_db(squared_error + _blocking_effect(gray))


def ssim(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Structural similarity (Wang et al. 2004, doi:10.1109/TIP.2003.819861), -1 to 1, mean over channels.

    Gaussian window of sigma 1.5 and 11x11 taps, population covariance, K = (0.01, 0.03), data range 255,
    averaged over the positions where the whole window lies inside the image, as in the authors' `ssim_index`.
    (scikit-image's map covers all positions; the mean it returns leaves the border of 5 pixels out.)
    Sides of 8 to 10 pixels hold no whole window and are mirrored up to 11 first.
    """
    _check_pair(reference, reconstruction)
    rows, columns, _ = reference.shape
    margin = ((0, max(0, _WINDOW - rows)), (0, max(0, _WINDOW - columns)), (0, 0))
    return float(
        structural_similarity(
            np.pad(reference, margin, mode="symmetric"),
            np.pad(reconstruction, margin, mode="symmetric"),
            channel_axis=-1,
            data_range=PEAK,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def worst_detail(reference: np.ndarray, reconstruction: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corner (row, column) and sides of the square, on JPEG's grid, with the largest squared error.

    Of uint8 (rows, columns, channels), both of one shape; the square is that of `find_detail`.
    """
    difference = reference.astype(np.int64) - reconstruction
    return find_detail((difference**2).sum(axis=-1))


def find_detail(values: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corner (row, column) and sides of the square, on JPEG's grid, with the largest sum of `values`.

    These are numbers (rows, columns), at least 8 of each. The square has 8 blocks of 8 pixels to a side, or as
    many as fit; of equal ones the upper left is taken.
    """
    rows, columns = (min(_DETAIL_BLOCKS, side // _BLOCK) for side in values.shape)
    down, across = (side // _BLOCK for side in values.shape)
    whole = values[: down * _BLOCK, : across * _BLOCK]
    blocks = whole.reshape(down, _BLOCK, across, _BLOCK).sum((1, 3))
    sums = np.lib.stride_tricks.sliding_window_view(blocks, (rows, columns)).sum((-2, -1))
    first = np.unravel_index(sums.argmax(), sums.shape)
    return (_BLOCK * int(first[0]), _BLOCK * int(first[1])), (_BLOCK * rows, _BLOCK * columns)


def _blocking_effect(gray: np.ndarray) -> float:
    """Return what the squared steps across the borders of 8x8 blocks exceed the others by, scaled; at least 0.

    In squared gray levels, for uint8 (rows, columns, 1) whose blocks start at the first pixel. The scale is
    log 8 / log(shorter side). Where a side is no multiple of 8, the count of border steps has the fraction that
    the authors' formula gives it, rows (columns / 8 - 1) and columns (rows / 8 - 1): the published numbers have.
    """
    plane = gray[..., 0].astype(np.float64)
    at_borders = elsewhere = count_at_borders = count_elsewhere = 0.0
    for lines in (plane, plane.T):
        steps = np.diff(lines, axis=1) ** 2
        border = np.arange(1, lines.shape[1]) % _BLOCK == 0
        count = lines.shape[0] * (lines.shape[1] / _BLOCK - 1)
        at_borders, count_at_borders = at_borders + steps[:, border].sum(), count_at_borders + count
        elsewhere, count_elsewhere = elsewhere + steps[:, ~border].sum(), count_elsewhere + steps.size - count
    if count_at_borders == 0:
        return 0.0
    excess = at_borders / count_at_borders - elsewhere / count_elsewhere
    return max(0.0, float(excess * np.log(_BLOCK) / np.log(min(plane.shape))))


def _psnr_of_mse_db(squared_error: float) -> float:
    if squared_error == 0:
        return MAX_PSNR_DB
    return min(MAX_PSNR_DB, float(10 * np.log10(PEAK**2 / squared_error)))


def _check_pair(reference: np.ndarray, reconstruction: np.ndarray) -> None:
    """Refuse what would be scored in silence after a broadcast or on another scale."""
    for name, pixels in (("reference", reference), ("reconstruction", reconstruction)):
        if pixels.dtype != np.uint8 or pixels.ndim != 3:
            raise ValueError(
                f"{name} must be uint8 (rows, columns, channels). Received: {pixels.dtype} {pixels.shape}"
            )
    if reference.shape != reconstruction.shape:
        raise ValueError(
            f"reference and reconstruction must have one shape. "
            f"Received: {reference.shape} and {reconstruction.shape}"
        )
