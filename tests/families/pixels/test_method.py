"""Pixels trained from noise do what the closed form says, and stop where they are told to."""

import numpy as np
import pytest

# isort: split
from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core import images
from recon.families.pixels.comparison import compute_share_left
from recon.families.pixels.fitting import draw_noise, fit_pixels
from recon.families.pixels.method import PixelCodec
from recon.families.pixels.params import Descent
from recon.settings.core import Runtime

RUNTIME = Runtime(seed=3, threads=1)
PIXELS = np.random.default_rng(0).integers(0, 256, (9, 12, 3), np.uint8)
# float32 holds numbers up to 1 to 6e-8; a step adds a few such errors and takes away its share of those before it.
ROUNDING = 10 * 6e-8


def descent(**settings):
    settled = {"optimizer": "sgd", "step_size": 0.3, "steps": 12, "shown_steps": list(range(12))}
    return Descent(**settled | settings)


def fit(**settings):
    """Return the pictures by step, and the RMSE after each."""
    fit = fit_pixels(PIXELS, descent(**settings), RUNTIME)
    return fit.pictures, fit.rmse


def start_rmse():
    return 255 * np.sqrt(np.mean((draw_noise(PIXELS.shape, 3).astype(float) - PIXELS / 255) ** 2))


@pytest.mark.parametrize("step_size", [0.1, 0.3, 1.0, 1.9])
def test_gradient_descent_follows_the_closed_form(step_size):
    _, curve = fit(step_size=step_size)
    expected = start_rmse() * np.abs(1 - step_size) ** np.arange(13)
    tolerance = 255 * ROUNDING / min(step_size, 2 - step_size)
    np.testing.assert_allclose(curve, expected, rtol=0, atol=tolerance)


def test_momentum_follows_its_own_line():
    _, curve = fit(momentum=0.5)
    expected = start_rmse() * np.abs(compute_share_left(step_size=0.3, momentum=0.5, steps=12))
    np.testing.assert_allclose(curve, expected, rtol=0, atol=255 * 10 * ROUNDING)


def test_each_picture_is_where_the_closed_form_has_it():
    """Pixel by pixel: x_k = t + (1 - a)^k (x_0 - t), rounded; where that is near a half, either way."""
    pictures, _ = fit()
    target, first = images.to_float(PIXELS, "unit").astype(float), draw_noise(PIXELS.shape, 3).astype(float)
    for step in range(12):
        values = 255 * (target + 0.7**step * (first - target))
        assert np.abs(pictures[step] - values).max() <= 0.5 + 255 * ROUNDING / 0.3


def test_the_share_left_without_momentum_is_a_power():
    np.testing.assert_allclose(
        compute_share_left(step_size=0.25, momentum=0, steps=3), [1, 0.75, 0.75**2, 0.75**3]
    )


def test_the_share_left_with_momentum_by_hand():
    """1, 1 - a = 0.5; then 0.5 + m (0.5 - 1) - a 0.5 = 0; then 0 + m (0 - 0.5) - 0 = -0.25."""
    np.testing.assert_allclose(compute_share_left(step_size=0.5, momentum=0.5, steps=3), [1, 0.5, 0, -0.25])


def test_a_step_of_the_whole_difference_lands_at_once():
    pictures, _ = fit(step_size=1.0, steps=1)
    np.testing.assert_array_equal(pictures[1], PIXELS)


def test_adam_moves_no_pixel_by_more_than_its_step_at_first():
    """Adam's first step is its size times the sign of the gradient, up to its epsilon."""
    _, curve = fit(optimizer="adam", step_size=0.1, steps=1)
    difference = draw_noise(PIXELS.shape, 3).astype(float) - images.to_float(PIXELS, "unit")
    expected = 255 * np.sqrt(np.mean((difference - 0.1 * np.sign(difference)) ** 2))
    assert curve[1] == pytest.approx(expected, rel=1e-3)


def test_a_tolerance_ends_the_descent():
    pictures, curve = fit(tolerance=20.0, steps=100)
    assert curve[-1] < 20 <= curve[-2]
    assert list(pictures)[-1] == "last"


def test_a_tolerance_that_is_not_met_takes_all_steps():
    pictures, curve = fit(tolerance=1e-9, steps=3)
    assert (len(curve), list(pictures)) == (4, [0, 1, 2, "last"])


def test_another_seed_of_the_runtime_is_another_noise_and_ends_at_the_same_pixels():
    first, again, other = (
        fit_pixels(PIXELS, descent(steps=60), Runtime(seed=seed, threads=1)).pictures for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != other[0]).mean() > 0.9
    np.testing.assert_array_equal(first[60], other[60])


def test_a_payload_of_other_sides_is_refused():
    data = payload.pack(family="pixels", rows=9, columns=12, channels=3, body=bytes(9 * 12))
    with pytest.raises(PayloadError, match="holds 108 values, its pixels are 324"):
        PixelCodec.decode(data)
