import numpy as np
import pytest

from recon.families.overfitted import grids


def test_sides_are_halved_and_rounded_up():
    assert grids.list_shapes(37, 64, range(7)) == [
        *((37, 64), (19, 32), (10, 16), (5, 8)),
        *((3, 4), (2, 2), (1, 1)),
    ]


def test_levels_may_be_left_out():
    assert grids.list_shapes(8, 9, (1, 3)) == [(4, 5), (1, 2)]


def test_splitting_and_joining_are_inverse():
    shapes = grids.list_shapes(11, 13, range(4))
    flat = np.arange(grids.count_latents(shapes))
    parts = grids.split(flat, shapes)
    assert [part.shape for part in parts] == shapes
    np.testing.assert_array_equal(grids.join(parts), flat)


def test_a_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match="4 latents"):
        grids.split(np.zeros(5), [(2, 2)])
