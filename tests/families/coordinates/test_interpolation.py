import numpy as np
import pytest

from recon.core.errors import UserError
from recon.data import masks
from recon.data.masks import KNOWN
from recon.families.coordinates import interpolation
from recon.families.coordinates.visibility import reduce_pixels

LATTICE = ["nearest", "bilinear", "bicubic", "lanczos"]
NOISE = np.random.default_rng(0).integers(0, 256, (11, 14, 3)).astype(np.uint8)


def even(rows, columns):
    return masks.draw("even", hidden=None, rows=rows, columns=columns, seed=1)


def scattered(rows, columns):
    return masks.draw("random", hidden=0.5, rows=rows, columns=columns, seed=1)


@pytest.mark.parametrize("method", [*LATTICE, "biharmonic"])
def test_known_pixels_stay_as_they_are(method):
    mask = even(11, 14)
    filled = interpolation.fill(NOISE, mask, method=method)
    np.testing.assert_array_equal(filled[mask[..., 0] == KNOWN], NOISE[mask[..., 0] == KNOWN])


@pytest.mark.parametrize("method", ["nearest", "biharmonic"])
def test_hidden_pixels_are_ignored(method):
    mask = scattered(11, 14)
    other = np.where(mask == KNOWN, NOISE, 255 - NOISE)
    np.testing.assert_array_equal(
        interpolation.fill(NOISE, mask, method=method), interpolation.fill(other, mask, method=method)
    )


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "lanczos", "biharmonic"])
def test_a_plane_is_filled_in_as_a_plane(method):
    """Inside, to a gray level: each of these reproduces a linear ramp but for rounding (Lanczos, nearly)."""
    ramp = np.add.outer(np.arange(20) * 4, np.arange(24) * 5).astype(np.uint8)[..., np.newaxis]
    filled = interpolation.fill(ramp, even(20, 24), method=method)
    inside = (slice(6, -6), slice(6, -6))
    assert np.abs(filled[inside].astype(int) - ramp[inside]).max() <= 1


def test_bilinear_is_the_mean_of_the_four_corners_in_the_middle():
    corners = np.zeros((4, 4, 1), np.uint8)
    corners[0, 0], corners[0, 2], corners[2, 0], corners[2, 2] = 40, 80, 120, 160
    assert interpolation.fill(corners, even(4, 4), method="bilinear")[1, 1] == 100


def test_catmull_and_rom_s_weights_in_the_middle():
    """-1, 9, 9, -1 sixteenths: between the columns 0, 80, 160, 0 it is 135."""
    pixels = np.zeros((16, 16, 1), np.uint8)
    pixels[:, 6], pixels[:, 8], pixels[:, 10] = 80, 160, 0
    filled = interpolation.fill(pixels, even(16, 16), method="bicubic")
    assert filled[7, 7] == 135


def test_nearest_takes_a_known_neighbor():
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8, 1) * 4
    mask = np.full((8, 8, 1), KNOWN, np.uint8)
    mask[3, 3] = masks.HIDDEN
    filled = interpolation.fill(pixels, mask, method="nearest")[3, 3]
    assert filled in (pixels[2, 3], pixels[4, 3], pixels[3, 2], pixels[3, 4])


def test_a_method_of_lattices_refuses_scattered_pixels():
    with pytest.raises(ValueError, match="nearest or biharmonic does not"):
        interpolation.fill(NOISE, scattered(11, 14), method="bicubic")


@pytest.mark.parametrize("method", LATTICE)
@pytest.mark.parametrize("factor", [2, 4])
def test_an_enlarged_image_covers_the_same_picture(method, factor):
    """A ramp's mean over factor x factor pixels is the small pixel, inside and to a gray level."""
    ramp = np.add.outer(np.arange(12) * 8, np.arange(16) * 8).astype(np.uint8)[..., np.newaxis]
    large = interpolation.enlarge(ramp, factor, method=method)
    assert large.shape == (12 * factor, 16 * factor, 1)
    back = reduce_pixels(large, factor)
    assert np.abs(back[4:-4, 4:-4].astype(int) - ramp[4:-4, 4:-4]).max() <= 1


def test_reducing_takes_means():
    pixels = np.array([[0, 10, 200, 200], [20, 30, 200, 204]], np.uint8)[..., np.newaxis]
    assert reduce_pixels(pixels, 2)[..., 0].tolist() == [[15, 201]]


def test_sides_that_the_factor_does_not_divide_are_refused():
    with pytest.raises(UserError, match="`reduce: 4`: 11 x 14 pixels are not multiples"):
        reduce_pixels(NOISE, 4)
