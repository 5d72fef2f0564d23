import numpy as np
import pytest

from recon.coding.fixed_point import Peaks, to_fixed

BITS = 16


def largest_matrix(rng, inputs):
    """Return weights with which a sum of `inputs` comes near the largest that is exact."""
    matrix = to_fixed(rng.normal(size=(4, len(inputs))), BITS)
    scale = np.floor(np.log2(2.0 ** (52 - BITS) / (np.abs(matrix) @ inputs).max()))
    return matrix * 2.0**scale


def test_values_are_rounded_to_multiples():
    np.testing.assert_array_equal(to_fixed(np.array([0.3, -0.3, 1.0]), 2), [0.25, -0.25, 1])


def test_sums_within_the_bound_are_the_same_in_any_order_and_in_any_blocks():
    rng = np.random.default_rng(0)
    largest = 2.0 ** rng.integers(1, 20, 40)
    matrix = largest_matrix(rng, largest)
    Peaks(largest).pass_through(matrix, BITS)
    inputs = np.rint(largest[:, np.newaxis] * rng.uniform(-1, 1, (40, 1000)))
    expected = matrix @ inputs
    for _ in range(20):
        order = rng.permutation(40)
        blocks = np.split(order, np.sort(rng.integers(0, 40, 5)))
        blocked = sum(matrix[:, block] @ inputs[block] for block in blocks)
        one_by_one = np.zeros_like(expected)
        for number in order:
            one_by_one += matrix[:, number, np.newaxis] * inputs[number]
        np.testing.assert_array_equal(blocked, expected)
        np.testing.assert_array_equal(one_by_one, expected)


def test_they_are_those_of_whole_numbers():
    rng = np.random.default_rng(1)
    largest = 2.0 ** rng.integers(1, 12, 20)
    matrix = largest_matrix(rng, largest)
    inputs = np.rint(largest[:, np.newaxis] * rng.uniform(-1, 1, (20, 100)))
    whole = np.ldexp(matrix, BITS).astype(np.int64) @ inputs.astype(np.int64)
    np.testing.assert_array_equal(np.ldexp(matrix @ inputs, BITS).astype(np.int64), whole)


def test_sums_beyond_the_bound_are_refused():
    largest = np.full(3, 2.0**20)
    Peaks(largest).pass_through(np.full((1, 3), 2.0**14), BITS)
    with pytest.raises(ValueError, match="would be rounded"):
        Peaks(largest).pass_through(np.full((1, 3), 2.0**16), BITS)
