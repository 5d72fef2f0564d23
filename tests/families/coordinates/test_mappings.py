import numpy as np
import pytest

from recon.families.coordinates.mappings import coordinate_grid, draw_frequencies, map_coordinates

KINDS = ["basic", "positional", "gaussian"]


def features(kind, coordinates, **changes):
    settings = {"num_frequencies": 32, "scale": 4.0, "seed": 1} | changes
    return map_coordinates(coordinates, draw_frequencies(kind, **settings))


def test_coordinates_are_pixel_centers_in_units_of_the_longer_side():
    assert coordinate_grid(2, 4).tolist() == [
        *[[0.125, 0.125], [0.125, 0.375], [0.125, 0.625], [0.125, 0.875]],
        *[[0.375, 0.125], [0.375, 0.375], [0.375, 0.625], [0.375, 0.875]],
    ]


@pytest.mark.parametrize("sides", [(8, 8), (5, 9), (9, 5), (512, 768)])
def test_pixels_are_square_and_lie_in_the_unit_square(sides):
    points = coordinate_grid(*sides).reshape(*sides, 2)
    np.testing.assert_allclose(np.diff(points[:, 0, 0]), 1 / max(sides))
    np.testing.assert_allclose(np.diff(points[0, :, 1]), 1 / max(sides))
    assert 0 < points.min() < points.max() < 1


def test_a_finer_grid_covers_the_same_picture():
    """The mean of each 2 x 2 of its coordinates is the coarse pixel's center."""
    fine = coordinate_grid(10, 14).reshape(5, 2, 7, 2, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(fine.reshape(-1, 2), coordinate_grid(5, 7), atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_the_squared_norm_is_the_number_of_frequencies(kind):
    """To 1e-5 of it: features are rounded to float32."""
    values = features(kind, np.random.default_rng(0).random((50, 2)))
    np.testing.assert_allclose((values.astype(float) ** 2).sum(axis=-1), values.shape[-1] / 2, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_products_depend_on_the_difference_of_the_coordinates_only(kind):
    """To 1e-4: 32 products of features rounded to float32, 6e-8 each, are off by far less."""
    first, second, shift = np.random.default_rng(0).random((3, 20, 2))
    here = (features(kind, first) * features(kind, second)).sum(axis=-1)
    there = (features(kind, first + shift) * features(kind, second + shift)).sum(axis=-1)
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_the_kernel_of_gaussian_frequencies_is_a_gaussian_in_the_mean():
    """exp(-2 (pi sigma d)^2): the characteristic function of the normal distribution at 2 pi d (Bochner).

    The mean of m cosines scatters by at most 1 / sqrt(2 m); 5 times that is allowed.
    """
    count, scale = 20_000, 3.0
    points = np.array([[0.5, 0.5], [0.5, 0.52], [0.55, 0.5], [0.6, 0.6]])
    values = features("gaussian", points, num_frequencies=count, scale=scale) / np.sqrt(count)
    distances = np.linalg.norm(points - points[0], axis=-1)
    expected = np.exp(-2 * (np.pi * scale * distances) ** 2)
    np.testing.assert_allclose(values @ values[0], expected, atol=5 / np.sqrt(2 * count))


def test_basic_is_one_cycle_along_each_axis():
    values = features("basic", np.array([[0.25, 0.5]]))
    np.testing.assert_allclose(values, [[0, -1, 1, 0]], atol=1e-7)


def test_positional_frequencies_lie_along_the_axes_and_grow_by_one_factor():
    values = draw_frequencies("positional", num_frequencies=8, scale=6.0, seed=1)
    down, right = values[:4], values[4:]
    assert down[:, 1].tolist() == right[:, 0].tolist() == [0] * 4
    for along in (down[:, 0], right[:, 1]):
        np.testing.assert_allclose(along + 1, [1, 4, 16, 64])


def test_an_odd_number_of_positional_frequencies_is_refused():
    with pytest.raises(ValueError, match=r"lie along two axes\. Received: 7"):
        draw_frequencies("positional", num_frequencies=7, scale=6.0, seed=1)


def test_gaussian_frequencies_have_the_scale_as_standard_deviation_and_depend_on_the_seed():
    """Of 20,000 numbers the deviation is known to 1 / sqrt(2 n) = 0.5 %; 5 times that is allowed."""
    one, same, other = (
        draw_frequencies("gaussian", num_frequencies=10_000, scale=10.0, seed=seed) for seed in (1, 1, 2)
    )
    assert one.std() == pytest.approx(10, rel=0.025)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_without_a_mapping_the_features_are_the_coordinates():
    points = coordinate_grid(3, 4)
    np.testing.assert_array_equal(map_coordinates(points, None), points.astype(np.float32))


@pytest.mark.parametrize(("kind", "rank"), [("none", 2), ("basic", 4), ("gaussian", 64)])
def test_the_rank_of_a_grid_s_features(kind, rank):
    """What a linear layer can fit: two numbers, four waves, or as many as there are features (32 frequencies)."""
    values = features(kind, coordinate_grid(24, 31)) if kind != "none" else coordinate_grid(24, 31)
    singular = np.linalg.svd(values.astype(float), compute_uv=False)
    assert (singular > 1e-4 * singular[0]).sum() == rank
