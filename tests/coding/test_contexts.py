import numpy as np
import pytest

from recon.coding.contexts import (
    MOST_CONTEXTS,
    count_waves,
    find_delay,
    find_runs,
    list_offsets,
    wave_rows,
)

SHAPES = [(1, 1), (1, 9), (9, 1), (7, 2), (2, 7), (11, 13)]
COUNTS = [1, 2, 4, 6, 10, 14, 20, MOST_CONTEXTS]


def test_the_first_neighbors_are_left_above_and_beside_it():
    assert list_offsets(4) == [(0, -1), (-1, 0), (-1, -1), (-1, 1)]


def test_all_40_neighbors_are_distinct_and_come_before_the_latent():
    offsets = list_offsets(MOST_CONTEXTS)
    assert len(set(offsets)) == MOST_CONTEXTS == 40
    assert all(offset < (0, 0) for offset in offsets)


@pytest.mark.parametrize(("count", "delay"), [(1, 1), (2, 1), (4, 2), (10, 2), (14, 3), (20, 4), (40, 5)])
def test_the_delay_is_that_of_the_rightmost_neighbor_of_the_row_above(count, delay):
    assert find_delay(list_offsets(count)) == delay


@pytest.mark.parametrize("count", COUNTS)
def test_neighbors_are_in_earlier_waves(count):
    offsets = list_offsets(count)
    delay = find_delay(offsets)
    assert all(offset.column + delay * offset.row < 0 for offset in offsets)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("delay", [1, 2, 3, 5])
def test_each_latent_is_in_one_wave(shape, delay):
    waves = np.full(shape, -1)
    for wave in range(count_waves(shape, delay)):
        for row in wave_rows(wave, shape, delay):
            column = wave - delay * row
            assert 0 <= column < shape[1]
            assert waves[row, column] == -1
            waves[row, column] = wave
    assert waves.min() >= 0


@pytest.mark.parametrize("count", COUNTS)
def test_runs_hold_the_neighbors_in_their_order(count):
    offsets = list_offsets(count)
    places = [(row, column + n) for (row, column), length in find_runs(offsets) for n in range(length)]
    assert places == sorted(offsets)


def test_14_neighbors_are_four_runs():
    assert [run.count for run in find_runs(list_offsets(14))] == [1, 4, 6, 3]
