"""Measures of artifacts, on damage whose size is known."""

import numpy as np
import pytest

from recon.data.patterns import checkerboard, radial_gradient, sine_wave
from recon.families.latent_decoder import artifacts

SIDE, CYCLES = 64, 3
SINE, BOARD = sine_wave(SIDE, frequency=CYCLES), checkerboard(SIDE, frequency=4)
CONE = radial_gradient(SIDE)
FLAT = np.full((SIDE, SIDE, 1), 128, np.uint8)
U = (np.arange(SIDE) + 0.5) / SIDE


def stripes(values):
    """Return a picture, rounded to 8 bits, whose rows are all `values`."""
    return np.rint(np.tile(values, (SIDE, 1)))[..., np.newaxis].astype(np.uint8)


def wave(frequency, *, phase=0.0, second=0.0, amplitude=100):
    """Return stripes about 128: a sine, and `second` times its amplitude of twice the frequency."""
    angle = 2 * np.pi * frequency * U
    return stripes(128 + amplitude * (np.sin(angle + phase) + second * np.sin(2 * angle)))


def blurred(pixels, length=3):
    """Return the mean of `length` x `length` neighbors, of a picture that goes on around its edges."""
    shifts = range(-(length // 2), length // 2 + 1)
    moved = [np.roll(pixels.astype(float), (down, across), (0, 1)) for down in shifts for across in shifts]
    return np.rint(np.mean(moved, axis=0)).astype(np.uint8)


def frequency_error(pixels):
    return artifacts.frequency_error(frequency=CYCLES, reconstruction=pixels)


def phase_error(pixels, reference=SINE):
    return artifacts.phase_error_degrees(frequency=CYCLES, reference=reference, reconstruction=pixels)


def distortion(pixels):
    return artifacts.harmonic_distortion(frequency=CYCLES, reconstruction=pixels)


@pytest.mark.parametrize("pixels", [SINE, BOARD, CONE], ids=["sine", "board", "cone"])
def test_an_unchanged_pattern_keeps_all_its_range_and_has_no_edge_error(pixels):
    pair = {"reference": pixels, "reconstruction": pixels}
    assert artifacts.range_kept(**pair) == 1
    assert artifacts.edge_error(**pair) == 0 or pixels is not BOARD
    high = artifacts.high_frequency_kept(**pair)
    assert high == 1 or np.isnan(high)


def test_an_unchanged_sine_has_no_error_of_frequency_or_phase_and_no_harmonics():
    """Rounding, at most 1/2, moves no amplitude by more than 1/2 of 127.5; the root of seven, sqrt(7) times it."""
    assert frequency_error(SINE) == 0
    assert phase_error(SINE) == 0
    assert distortion(SINE) < 7**0.5 * 0.5 / 127


@pytest.mark.parametrize("degrees", [-170, -90, -10, 5, 45, 120])
def test_a_shifted_sine_has_its_shift_as_phase_error(degrees):
    """Rounding moves a wave's complex amplitude of 100 by less than 1/2: each angle by less than 0.3 degrees."""
    shifted = wave(CYCLES, phase=np.radians(degrees))
    assert phase_error(shifted, wave(CYCLES)) == pytest.approx(degrees, abs=0.6)


def test_a_sine_moved_to_the_left_has_a_positive_phase_error():
    """4 of 64 pixels are 4/64 of 3 cycles."""
    assert phase_error(np.roll(SINE, -4, axis=1)) == pytest.approx(360 * CYCLES * 4 / SIDE, abs=0.6)
    assert phase_error(np.roll(SINE, 4, axis=1)) == pytest.approx(-360 * CYCLES * 4 / SIDE, abs=0.6)


@pytest.mark.parametrize("frequency", [2, 4, 5.5])
def test_another_frequency_is_measured_to_a_64th_of_a_cycle_or_two(frequency):
    """The grid is 1/64; the window's other lobe, of the negative frequency, moves the peak by about as much."""
    assert frequency_error(wave(frequency)) == pytest.approx(frequency - CYCLES, abs=2 / 64)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25])
def test_a_second_harmonic_is_its_share_of_the_wave(share):
    """Rounding adds less than 1/2 of 100 to each of seven harmonics, most of it to others than the second."""
    assert distortion(wave(CYCLES, second=share)) == pytest.approx(share, abs=0.005)


def test_a_square_wave_has_the_odd_harmonics_of_its_series():
    """1/3, 1/5 and 1/7 of the wave, but for the sampling: a quarter of a pixel to each edge's side."""
    square = stripes(255 * (np.sin(2 * np.pi * 2 * U) > 0))
    measured = artifacts.harmonic_distortion(frequency=2, reconstruction=square)
    assert measured == pytest.approx((1 / 9 + 1 / 25 + 1 / 49) ** 0.5, rel=0.05)


