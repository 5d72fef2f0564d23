"""Structural similarity over several scales: a pure function of two uint8 arrays (rows, columns, channels)."""

import numpy as np
from skimage.metrics import structural_similarity

from recon.referee.distortion import PEAK, mse

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales, from whole to a 16th, as published
SMALLEST_SIDE = 161  # four halvings of it leave one window of 11

_K1 = 0.01
_NO_LUMINANCE = 1e9  # in place of K1: its square is so large that the luminance term is 1


def ms_ssim(*, reference: np.ndarray, reconstruction: np.ndarray) -> float | None:
    """Multi-scale structural similarity (Wang et al. 2003, doi:10.1109/ACSSC.2003.1292216), 0 to 1.

    The product of contrast and structure at four scales and SSIM at the fifth, each with the window and constants
    of `distortion.ssim`, negative means clipped to 0, to the power of WEIGHTS; averaged over channels. Each scale
    averages 2x2 pixels of the previous one; an odd side repeats its last row or column. TensorFlow's
    `ssim_multiscale` computes the same, and so does CompressAI for even sides. None where a side is below
    SMALLEST_SIDE: fewer scales would be another measure.
    """
    mse(reference=reference, reconstruction=reconstruction)  # checks the pair
    if min(reference.shape[:2]) < SMALLEST_SIDE:
        return None
    pair, product = [reference.astype(np.float64), reconstruction.astype(np.float64)], 1.0
    for weight in WEIGHTS[:-1]:
        product = product * np.maximum(_compute_ssims(*pair, k1=_NO_LUMINANCE), 0) ** weight
        pair = [halve(pixels) for pixels in pair]
    return float(np.mean(product * np.maximum(_compute_ssims(*pair, k1=_K1), 0) ** WEIGHTS[-1]))


def _compute_ssims(reference: np.ndarray, reconstruction: np.ndarray, *, k1: float) -> np.ndarray:
    """Return the mean SSIM of each channel."""
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    channels = zip(np.moveaxis(reference, -1, 0), np.moveaxis(reconstruction, -1, 0), strict=True)
    return np.array([structural_similarity(*pair, data_range=PEAK, K1=k1, **window) for pair in channels])


def halve(pixels: np.ndarray) -> np.ndarray:
    """Return the means of 2x2 pixels, float64 (rows, columns, channels); an odd side repeats its last one."""
    rows, columns, _ = pixels.shape
    even = np.pad(pixels, ((0, rows % 2), (0, columns % 2), (0, 0)), mode="edge")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
