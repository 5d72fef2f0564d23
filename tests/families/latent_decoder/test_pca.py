"""Principal components, held to what Eckart and Young proved."""

from itertools import pairwise

import numpy as np
import pytest

from recon.families.latent_decoder.pca import bound, principal_components

IMAGES = np.random.default_rng(0).random((12, 3, 5, 1)) * np.linspace(1, 3, 15).reshape(3, 5, 1)
VALUES = IMAGES.reshape(12, 15)
MOST = 11  # the rank of 12 centered images


def rebuilt(latents):
    components = principal_components(IMAGES, latents)
    return components.mean + components.scores @ components.directions


@pytest.mark.parametrize("latents", [1, 4, MOST])
def test_the_bound_is_the_error_of_what_the_components_give(latents):
    assert bound(IMAGES, latents) == pytest.approx(np.mean((rebuilt(latents) - VALUES) ** 2), abs=1e-14)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("bias", ["mean", "random"])
def test_no_other_linear_decoder_is_better_even_with_the_best_codes(seed, bias):
    generator = np.random.default_rng(seed)
    directions = principal_components(IMAGES, 3).directions + generator.normal(0, 0.1, (3, 15))
    offset = VALUES.mean(axis=0) + (generator.normal(0, 0.1, 15) if bias == "random" else 0)
    codes = np.linalg.lstsq(directions.T, (VALUES - offset).T, rcond=None)[0].T
    assert np.mean((offset + codes @ directions - VALUES) ** 2) > bound(IMAGES, 3)


def test_the_bound_falls_from_the_variance_to_zero_as_the_code_grows():
    bounds = [bound(IMAGES, latents) for latents in range(MOST + 1)]
    assert bounds[0] == pytest.approx(VALUES.var(axis=0).mean())
    assert all(one > other for one, other in pairwise(bounds))
    assert bounds[-1] == pytest.approx(0, abs=1e-25)


def test_directions_are_orthonormal_and_scores_uncorrelated_the_widest_first():
    components = principal_components(IMAGES, 5)
    np.testing.assert_allclose(components.directions @ components.directions.T, np.eye(5), atol=1e-12)
    spread = components.scores.T @ components.scores
    np.testing.assert_allclose(spread, np.diag(np.diag(spread)), atol=1e-10)
    assert (np.diff(np.diag(spread)) < 0).all()
    np.testing.assert_allclose(components.scores.mean(axis=0), 0, atol=1e-12)


def test_latents_beyond_the_rank_are_zeros():
    """Of 12 images in 15 values there are 12 singular values."""
    components = principal_components(IMAGES, 14)
    assert (components.scores.shape, components.directions.shape) == ((12, 14), (14, 15))
    assert not components.scores[:, 12:].any()
    assert not components.directions[12:].any()
    assert bound(IMAGES, 14) == 0


def test_one_image_is_its_own_mean():
    components = principal_components(IMAGES[:1], 2)
    np.testing.assert_array_equal(components.mean, VALUES[0])
    np.testing.assert_array_equal(components.scores, np.zeros((1, 2)))
    assert bound(IMAGES[:1], 1) == 0
