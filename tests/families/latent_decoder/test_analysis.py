"""The linear analysis that the search for codes begins with."""

import numpy as np
import pytest

from recon.families.latent_decoder.analysis import LinearAnalysis

RNG = np.random.default_rng(0)
MATRIX = RNG.normal(size=(4 * 4 * 3, 2))


def draw(count):
    """Return images, and codes that are linear in them."""
    images = RNG.integers(0, 256, (count, 4, 4, 3), np.uint8)
    return images, 5 + images.reshape(count, -1) / 255 @ MATRIX


@pytest.mark.parametrize("count", [20, 200])
def test_codes_that_are_linear_in_the_pixels_are_nearly_found(count):
    """Of fewer images than values, too: on these, since ridge regression passes near all of them."""
    images, codes = draw(count)
    found = LinearAnalysis.fit(images, codes).find_codes(images)
    assert found.dtype == np.float32
    assert np.sqrt(np.mean((found - codes) ** 2)) < 0.02 * codes.std()


def test_new_images_get_the_codes_of_the_same_law():
    analysis = LinearAnalysis.fit(*draw(500))
    images, codes = draw(50)
    assert np.sqrt(np.mean((analysis.find_codes(images) - codes) ** 2)) < 0.02 * codes.std()


def test_equal_images_get_the_mean_code():
    images, codes = np.full((3, 4, 4, 3), 7, np.uint8), np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    np.testing.assert_allclose(LinearAnalysis.fit(images, codes).find_codes(images), np.tile([2.0, 4.0], (3, 1)))


def test_a_file_keeps_it_and_another_file_is_refused(tmp_path):
    images, codes = draw(30)
    analysis = LinearAnalysis.fit(images, codes)
    analysis.save(tmp_path / "analysis.npz")
    loaded = LinearAnalysis.load(tmp_path / "analysis.npz")
    np.testing.assert_array_equal(loaded.find_codes(images), analysis.find_codes(images))
    np.savez(tmp_path / "other.npz", np.ones(2), np.ones(3), np.ones((3, 3)))
    with pytest.raises(ValueError, match="analysis"):
        LinearAnalysis.load(tmp_path / "other.npz")
