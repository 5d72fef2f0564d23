"""What the values of a set of images are: counts of every 8-bit value, and numbers that follow from them."""

from collections.abc import Iterable

import numpy as np

from recon.core.images import to_pillow

LEVELS = 256


def value_counts(images: Iterable[np.ndarray]) -> np.ndarray:
    """Count the values of uint8 images (rows, columns, channels), summed: int64 (256, channels)."""
    return sum(np.reshape(to_pillow(pixels).histogram(), (pixels.shape[-1], LEVELS)).T for pixels in images)


def mean_and_deviation(counts: np.ndarray) -> tuple[float, float]:
    """Return the mean and the (population) standard deviation, in gray levels, over all channels."""
    weights = counts.sum(axis=1) / counts.sum()
    levels = np.arange(LEVELS)
    mean = float(weights @ levels)
    return mean, float(np.sqrt(weights @ (levels - mean) ** 2))


def summarize(images: list[np.ndarray]) -> dict[str, int | float]:
    """Describe the images of one split: number, sides in pixels, megapixels, values in gray levels."""
    sides = [side for pixels in images for side in pixels.shape[:2]]
    mean, deviation = mean_and_deviation(value_counts(images))
    return {
        "images": len(images),
        "smallest_side": min(sides),
        "largest_side": max(sides),
        "megapixels": round(sum(pixels.shape[0] * pixels.shape[1] for pixels in images) / 1e6, 4),
        "mean": round(mean, 4),
        "standard_deviation": round(deviation, 4),
    }
