import numpy as np
import pytest

from pictures import picture
from recon.families.overfitted import grids
from recon.families.overfitted.initial_latents import LatentRegression, average, count_features

LEVELS = (0, 2, 5)


def test_averages_are_those_of_squares():
    pixels = picture(9, 12, 3)
    averages = average(pixels, 2)
    assert averages.shape == (3, 3, 3)
    np.testing.assert_allclose(averages[1, 2], pixels[4:8, 8:12].mean(axis=(0, 1)) / 255)
    np.testing.assert_allclose(averages[2, 0], pixels[8, :4].mean(axis=0) / 255)


@pytest.mark.parametrize("channels", [1, 3])
def test_latents_that_are_linear_in_the_image_are_found(channels):
    """On another image than the one they were learned on."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(len(LEVELS), count_features(channels)))
    planted = LatentRegression(LEVELS, weights)
    one, other = (rng.integers(0, 256, (160, 200, channels), np.uint8) for _ in range(2))
    found = LatentRegression.fit(one, planted.predict(one), LEVELS)
    for level, grid, expected in zip(LEVELS, found.predict(other), planted.predict(other), strict=True):
        if level < 5:  # of which there are more latents than weights
            np.testing.assert_allclose(grid, expected, atol=0.02)


def test_grids_have_the_shapes_of_latents():
    predicted = LatentRegression(LEVELS, np.ones((3, count_features(3)))).predict(picture(37, 53, 3))
    assert [grid.shape for grid in predicted] == grids.list_shapes(37, 53, LEVELS)


def test_levels_that_are_kept_are_predicted_as_before():
    regression = LatentRegression((0, 1, 3), np.random.default_rng(0).normal(size=(3, count_features(3))))
    pixels = picture(16, 24, 3)
    kept = regression.keep_levels((0, 3)).predict(pixels)
    everything = regression.predict(pixels)
    for grid, expected in zip(kept, [everything[0], everything[2]], strict=True):
        np.testing.assert_array_equal(grid, expected)


def test_a_flat_vector_holds_all_weights():
    flat = np.arange(3.0 * count_features(1))
    regression = LatentRegression.from_flat(LEVELS, 1, flat)
    np.testing.assert_array_equal(regression.weights.ravel(), flat)
    for wrong in (flat[1:], np.full_like(flat, np.nan)):
        with pytest.raises(ValueError, match=r"weights of initial latents"):
            LatentRegression.from_flat(LEVELS, 1, wrong)
