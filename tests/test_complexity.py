"""Multiply-adds and parameters by hand: kernel height x width x channels in x out x where it is applied."""

import pytest

from recon import runtime  # noqa: F401  (it configures what follows)

# isort: split
import keras
from keras import layers

from recon import complexity
from recon.methods import autoencoder


def macs(shape, *steps):
    return complexity.macs(keras.Sequential([keras.Input(shape), *steps]))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (layers.Conv2D(5, 3, padding="same"), 8 * 12 * (3 * 3 * 2 * 5)),
        (layers.Conv2D(5, 3, padding="valid"), 6 * 10 * (3 * 3 * 2 * 5)),
        (layers.Conv2D(5, 4, strides=4), 2 * 3 * (4 * 4 * 2 * 5)),
        (layers.Conv2D(6, 3, padding="same", groups=2), 8 * 12 * (3 * 3 * 1 * 6)),
        (layers.Conv2DTranspose(5, 2, strides=2), 8 * 12 * (2 * 2 * 2 * 5)),
        (layers.Dense(5), 8 * 12 * (2 * 5)),
        (layers.MaxPooling2D(2), 0),
        (layers.ReLU(), 0),
    ],
)
def test_a_layer_on_8_rows_12_columns_and_2_channels(layer, expected):
    assert macs((8, 12, 2), layer) == expected


def test_a_dense_layer_on_a_vector():
    assert macs((10,), layers.Dense(7)) == 10 * 7


def test_biases_and_activations_are_left_out():
    assert macs((8, 8, 2), layers.Conv2D(5, 1, use_bias=True, activation="relu")) == 8 * 8 * 2 * 5


def test_models_within_models_are_counted():
    inner = keras.Sequential([keras.Input((8, 8, 2)), layers.Conv2D(3, 1)])
    assert macs((8, 8, 2), inner, layers.Conv2D(4, 1)) == 8 * 8 * (2 * 3 + 3 * 4)


def test_the_64_32_16_network_by_hand():
    """Each pooling leaves a quarter of the positions, each upsampling gives four times as many."""
    analysis = [(3, 64, 1), (64, 32, 4), (32, 16, 16)]  # channels in, out, image pixels for each position
    synthesis = [(16, 16, 64), (16, 32, 16), (32, 64, 4), (64, 3, 1)]
    about = autoencoder.describe("conv_autoencoder", {}, channels=3)
    assert about == {
        "num_params": sum(9 * i * o + o for i, o, _ in analysis + synthesis),
        "macs_per_pixel": sum(9 * i * o / pixels for i, o, pixels in analysis + synthesis),
        "decoder_bytes": 4 * sum(9 * i * o + o for i, o, _ in synthesis),
    }
    assert (about["num_params"], about["macs_per_pixel"]) == (52_067, 13_284)


def test_the_residual_network_by_hand():
    """With width 6, 1 block and 2 latents: kernel area, channels in, out, image pixels for each position."""
    block = [(9, 6, 6, 16)] * 2
    analysis = [(16, 3, 6, 16), *block, (9, 6, 2, 64)]
    synthesis = [(4, 2, 6, 64), *block, (16, 6, 3, 16)]  # a transposed convolution is applied at its inputs
    settings = {"width": 6, "blocks": 1, "latents": 2}
    assert autoencoder.describe("residual_autoencoder", settings, channels=3) == {
        "num_params": sum(k * i * o + o for k, i, o, _ in analysis + synthesis),
        "macs_per_pixel": sum(k * i * o / pixels for k, i, o, pixels in analysis + synthesis),
        "decoder_bytes": 4 * sum(k * i * o + o for k, i, o, _ in synthesis),
    }
