import json

import numpy as np
import pytest

from recon.core.images import luma_studio
from recon.referee.distortion import mse, psnr_b_db, psnr_db, psnr_of_mean_mse_db, ssim, worst_detail


def noise(rows=32, columns=48, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), dtype=np.uint8)


@pytest.mark.parametrize("offset", [1, 2, 16, 255])
def test_psnr_of_a_constant_offset_is_its_closed_form(offset):
    reference = np.zeros((8, 9, 3), np.uint8)
    value = psnr_db(reference=reference, reconstruction=reference + np.uint8(offset))
    assert value == pytest.approx(20 * np.log10(255 / offset), abs=1e-9)


def test_an_offset_of_one_is_48_db_and_black_against_white_0_db():
    black, white = np.zeros((8, 8, 1), np.uint8), np.full((8, 8, 1), 255, np.uint8)
    assert psnr_db(reference=black, reconstruction=black + np.uint8(1)) == pytest.approx(48.1308, abs=5e-5)
    assert psnr_db(reference=black, reconstruction=white) == 0


def test_a_smaller_and_a_larger_value_count_alike():
    """Unsigned subtraction would turn -1 into 255."""
    reference = np.full((8, 8, 1), 100, np.uint8)
    below, above = reference - np.uint8(1), reference + np.uint8(1)
    assert mse(reference=reference, reconstruction=below) == 1
    assert mse(reference=reference, reconstruction=above) == 1


def test_mse_is_over_all_channels():
    reference = np.zeros((8, 8, 3), np.uint8)
    reconstruction = reference.copy()
    reconstruction[..., 1] = 3
    assert mse(reference=reference, reconstruction=reconstruction) == 3


def test_identical_images_have_the_cap_and_go_into_json():
    value = psnr_db(reference=noise(), reconstruction=noise())
    assert value == 100
    assert psnr_of_mean_mse_db([0.0, 0.0]) == 100
    json.dumps(value, allow_nan=False)


def test_no_psnr_exceeds_that_of_identical_images():
    """One gray level wrong in 2**19 pixels would be 105.3 dB."""
    reference = np.zeros((512, 1024, 1), np.uint8)
    reconstruction = reference.copy()
    reconstruction[0, 0, 0] = 1
    assert psnr_db(reference=reference, reconstruction=reconstruction) == 100


def test_psnr_of_the_mean_mse_of_one_image_is_its_psnr():
    pair = {"reference": noise(seed=1), "reconstruction": noise(seed=2)}
    assert psnr_of_mean_mse_db([mse(**pair)]) == psnr_db(**pair)


def test_psnr_of_the_mean_mse_has_its_closed_form_and_lies_below_the_mean_of_psnrs():
    value = psnr_of_mean_mse_db([1.0, 9.0])
    assert value == pytest.approx(10 * np.log10(255**2 / 5), abs=1e-9)
    assert value < (psnr_of_mean_mse_db([1.0]) + psnr_of_mean_mse_db([9.0])) / 2


def test_ssim_of_identical_images_is_one():
    assert ssim(reference=noise(), reconstruction=noise()) == pytest.approx(1, abs=1e-12)


def test_ssim_of_two_constants_is_the_luminance_term():
    """Without variance the contrast and structure terms are 1: (2ab + C1) / (a^2 + b^2 + C1)."""
    a, b, c1 = 50, 200, (0.01 * 255) ** 2
    reference, reconstruction = np.full((16, 16, 1), a, np.uint8), np.full((16, 16, 1), b, np.uint8)
    expected = (2 * a * b + c1) / (a**2 + b**2 + c1)
    assert ssim(reference=reference, reconstruction=reconstruction) == pytest.approx(expected, abs=1e-9)


def test_ssim_at_one_window_is_the_formula_of_wang_et_al():
    """An 11x11 image has one whole window: the published formula with the Gaussian weights, by hand."""
    x, y = noise(11, 11, 1, seed=3), noise(11, 11, 1, seed=4)
    taps = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weights = np.outer(taps, taps) / taps.sum() ** 2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    u, v = x[..., 0].astype(float), y[..., 0].astype(float)
    mean_u, mean_v = (weights * u).sum(), (weights * v).sum()
    variance_u, variance_v = (weights * u * u).sum() - mean_u**2, (weights * v * v).sum() - mean_v**2
    covariance = (weights * u * v).sum() - mean_u * mean_v
    expected = ((2 * mean_u * mean_v + c1) * (2 * covariance + c2)) / (
        (mean_u**2 + mean_v**2 + c1) * (variance_u + variance_v + c2)
    )
    assert ssim(reference=x, reconstruction=y) == pytest.approx(expected, abs=1e-9)


def test_ssim_of_color_is_the_mean_over_channels():
    x, y = noise(seed=5), noise(seed=6)
    single = [ssim(reference=x[..., [c]], reconstruction=y[..., [c]]) for c in range(3)]
    assert ssim(reference=x, reconstruction=y) == pytest.approx(np.mean(single), abs=1e-12)


