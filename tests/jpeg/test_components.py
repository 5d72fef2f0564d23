"""Planes of a JPEG file's components, and changes of their coefficients."""

import numpy as np
import pytest

from recon.jpeg.components import change_blocks, component_matrix
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.quantization import read_layout

PLANE = np.random.default_rng(0).normal(size=(37, 53))


@pytest.mark.parametrize("factors", [(1, 1), (2, 2), (1, 2), (4, 1)])
def test_taking_all_coefficients_away_leaves_what_its_samples_do_not_hold(factors):
    """Each sample is the mean of its pixels, so the rest has means of zero; the last ones repeat the edge."""
    rest = (PLANE + change_blocks(PLANE, factors, np.negative))[:32, :48]
    samples = rest.reshape(32 // factors[0], factors[0], 48 // factors[1], factors[1])
    np.testing.assert_allclose(samples.mean(axis=(1, 3)), 0, atol=1e-12)


def test_the_first_coefficient_is_8_times_the_mean_of_a_block():
    def add_to_mean(blocks):
        return np.where(np.arange(64).reshape(8, 8) == 0, 8.0, 0.0) + 0 * blocks

    np.testing.assert_allclose(change_blocks(PLANE, (1, 1), add_to_mean), np.ones_like(PLANE))


def test_frequencies_are_vertical_then_horizontal():
    rows = np.repeat(np.cos((2 * np.arange(8) + 1) * np.pi / 16)[:, None], 8, axis=1)  # one half wave down
    seen = []
    change_blocks(rows, (1, 1), lambda blocks: seen.append(blocks) or blocks)
    assert np.argwhere(np.abs(seen[0][0, 0]) > 1e-9).tolist() == [[1, 0]]


@pytest.mark.parametrize("channels", [1, 3])
def test_gray_is_all_of_a_gray_pixel_and_luma_of_a_colored_one(channels):
    layout = read_layout(jpeg_encode(np.zeros((8, 8, channels), np.uint8), quality=50))
    gray = component_matrix(layout) @ np.ones(channels)
    np.testing.assert_allclose(gray, [1, 0, 0][:channels], atol=1e-12)