def test_harmonics_that_the_pixels_cannot_show_do_not_count():
    """Of 20 cycles on 64 pixels even the second harmonic is beyond 32."""
    assert artifacts.harmonic_distortion(frequency=20, reconstruction=wave(20)) == 0


def test_half_the_contrast_keeps_half_the_range():
    assert artifacts.range_kept(reference=wave(CYCLES), reconstruction=wave(CYCLES, amplitude=50)) == 0.5


def test_half_the_contrast_keeps_a_quarter_of_the_energy():
    halved = (BOARD // 255 * 128).astype(np.uint8)
    kept = artifacts.high_frequency_kept(reference=BOARD, reconstruction=halved)
    assert kept == pytest.approx((128 / 255) ** 2)


def test_a_box_blur_keeps_less_at_high_frequencies_the_less_the_longer_it_is():
    kept = [artifacts.high_frequency_kept(reference=BOARD, reconstruction=blurred(BOARD, n)) for n in (1, 3, 5)]
    assert kept[0] == 1
    assert 1 > kept[1] > kept[2] > 0


def test_a_box_blur_keeps_of_a_wave_what_its_transform_says():
    """Three neighbors: (1 + 2 cos(2 pi f)) / 3, of the 16 cycles of 64 pixels 1/3; its energy, squared."""
    fine = wave(SIDE // 4, phase=np.pi / 4)
    kept = artifacts.high_frequency_kept(reference=fine, reconstruction=blurred(fine))
    assert kept == pytest.approx(1 / 9, rel=0.02)  # rounding: 1/4 of amplitude 33, say


def test_noise_adds_energy_at_high_frequencies():
    noise = np.random.default_rng(0).normal(0, 20, BOARD.shape)
    noisy = np.clip(64 + BOARD / 2 + noise, 0, 255).astype(np.uint8)
    pair = {"reference": np.rint(64 + BOARD / 2).astype(np.uint8), "reconstruction": noisy}
    assert artifacts.high_frequency_kept(**pair) > 1


def test_the_edge_error_of_an_edge_moved_by_one_pixel():
    """Of the two columns beside the edge one is off by the whole step: the root of the mean is its 0.707."""
    edge, moved = (stripes(np.where(np.arange(SIDE) < first, 50, 200)) for first in (20, 21))
    measured = artifacts.edge_error(reference=edge, reconstruction=moved)
    assert measured == pytest.approx(150 / 2**0.5)


def test_the_edge_error_looks_beside_edges_only():
    edge = stripes(np.where(np.arange(SIDE) < 20, 50, 200))
    away = edge.copy()
    away[:, 40:] = 0
    assert artifacts.edge_error(reference=edge, reconstruction=away) == 0


def test_an_edge_between_rows_counts_as_one_between_columns():
    edge, moved = (stripes(np.where(np.arange(SIDE) < first, 50, 200)) for first in (20, 21))
    turned = {"reference": edge.swapaxes(0, 1), "reconstruction": moved.swapaxes(0, 1)}
    assert artifacts.edge_error(**turned) == pytest.approx(150 / 2**0.5)


@pytest.mark.parametrize("pixels", [FLAT, SINE.swapaxes(0, 1)], ids=["flat", "rows"])
def test_without_a_wave_along_the_rows_its_measures_have_no_meaning(pixels):
    assert np.isnan([frequency_error(pixels), phase_error(pixels), distortion(pixels)]).all()


def test_rounding_errors_of_the_mean_are_no_wave():
    """Of 49 equal numbers like 34.69 the floating-point mean is another number."""
    thirds = np.zeros((49, 49, 1), np.uint8)
    thirds[::3] = 100
    assert np.isnan(artifacts.frequency_error(frequency=CYCLES, reconstruction=thirds))


def test_of_a_flat_original_nothing_can_be_kept():
    pair = {"reference": FLAT, "reconstruction": SINE}
    measures = (artifacts.range_kept, artifacts.high_frequency_kept, artifacts.edge_error)
    assert np.isnan([measure(**pair) for measure in measures]).all()


def test_a_smooth_original_has_no_high_frequencies_to_keep():
    assert np.isnan(artifacts.high_frequency_kept(reference=SINE, reconstruction=BOARD))


def test_a_flat_reconstruction_keeps_nothing():
    pair = {"reference": BOARD, "reconstruction": FLAT}
    assert artifacts.range_kept(**pair) == 0
    assert artifacts.high_frequency_kept(**pair) == 0
    assert artifacts.edge_error(**pair) == pytest.approx((127**2 / 2 + 128**2 / 2) ** 0.5)
