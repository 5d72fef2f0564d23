import numpy as np
import pytest

from recon.core.images import MAX_SIDE, MIN_SIDE
from recon.families.overfitted import tiling

LARGE = [(1025, 1024), (2, 2**20), (4000, 6000), (MAX_SIDE, MAX_SIDE), (MAX_SIDE, 129), (3001, 353)]


@pytest.mark.parametrize("sides", [(8, 8), (512, 768), (1024, 1024), (128, 8192), (8192, 8)])
def test_a_picture_of_at_most_a_megapixel_is_one_tile(sides):
    [tile] = tiling.cut(*sides)
    assert tile.shape == sides


@pytest.mark.parametrize("sides", LARGE)
def test_tiles_cover_each_pixel_once(sides):
    covered = np.zeros(sides, np.uint8)
    for tile in tiling.cut(*sides):
        covered[tile.rows, tile.columns] += 1
        assert covered[tile.rows, tile.columns].shape == tile.shape
    assert (covered == 1).all()


@pytest.mark.parametrize("sides", LARGE)
def test_tiles_are_few_and_nearly_equal(sides):
    tiles = tiling.cut(*sides)
    assert len(tiles) == np.prod([-(-side // tiling.MOST_SIDE) for side in sides])
    for lengths in np.transpose([tile.shape for tile in tiles]):
        assert lengths.max() - lengths.min() <= 1
        assert lengths.max() <= tiling.MOST_SIDE


def test_no_tile_is_smaller_than_a_picture_may_be():
    """The worst that sides within MAX_SIDE lead to, just above the most pixels of one tile."""
    for rows in (*range(129, MAX_SIDE, 61), 1024, 1025, MAX_SIDE):
        for columns in (tiling.MOST_PIXELS // rows + 1, 1025, MAX_SIDE):
            assert min(min(tile.shape) for tile in tiling.cut(rows, columns)) >= MIN_SIDE


def test_24_megapixels_are_24_tiles():
    assert [tile.shape for tile in tiling.cut(4000, 6000)] == [(1000, 1000)] * 24
