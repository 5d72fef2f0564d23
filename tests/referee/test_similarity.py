"""MS-SSIM by its closed forms, and beside the function of TensorFlow that others use."""

from recon.training import runtime

# isort: split
import numpy as np
import pytest
import tensorflow as tf

from recon.referee.similarity import SMALLEST_SIDE, WEIGHTS, ms_ssim

C1 = (0.01 * 255) ** 2


def noise(rows=176, columns=176, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), np.uint8)


def blurred(pixels):
    """Return what is far from `pixels` in detail and near to it on coarse scales."""
    return ((pixels.astype(int) + np.roll(pixels, 1, axis=0) + np.roll(pixels, 1, axis=1)) // 3).astype(np.uint8)


def of(reference, reconstruction):
    return ms_ssim(reference=reference, reconstruction=reconstruction)


def test_identical_images_have_one():
    assert of(noise(), noise()) == 1


def test_of_two_constants_only_the_luminance_of_the_last_scale_is_left():
    """Without variance contrast and structure are 1; (2ab + C1) / (a^2 + b^2 + C1) to the last weight."""
    a, b = 50, 200
    flat = np.full((176, 200, 1), a, np.uint8), np.full((176, 200, 1), b, np.uint8)
    expected = ((2 * a * b + C1) / (a**2 + b**2 + C1)) ** WEIGHTS[-1]
    assert of(*flat) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("sides", [(176, 176), (192, 256), (177, 203), (301, 190)])
@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_what_tensorflow_computes(sides, channels):
    """To 2e-4: in TensorFlow's float32 a variance of gray levels is off by up to 2**-24 of their squares, 0.004.

    That is 7e-5 of the constant 58.5 that stands beside it in every quotient, and there are a few of them.
    """
    reference = noise(*sides, channels)
    reconstruction = blurred(reference)
    known = float(tf.image.ssim_multiscale(reference[np.newaxis], reconstruction[np.newaxis], max_val=255)[0])
    assert 0.2 < known < 0.95
    assert of(reference, reconstruction) == pytest.approx(known, abs=2e-4)


def test_what_is_opposite_has_none_of_it_and_no_complex_value():
    """The structure of an image and its negative is negative, and a power of that would be complex."""
    assert of(noise(), 255 - noise()) == 0


def test_of_color_it_is_the_mean_over_channels():
    reference = noise(seed=1)
    reconstruction = blurred(reference)
    single = [of(reference[..., [c]], reconstruction[..., [c]]) for c in range(3)]
    assert of(reference, reconstruction) == pytest.approx(np.mean(single), abs=1e-12)


def test_an_image_without_room_for_five_scales_has_none():
    assert of(*[noise(SMALLEST_SIDE - 1, 300)] * 2) is None
    assert of(*[noise(SMALLEST_SIDE, 300)] * 2) == 1


@pytest.mark.parametrize("wrong", [noise(channels=1), noise(180, 176), noise()[..., 0], noise().astype(float)])
def test_another_shape_or_type_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        of(noise(), wrong)
    with pytest.raises(ValueError, match="Received"):
        of(wrong, noise())
