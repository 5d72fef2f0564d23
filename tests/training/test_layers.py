"""Shared blocks: what each computes, and what it is before training."""

import numpy as np
import pytest
from PIL import Image

from recon.training import runtime

# isort: split
import keras
import tensorflow as tf
from keras import ops

from recon.training import layers

WIDTH = 8
FEATURES = np.random.default_rng(0).normal(size=(2, 6, 10, WIDTH)).astype(np.float32)
CONDITION = np.random.default_rng(1).random((2, 5), np.float32)


def as_model(block, width=WIDTH):
    """Return a model of the features alone; the same random weights on each call."""
    keras.utils.set_random_seed(1)
    x = keras.Input((None, None, width))
    return keras.Model(x, block(x))


def with_condition(block):
    """Return a model of the features and a condition."""
    keras.utils.set_random_seed(1)
    x, condition = keras.Input((None, None, WIDTH)), keras.Input((CONDITION.shape[-1],))
    return keras.Model([x, condition], block(x, condition))


def of_type(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("factor", [2, 4, 8])
def test_pixels_become_channels_row_by_row_and_come_back(factor, channels):
    image = np.arange(2 * 16 * 24 * channels, dtype=np.float32).reshape(2, 16, 24, channels)
    planes = np.asarray(ops.space_to_depth(image, factor))
    offsets = [(row, column) for row in range(factor) for column in range(factor)]
    by_hand = [image[:, row::factor, column::factor] for row, column in offsets]
    np.testing.assert_array_equal(planes, np.concatenate(by_hand, axis=-1))
    np.testing.assert_array_equal(ops.depth_to_space(planes, factor), image)


def test_normalization_takes_the_place_of_the_bias():
    for normalization, use_bias in (("none", True), ("batch", False)):
        model = as_model(lambda x, n=normalization: layers.convolution(x, 4, 3, activation=None, normalization=n))
        assert of_type(model, keras.layers.Conv2D)[0].use_bias == use_bias
        assert len(of_type(model, keras.layers.BatchNormalization)) == (not use_bias)


def test_normalized_features_have_mean_0_and_variance_1_in_training():
    """But for Keras' epsilon of 0.001 beside a variance of about 1."""
    model = as_model(lambda x: layers.convolution(x, 4, 3, activation=None, normalization="batch"))
    y = np.asarray(model(FEATURES, training=True))
    np.testing.assert_allclose(y.mean((0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(y.var((0, 1, 2)), 1, atol=0.01)


def test_dropout_zeroes_whole_channels_and_scales_the_others_in_training_only():
    model = as_model(lambda x: layers.convolution(x, 64, 3, activation="tanh", dropout=0.25))
    kept, trained = np.asarray(model(FEATURES)), np.asarray(model(FEATURES, training=True))
    dropped = np.all(trained == 0, axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(trained, np.where(dropped, 0, kept / 0.75), rtol=1e-5)
    assert 0 < np.count_nonzero(dropped) < dropped.size


@pytest.mark.parametrize("attention", ["none", "channel", "spatial"])
def test_a_residual_block_without_weights_is_the_identity(attention):
    model = as_model(lambda x: layers.residual_block(x, activation="relu", attention=attention))
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    np.testing.assert_array_equal(model(FEATURES), FEATURES)


def test_a_residual_block_is_its_input_plus_two_convolutions():
    model = as_model(lambda x: layers.residual_block(x, activation="relu"))
    first, second = of_type(model, keras.layers.Conv2D)
    np.testing.assert_array_equal(model(FEATURES), FEATURES + second(ops.relu(first(FEATURES))))


@pytest.mark.parametrize(("attention", "constant_over"), [("channel", (1, 2)), ("spatial", (3,))])
def test_a_gate_is_between_0_and_1_and_one_per_channel_or_per_position(attention, constant_over):
    positive = np.abs(FEATURES) + 1
    gate = as_model(lambda x: layers.attend(x, attention))(positive) / positive
    assert np.all((gate > 0) & (gate < 1))
    np.testing.assert_allclose(np.ptp(gate, axis=constant_over), 0, atol=1e-6)
    assert np.ptp(gate) > 1e-3


def test_a_condition_changes_nothing_before_training():
    model = with_condition(layers.modulate)
    np.testing.assert_array_equal(model((FEATURES, CONDITION)), FEATURES)


def test_a_condition_scales_and_shifts_each_channel():
    model = with_condition(layers.modulate)
    random = np.random.default_rng(2)
    model.set_weights([random.normal(size=weights.shape) for weights in model.get_weights()])
    scale, shift = (layer(CONDITION)[:, None, None] for layer in of_type(model, keras.layers.Dense))
    np.testing.assert_allclose(model((FEATURES, CONDITION)), FEATURES * scale + shift, rtol=1e-5, atol=1e-5)


def test_a_block_is_modulated_before_its_activation():
    """A shift far below every response silences a ReLU; after it, the shift would remain."""
    model = with_condition(lambda x, c: layers.residual_block(x, activation="relu", condition=c))
    _, shift = of_type(model, keras.layers.Dense)
    shift.bias.assign(np.full(WIDTH, -1e3))
    np.testing.assert_array_equal(model((FEATURES, CONDITION)), FEATURES)


@pytest.mark.parametrize("channels", [1, 3])
def test_conditions_are_seen_as_values_of_at_least_0_whatever_their_number(channels):
    conditions = layers.input_conditions(channels)
    model = keras.Model(conditions, layers.embed_conditions(conditions))
    values = model(np.random.default_rng(3).random((3, *conditions.shape[1:]), np.float32))
    assert values.shape == (3, layers.CONDITION_UNITS)
    assert np.min(values) >= 0 < np.max(values)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_a_block_bias_is_repeated_over_the_blocks_of_8_x_8_pixels(factor):
    model, places = as_model(layers.BlockBias(factor), width=3), 8 // factor
    features = np.random.default_rng(4).random((2, 2 * places, 3 * places, 3), np.float32)
    np.testing.assert_array_equal(model(features), features)
    biases = np.random.default_rng(5).random((places, places, 3), np.float32)
    model.set_weights([biases])
    np.testing.assert_array_equal(model(features), features + np.tile(biases, (2, 3, 1)))


def test_a_block_bias_takes_whole_blocks_only():
    with pytest.raises(tf.errors.InvalidArgumentError):
        as_model(layers.BlockBias(2), width=3)(np.zeros((1, 6, 4, 3), np.float32))


def test_a_reconstruction_starts_at_its_base_or_without_skip_at_random():
    base = FEATURES[..., :3]
    for skip in (True, False):
        model = as_model(lambda x, s=skip: layers.reconstruct(x[..., :3], x, kernel_size=5, skip=s))
        assert np.array_equal(model(FEATURES), base) == skip
        assert of_type(model, keras.layers.Conv2D)[0].kernel.shape == (5, 5, WIDTH, 3)


def test_luma_and_chroma_are_those_of_jpeg():
    """As Pillow converts, but for its rounding to 8 bits and its chroma about 128."""
    rgb = np.random.default_rng(2).integers(0, 256, (1, 6, 10, 3), np.uint8)
    expected = np.asarray(Image.fromarray(rgb[0]).convert("YCbCr"), np.float32) - [0, 128, 128]
    converted = np.asarray(as_model(layers.to_ycbcr, width=3)(rgb.astype(np.float32)))[0]
    np.testing.assert_allclose(converted, expected, atol=1.001)


def test_colors_come_back_from_luma_and_chroma():
    """To 1e-5: some roundings of float32 at values of about 1."""
    colors = FEATURES[..., :3]
    back = as_model(lambda x: layers.to_rgb(layers.to_ycbcr(x)), width=3)
    np.testing.assert_allclose(back(colors), colors, atol=1e-5)
    assert back.trainable_weights == []
