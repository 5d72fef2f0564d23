from hashlib import sha256

import numpy as np
import pytest

from recon.coding import laplace
from recon.coding.laplace import FRACTIONS, SCALES, STEPS, TOTAL, make_tables


def exact(distance, scale):
    """Return the probability of a value at a distance from the location."""
    distance = np.abs(distance)
    far, near = (0.5 * np.exp(-np.abs(distance + half) / scale) for half in (0.5, -0.5))
    return np.where(distance < 0.5, 1 - near - far, near - far)


@pytest.mark.parametrize("reach", [1, 3, 24])
def test_each_row_is_the_laplace_distribution_about_its_location(reach):
    tables = make_tables(reach)
    rng = np.random.default_rng(0)
    location = rng.integers(-FRACTIONS * reach, FRACTIONS * reach + 1, 500)
    number = rng.integers(SCALES, size=500)
    rows = tables.rows[tables.locate(np.array([location, number], float))]
    scale = np.exp(laplace.LOWEST + number / STEPS)
    values = np.arange(-reach, reach + 1)
    expected = exact(values - location[:, np.newaxis] / FRACTIONS, scale[:, np.newaxis])
    np.testing.assert_allclose(rows / TOTAL, expected, atol=0.6 / TOTAL)


def test_frequencies_are_whole_and_their_sums_at_most_the_total():
    tables = make_tables(6)
    assert (tables.rows == np.rint(tables.rows)).all()
    starts = tables.locate(np.array([[0, -192, 192, 7], [0, 160, 80, 0]], float))
    assert (tables.rows[starts].sum(axis=1) <= TOTAL + 13).all()


def test_what_lies_beyond_is_clipped():
    tables = make_tables(2)
    beyond = tables.locate(np.array([[-1e9, 1e9], [-1e9, 1e9]]))
    within = tables.locate(np.array([[-2.0 * FRACTIONS, 2 * FRACTIONS], [0, SCALES - 1]]))
    np.testing.assert_array_equal(beyond, within)


def test_frequencies_are_the_same_on_every_machine():
    """A golden value: all frequencies of a table, whichever library of mathematics computes exponentials."""
    rows = make_tables(8).rows[:, 0]
    assert sha256(rows.astype("<i4").tobytes()).hexdigest()[:16] == "717992b241ccf5c1"


def test_bits_are_those_of_the_frequencies():
    tables = make_tables(4)
    starts = tables.locate(np.array([[0.0, 33], [80, 90]]))
    frequencies = tables.rows[starts]
    chosen = frequencies[[0, 1], [4, 6]] / frequencies.sum(axis=1)
    assert tables.count_bits(starts, np.array([4, 6])) == pytest.approx(-np.log2(chosen).sum(), rel=1e-5)


@pytest.mark.parametrize("log_scale", [-2, 0.5, 9.5])
def test_those_about_0_are_symmetric(log_scale):
    frequencies = laplace.zero_mean(log_scale, 100)
    np.testing.assert_array_equal(frequencies, frequencies[::-1])
    expected = exact(np.arange(-100, 101), np.exp(log_scale))
    np.testing.assert_allclose(frequencies / TOTAL, expected, atol=0.6 / TOTAL)
