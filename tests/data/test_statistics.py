import numpy as np
import pytest

from recon.data.statistics import mean_and_deviation, summarize, value_counts


def noise(rows, columns, seed):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


def test_counts_are_per_value_and_channel():
    pixels = np.zeros((8, 9, 3), np.uint8)
    pixels[0, 0] = [1, 2, 255]
    counts = value_counts([pixels, pixels])
    assert counts.shape == (256, 3)
    assert counts.sum() == 2 * pixels.size
    assert (counts[1, 0], counts[2, 1], counts[255, 2], counts[0, 0]) == (2, 2, 2, 2 * 71)


def test_mean_and_deviation_are_those_of_all_values_together():
    images = [noise(8, 9, 0), noise(30, 20, 1)]
    values = np.concatenate([pixels.ravel() for pixels in images])
    assert mean_and_deviation(value_counts(images)) == pytest.approx((values.mean(), values.std()), rel=1e-12)


def test_the_summary_of_two_images():
    black, white = np.zeros((100, 200, 1), np.uint8), np.full((100, 200, 1), 255, np.uint8)
    assert summarize([black, white]) == {
        "images": 2,
        "smallest_side": 100,
        "largest_side": 200,
        "megapixels": 0.04,
        "mean": 127.5,
        "standard_deviation": 127.5,
    }
