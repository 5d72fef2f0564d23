"""SSIMULACRA 2 beside the scores of the reference tool, and by what holds of any pictures."""

import hashlib

import numpy as np
import pytest

from recon.referee.ssimulacra2 import KERNEL, SMALLEST_SIDE, compute_errors, ssimulacra2, weigh_errors


def noise(rows=128, columns=192, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), np.uint8)


def shade(rows=128, columns=192):
    """Return a smooth colored picture."""
    row, column = np.mgrid[:rows, :columns]
    waves = [np.sin(row / 17 + column / 29), np.cos(row / 23), np.sin(column / 11)]
    return (127 + 90 * np.stack(waves, axis=-1)).astype(np.uint8)


def flat(level, side=128):
    return np.full((side, side, 3), level, np.uint8)


def of(reference, reconstruction):
    return ssimulacra2(reference=reference, reconstruction=reconstruction)


def ramp(side=64):
    """Return gray that grows from the left to the right."""
    level = np.arange(side) * 255 // (side - 1)
    return np.broadcast_to(level[:, np.newaxis], (side, side, 3)).astype(np.uint8, order="C")


def knuth_noise(side=64, state=42):
    """Return noise of Knuth's linear congruential generator, bits 33 to 40 of its 64."""
    values = []
    for _ in range(3 * side**2):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append(state >> 33 & 255)
    return np.array(values, np.uint8).reshape(side, side, 3)


# Scores by libjxl's own tool, recorded in January 2026 in src/reference_data.rs of github.com/imazen/ssimulacra2
# (commit 1599595), with the first digits of the SHA-256 sums of the pixels that it lists.
@pytest.mark.parametrize(
    ("pixels", "digest", "score"),
    [
        (ramp(), "bfcfaa0618d2", -64.56872148),
        (knuth_noise(), "7f6be7f433cc", -47.33572558),
    ],
    ids=["ramp", "noise"],
)
def test_of_a_gray_picture_in_place_of_another_it_is_the_score_of_the_reference_tool(pixels, digest, score):
    """To 0.003: the tool computes in float32."""
    assert hashlib.sha256(pixels.tobytes()).hexdigest().startswith(digest)
    assert weigh_errors(compute_errors(pixels, flat(128, 64))) == pytest.approx(score, abs=0.003)


@pytest.mark.parametrize(
    ("side", "offset", "score"),
    [(128, 20, 54.27883917), (128, 50, -9.82383315), (256, 20, 59.77892918), (256, 50, -0.39085784)],
)
def test_of_flat_pictures_it_is_the_score_of_the_reference_tool(side, offset, score):
    """All their error is at the border, by the rule for what is beyond it. To 0.1, from the same list.

    The tool takes the variance of a flat picture, a difference of equal numbers, in float32; the smaller the
    offset, the more that adds.
    """
    assert of(flat(128, side), flat(128 + offset, side)) == pytest.approx(score, abs=0.1)


def test_identical_pictures_have_100_and_no_others_have_more():
    assert of(noise(), noise()) == of(shade(), shade()) == 100
    changed = noise()
    changed[60, 60] ^= 1
    assert 99 < of(noise(), changed) <= 100


def test_a_larger_error_scores_less():
    reference = shade()
    error = np.random.default_rng(1).normal(size=reference.shape)
    scores = [of(reference, (reference + size * error).clip(0, 255).astype(np.uint8)) for size in (1, 3, 9, 27)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 80
    assert scores[-1] < 30


def test_mirrored_and_transposed_pictures_have_the_same_score():
    """Of sides that halve without rest five times; of an odd side the last pixels count twice."""
    reference, reconstruction = noise(), shade()
    score = of(reference, reconstruction)
    for turn in (np.flipud, np.fliplr, lambda pixels: pixels.transpose(1, 0, 2)):
        assert of(turn(reference), turn(reconstruction)) == pytest.approx(score, abs=1e-6)


def test_the_two_pictures_have_different_roles():
    assert abs(of(noise(), shade()) - of(shade(), noise())) > 1


def test_of_gray_it_is_that_of_equal_red_green_and_blue():
    reference, reconstruction = shade()[..., :1], noise(channels=1)
    as_color = [np.repeat(pixels, 3, axis=-1) for pixels in (reference, reconstruction)]
    assert of(reference, reconstruction) == of(*as_color)


def test_of_gray_no_color_component_errs():
    red_green, luma, blue_yellow = compute_errors(shade()[..., :1], noise(channels=1))
    assert max(red_green.max(), blue_yellow.max()) < 1e-6
    assert luma.max() > 0.1


def test_what_is_added_is_ringing_and_what_is_lost_is_blurring():
    """A deviation d from the local mean counts d where it is added, d / (1 + d) where it is lost; d < 1."""
    smooth, rough = flat(128), flat(128) + (noise() % 64)[:, :128]
    _, added, lost = compute_errors(smooth, rough)[1, 0, 0]
    assert added > 0
    assert lost == pytest.approx(0, abs=1e-3)  # only at the border
    assert added / 2 < compute_errors(rough, smooth)[1, 0, 0, 2] < added


def test_the_window_has_the_sum_and_the_variance_of_its_gaussian():
    assert KERNEL.sum() == pytest.approx(1, abs=1e-9)
    assert KERNEL @ np.arange(-4, 5) ** 2 == pytest.approx(1.5**2, abs=1e-8)


def test_a_picture_without_room_for_six_scales_has_none():
    assert compute_errors(*[noise(SMALLEST_SIDE, 130)] * 2).shape == (3, 6, 2, 3)
    assert compute_errors(*[noise(SMALLEST_SIDE - 1, 130)] * 2).shape == (3, 5, 2, 3)
    assert of(*[noise(SMALLEST_SIDE - 1, 300)] * 2) is None
    assert of(*[noise(8, 8)] * 2) is None
    assert of(*[noise(SMALLEST_SIDE, 300)] * 2) == 100


@pytest.mark.parametrize("wrong", [noise(channels=1), noise(130, 192), noise()[..., 0], noise().astype(float)])
def test_another_shape_or_type_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        of(noise(), wrong)
    with pytest.raises(ValueError, match="Received"):
        of(wrong, noise())
