"""The endless order of patches, and what a batch holds."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.training.batches import Endless, Patches, Photographs
from toys import ONES

COUNT = 10
NUMBERED = np.broadcast_to(np.arange(COUNT, dtype=np.uint8)[:, None, None, None], (COUNT, 8, 8, 1))


def patches(**changes):
    arguments = {"batch_size": 4, "value_range": "unit", "seed": 1} | changes
    return Patches(NUMBERED, 255 - NUMBERED, **arguments)


def drawn(data, *, epochs):
    """Return the numbers of the patches of some epochs, in their order."""
    levels = []
    for data.epoch in range(epochs):
        levels += [round(255 * float(value)) for step in range(len(data)) for value in data[step][0][:, 0, 0, 0]]
    return levels


def test_a_photograph_is_its_own_target_in_a_batch_of_one():
    photographs = Photographs([ONES, 2 * ONES[:, :2]])
    assert len(photographs) == 2
    batch, target = photographs[1]
    assert batch.shape == (1, 4, 2, 1)
    np.testing.assert_array_equal(batch, target)


def test_endless_data_goes_on_with_the_next_epoch_from_the_first_on():
    data = patches(steps=2)
    whole = [data[step][0] for data.epoch in range(4) for step in range(2)]
    np.testing.assert_array_equal([Endless(data, first=1)[step][0] for step in range(6)], whole[2:])


@pytest.mark.parametrize(("value_range", "total"), [("unit", 1), ("symmetric", 0)])
def test_inputs_and_targets_are_of_the_same_patches_in_the_value_range(value_range, total):
    inputs, targets = patches(value_range=value_range)[1]
    assert inputs.dtype == targets.dtype == np.float32
    assert inputs.shape == targets.shape == (4, 8, 8, 1)
    np.testing.assert_allclose(inputs + targets, total, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_epochs_of_any_length_take_the_same_endless_order(steps):
    assert drawn(patches(steps=steps), epochs=10 // steps) == drawn(patches(steps=10), epochs=1)


def test_every_pass_has_each_patch_once_in_an_order_of_its_own():
    order = drawn(patches(steps=5), epochs=1)
    assert sorted(order[:COUNT]) == sorted(order[COUNT:]) == list(range(COUNT))
    assert order[:COUNT] != order[COUNT:]


def test_another_seed_gives_another_order():
    assert drawn(patches(seed=2), epochs=1) != drawn(patches(), epochs=1)


def test_an_epoch_is_a_pass_rounded_down_by_default():
    assert [len(patches(batch_size=size)) for size in (4, 5, 16)] == [2, 2, 1]


def test_a_subset_is_all_that_is_drawn():
    assert set(drawn(patches(subset=[3, 7], batch_size=16), epochs=1)) == {3, 7}


def test_patches_are_read_from_a_file_batch_by_batch(tmp_path):
    np.save(tmp_path / "patches.npy", NUMBERED)
    mapped = np.load(tmp_path / "patches.npy", mmap_mode="r")
    data = Patches(mapped, mapped, batch_size=4, value_range="unit", seed=1)
    np.testing.assert_array_equal(data[0][0], patches()[0][0])


@pytest.mark.parametrize("subset", [[], None])
def test_no_patches_are_an_error_that_says_so(subset):
    with pytest.raises(ValueError, match="Received: 0 inputs, 0 targets, a subset of 0"):
        Patches(NUMBERED[:0], NUMBERED[:0], batch_size=1, value_range="unit", seed=1, subset=subset)


def test_a_conditioned_network_gets_the_conditions_of_each_patch():
    """Those of patch n are all n."""
    data = patches(conditions=np.repeat(np.arange(COUNT, dtype=np.float32)[:, None], 64, axis=1))
    (images, conditions), _ = data[0]
    assert conditions.shape == (4, 64)
    np.testing.assert_allclose(conditions[:, 0], 255 * images[:, 0, 0, 0], rtol=1e-6)


def test_fit_feeds_image_and_conditions_in_the_order_of_the_network_s_inputs():
    """A network that gives the mean of its conditions learns nothing; its loss is the error of that mean."""
    image, given = keras.Input((8, 8, 1)), keras.Input((64,), name="conditions")
    mean = keras.layers.GlobalAveragePooling1D()(keras.layers.Reshape((64, 1))(given))
    model = keras.Model([image, given], 0 * image + keras.layers.Reshape((1, 1, 1))(mean))
    conditions = np.full((COUNT, 64), 0.5, np.float32)
    data = Patches(
        NUMBERED, np.zeros_like(NUMBERED), batch_size=4, value_range="unit", seed=1, conditions=conditions
    )
    model.compile(loss="mse", jit_compile=False)
    assert model.evaluate(data, verbose=0) == pytest.approx(0.25)
