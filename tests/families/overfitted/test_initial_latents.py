import numpy as np
import pytest

from pictures import picture
from recon.families.overfitted import grids
from recon.families.overfitted.initial_latents import LatentRegression, average, count_features

LEVELS, LMBDA = (0, 2, 5), 0.001


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
    planted = LatentRegression(LEVELS, weights, LMBDA)
    one, other = (rng.integers(0, 256, (160, 200, channels), np.uint8) for _ in range(2))
    found = LatentRegression.fit(one, planted.predict(one, LMBDA), LEVELS, LMBDA)
    for level, grid, expected in zip(
        LEVELS, found.predict(other, LMBDA), planted.predict(other, LMBDA), strict=True
    ):
        if level < 5:  # of which there are more latents than weights
            np.testing.assert_allclose(grid, expected, atol=0.02)


def test_grids_have_the_shapes_of_latents():
    regression = LatentRegression(LEVELS, np.ones((3, count_features(3))), LMBDA)
    predicted = regression.predict(picture(37, 53, 3), LMBDA)
    assert [grid.shape for grid in predicted] == grids.list_shapes(37, 53, LEVELS)


def test_levels_that_are_kept_are_predicted_as_before():
    weights = np.random.default_rng(0).normal(size=(3, count_features(3)))
    regression = LatentRegression((0, 1, 3), weights, LMBDA)
    pixels = picture(16, 24, 3)
    kept = regression.keep_levels((0, 3)).predict(pixels, LMBDA)
    everything = regression.predict(pixels, LMBDA)
    for grid, expected in zip(kept, [everything[0], everything[2]], strict=True):
        np.testing.assert_array_equal(grid, expected)


@pytest.mark.parametrize(("times", "drawn"), [(1, 0), (2, 0.3), (16, 1.2), (0.25, 0)])
def test_latents_are_drawn_to_0_each_time_that_bits_cost_twice_as_much(times, drawn):
    """By 0.3; where bits are cheaper they stay as they are."""
    weights = np.random.default_rng(0).normal(size=(3, count_features(3)))
    regression, pixels = LatentRegression(LEVELS, weights, LMBDA), picture(16, 24, 3)
    pairs = zip(regression.predict(pixels, LMBDA), regression.predict(pixels, times * LMBDA), strict=True)
    for grid, moved in pairs:
        np.testing.assert_allclose(moved, grid - np.clip(grid, -drawn, drawn), atol=1e-12)


def test_a_flat_vector_holds_all_weights_and_lambda():
    flat = np.arange(1.0, 3 * count_features(1) + 2)
    regression = LatentRegression.from_flat(LEVELS, 1, flat)
    np.testing.assert_array_equal(regression.flat(), flat)
    assert regression.lmbda == flat[-1]
    for wrong in (flat[1:], np.full_like(flat, np.nan), -flat):
        with pytest.raises(ValueError, match=r"weights of initial latents"):
            LatentRegression.from_flat(LEVELS, 1, wrong)
