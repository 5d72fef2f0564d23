"""Batches of places: each as often as another, in one order, from epoch to epoch."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
from recon.training.batches import SampleBatches


def places(count=10, *, batch_size=4, steps=5, seed=1):
    numbers = np.arange(count, dtype=np.float32)[:, np.newaxis]
    return SampleBatches(numbers, 10 * numbers, batch_size=batch_size, steps=steps, seed=seed)


def served(data, epochs=1):
    values = []
    for data.epoch in range(epochs):
        values += [data[step][0].ravel().tolist() for step in range(len(data))]
    return values


def test_an_order_that_does_not_end_with_a_batch_goes_on_from_its_beginning():
    """Five batches of four are two passes over ten places."""
    batches = served(places())
    assert [len(batch) for batch in batches] == [4] * 5
    assert sorted(place for batch in batches for place in batch) == sorted([*range(10), *range(10)])


def test_the_next_epoch_goes_on_where_the_last_one_ended():
    assert served(places(steps=5), epochs=2) == served(places(steps=10))


def test_a_place_keeps_its_color():
    features, colors = places()[2]
    np.testing.assert_array_equal(colors, 10 * features)


@pytest.mark.parametrize("batch_size", [None, 10, 99])
def test_without_a_batch_size_or_with_one_too_large_a_batch_is_all_there_is(batch_size):
    assert [sorted(batch) for batch in served(places(batch_size=batch_size, steps=2))] == [list(range(10))] * 2


def test_the_order_is_the_seed_s():
    assert served(places()) == served(places()) != served(places(seed=2))


def test_the_colors_of_all_places_come_once():
    assert sorted(places().colors.ravel()) == [10 * number for number in range(10)]
