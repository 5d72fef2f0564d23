"""Pictures as patches, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.core import tiles

PICTURE = np.arange(5 * 7, dtype=np.uint8).reshape(5, 7, 1)


@settings(deadline=None)  # how long an example takes depends on who else uses the machine
@given(
    rows=st.integers(1, 40), columns=st.integers(1, 40), channels=st.sampled_from([1, 3]), side=st.integers(1, 20)
)
def test_what_was_cut_is_joined_to_what_it_was(rows, columns, channels, side):
    pixels = np.random.default_rng(rows).integers(0, 256, (rows, columns, channels), np.uint8)
    patches = tiles.cut(pixels, side)
    assert patches.shape == (tiles.count(rows, columns, side), side, side, channels)
    np.testing.assert_array_equal(tiles.joined(patches, rows=rows, columns=columns), pixels)


def test_patches_come_row_by_row():
    patches = tiles.cut(PICTURE[:4, :6], 2)
    np.testing.assert_array_equal(patches[1], PICTURE[:2, 2:4])
    np.testing.assert_array_equal(patches[3], PICTURE[2:4, :2])


def test_where_the_side_does_not_divide_the_last_row_and_column_are_repeated():
    corner = tiles.cut(PICTURE, 4)[-1, ..., 0]
    assert (corner == [[32, 33, 34, 34]] * 4).all()


def test_a_picture_that_is_not_cut_is_one_image():
    assert tiles.cut(PICTURE, None).shape == (1, 5, 7, 1)
    assert tiles.count(5, 7, None) == 1
    np.testing.assert_array_equal(tiles.joined(tiles.cut(PICTURE, None), rows=5, columns=7), PICTURE)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_patches_are_joined_whatever_their_values_are(dtype):
    patches = tiles.cut(PICTURE, 3).astype(dtype)
    joined = tiles.joined(patches, rows=5, columns=7)
    assert joined.dtype == dtype
    np.testing.assert_array_equal(joined, PICTURE)
