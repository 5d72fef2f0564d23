import numpy as np
import pytest

from recon.data.patterns import checkerboard, radial_gradient, sine_wave

SIDES = [8, 33, 64]


@pytest.mark.parametrize(
    "pattern", [radial_gradient(16), sine_wave(16, frequency=2), checkerboard(16, frequency=2)]
)
def test_patterns_are_square_gray_pixels(pattern):
    assert (pattern.shape, pattern.dtype) == ((16, 16, 1), np.uint8)


@pytest.mark.parametrize("side", SIDES)
def test_the_gradient_has_the_symmetries_of_the_square(side):
    pixels = radial_gradient(side)[..., 0]
    for turned in (pixels.T, pixels[::-1], pixels[:, ::-1]):
        np.testing.assert_array_equal(pixels, turned)


@pytest.mark.parametrize("side", [9, 33])
def test_the_gradient_is_white_in_the_center_and_nearly_black_in_the_corners(side):
    """The center of the corner pixel lies 1/side of the half diagonal from the corner itself."""
    pixels = radial_gradient(side)[..., 0]
    assert pixels[side // 2, side // 2] == 255
    assert pixels[0, 0] == np.rint(255 / side)


def test_the_gradient_falls_linearly_along_the_middle_row():
    """One pixel is 1 / side, which is sqrt(2) / side of the half diagonal sqrt(1/2)."""
    pixels = radial_gradient(101)[50, 50:, 0]
    assert np.abs(pixels - 255 * (1 - np.sqrt(2) / 101 * np.arange(51))).max() <= 0.5


def test_the_mean_of_the_gradient_is_that_of_the_integral():
    """The mean distance from the center of the unit square is (sqrt(2) + asinh(1)) / 6."""
    mean = 255 * (1 - (np.sqrt(2) + np.arcsinh(1)) / 6 / np.sqrt(0.5))
    assert radial_gradient(512).mean() == pytest.approx(mean, abs=0.01)


@pytest.mark.parametrize("frequency", [1, 3, 15])
def test_the_sine_has_one_peak_in_its_spectrum_at_its_frequency(frequency):
    """The amplitude there is 127.5; rounding (at most 1/2 each) moves no bin of the mean by more than 1/2."""
    row = sine_wave(64, frequency=frequency)[0, :, 0]
    amplitudes = np.abs(np.fft.rfft(row)) * 2 / 64
    assert amplitudes[frequency] == pytest.approx(127.5, abs=1)
    assert np.delete(amplitudes, [0, frequency]).max() <= 1


@pytest.mark.parametrize("frequency", [1, 4])
def test_the_sine_is_odd_about_the_center_so_its_mean_is_half(frequency):
    """Pixels j and side - 1 - j sum to 255, but both halves of 127.5 may round to 128."""
    row = sine_wave(64, frequency=frequency)[0, :, 0].astype(int)
    assert np.abs(row + row[::-1] - 255).max() <= 1
    assert row.mean() == pytest.approx(127.5, abs=0.5)


def test_the_sine_starts_at_gray_and_rises():
    row = sine_wave(64, frequency=1)[0, :, 0]
    assert row[0] == np.rint(127.5 * (1 + np.sin(np.pi / 64)))
    assert row[15] == row[16] == 255  # the crest lies between them
    assert row[47] == row[48] == 0


def test_the_sine_does_not_change_downward():
    pixels = sine_wave(32, frequency=2.5)
    assert (pixels == pixels[:1]).all()


def test_the_sine_at_half_the_side_alternates_between_white_and_black():
    np.testing.assert_array_equal(sine_wave(16, frequency=8)[0, :, 0], [255, 0] * 8)


@pytest.mark.parametrize(("side", "frequency"), [(16, 1), (16, 2), (16, 4), (16, 8), (48, 3)])
def test_the_checkerboard_alternates_square_by_square(side, frequency):
    square = side // (2 * frequency)
    board = checkerboard(side, frequency=frequency)[..., 0].astype(int)
    assert (board[:square, :square] == 255).all()
    np.testing.assert_array_equal(board[square:], 255 - board[:-square])
    np.testing.assert_array_equal(board[:, square:], 255 - board[:, :-square])
    assert board.mean() == 127.5


def test_a_checkerboard_that_does_not_divide_the_side_has_squares_that_differ_by_one_pixel():
    row = checkerboard(10, frequency=2)[0, :, 0]
    np.testing.assert_array_equal(row, [255, 255, 0, 0, 0] * 2)


@pytest.mark.parametrize("side", SIDES)
def test_doubling_the_side_keeps_the_picture(side):
    """The average of 2 x 2 pixels is the coarser picture but for curvature and rounding."""
    fine = radial_gradient(2 * side)[..., 0].reshape(side, 2, side, 2).mean(axis=(1, 3))
    away = np.ones((side, side), bool)
    away[side // 2 - 2 : side // 2 + 3, side // 2 - 2 : side // 2 + 3] = False  # the cone's tip is not smooth
    assert np.abs(fine - radial_gradient(side)[..., 0])[away].max() <= 2