def test_the_smallest_images_have_an_ssim():
    x = noise(8, 8, 3)
    assert ssim(reference=x, reconstruction=x) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("measure", [mse, psnr_db, ssim])
def test_measures_are_symmetric(measure):
    x, y = noise(seed=7), noise(seed=8)
    forth, back = measure(reference=x, reconstruction=y), measure(reference=y, reconstruction=x)
    assert forth == pytest.approx(back, abs=1e-12)


def stairs(rows, columns, *, step, first=8):
    """Return a gray picture that gets brighter by `step` at column `first` and every 8 columns from there."""
    up = (np.arange(columns) + 8 - first) // 8
    return np.broadcast_to((100 + step * up).astype(np.uint8)[:, np.newaxis], (rows, columns, 1)).copy()


def blocking_of(pixels):
    """Return the blocking effect factor: what the PSNR-B of a picture with itself is made of."""
    return 255**2 / 10 ** (psnr_b_db(reference=pixels, reconstruction=pixels) / 10)


def test_blocking_of_stairs_on_the_grid_is_its_closed_form():
    """In 16 x 32: 16 (32/8 - 1) + 32 (16/8 - 1) = 80 steps at borders, 48 of them of 5; log 8 / log 16 = 3/4."""
    assert blocking_of(stairs(16, 32, step=5)) == pytest.approx(3 / 4 * 25 * 48 / 80, rel=1e-9)


def test_blocking_is_the_same_for_the_picture_on_its_side():
    pixels = stairs(24, 40, step=3)
    assert blocking_of(pixels.transpose(1, 0, 2)) == pytest.approx(blocking_of(pixels), rel=1e-9)


def test_steps_beside_the_grid_are_no_blocking():
    pixels = stairs(16, 32, step=5, first=4)
    assert psnr_b_db(reference=pixels, reconstruction=pixels) == 100


def test_a_fraction_of_a_block_counts_as_a_fraction_of_its_border():
    """In 16 x 36: 16 (36/8 - 1) + 36 (16/8 - 1) = 92 steps at borders where 64 + 36 could be seen."""
    assert blocking_of(stairs(16, 36, step=5)) == pytest.approx(3 / 4 * 25 * 64 / 92, rel=1e-9)


def test_one_block_has_no_border():
    pixels = noise(8, 8, 1)
    assert psnr_b_db(reference=pixels, reconstruction=pixels) == 100


def test_psnr_b_adds_the_blocking_of_the_reconstruction_to_the_mse():
    flat, blocks = np.full((16, 32, 1), 100, np.uint8), stairs(16, 32, step=5)
    total = mse(reference=flat, reconstruction=blocks) + blocking_of(blocks)
    value = psnr_b_db(reference=flat, reconstruction=blocks)
    assert value == pytest.approx(10 * np.log10(255**2 / total), abs=1e-9)
    assert value < psnr_b_db(reference=blocks, reconstruction=flat)


def test_psnr_b_of_color_takes_the_blocking_of_the_studio_luma():
    gray = stairs(16, 32, step=5)
    color = np.repeat(gray, 3, axis=-1)
    assert blocking_of(color) == pytest.approx(blocking_of(luma_studio(color)), rel=1e-9)
    assert blocking_of(color) < blocking_of(gray)


@pytest.mark.parametrize("measure", [mse, psnr_db, psnr_b_db, ssim])
def test_arguments_have_names(measure):
    with pytest.raises(TypeError):
        measure(noise(), noise())


@pytest.mark.parametrize("measure", [mse, psnr_db, psnr_b_db, ssim])
@pytest.mark.parametrize("wrong", [noise(32, 48, 1), noise(48, 32), noise()[..., 0], noise().astype(np.float32)])
def test_another_shape_or_type_is_refused(measure, wrong):
    with pytest.raises(ValueError, match="Received"):
        measure(reference=noise(), reconstruction=wrong)
    with pytest.raises(ValueError, match="Received"):
        measure(reference=wrong, reconstruction=noise())


def test_the_detail_is_on_the_grid_and_where_the_error_is_largest():
    """An error in block (9, 5) of 20 x 20 blocks; the first windows of 8 x 8 blocks with it begin at (2, 0)."""
    original = np.zeros((160, 165, 1), np.uint8)
    degraded = original.copy()
    degraded[72:80, 40:48] = 9
    assert worst_detail(original, degraded) == ((16, 0), (64, 64))


def test_a_large_error_outweighs_many_small_ones():
    """16 x 8 blocks: all are off by 1 in the upper half, 64 squares each; one below is off by 100, up or down."""
    original = np.full((128, 64, 1), 100, np.uint8)
    degraded = original.copy()
    degraded[:64] += 1
    degraded[120:, :8] = 0
    assert worst_detail(original, degraded)[0] == (64, 0)


def test_in_a_small_photograph_the_detail_is_all_whole_blocks():
    small = np.zeros((15, 30, 3), np.uint8)
    assert worst_detail(small, small) == ((0, 0), (8, 24))
