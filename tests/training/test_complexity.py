"""Multiply-adds and parameters by hand: kernel height x width x channels in x out x where it is applied."""

import pytest

from recon.training import runtime

# isort: split
import keras
from keras import layers, ops

from recon.core import rooms
from recon.core.errors import UserError
from recon.training import complexity


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
        (layers.Conv2DTranspose(5, 3, strides=2, padding="same"), 8 * 12 * (3 * 3 * 2 * 5)),
        (layers.DepthwiseConv2D(3, padding="same"), 8 * 12 * (3 * 3 * 2)),
        (layers.DepthwiseConv2D(3, strides=2, depth_multiplier=4, padding="same"), 4 * 6 * (3 * 3 * 2 * 4)),
        (layers.SeparableConv2D(5, 3, padding="same"), 8 * 12 * (3 * 3 * 2 + 2 * 5)),
        (layers.Conv2D(5, 3, dilation_rate=2, padding="same"), 8 * 12 * (3 * 3 * 2 * 5)),
        (layers.Dense(5), 8 * 12 * (2 * 5)),
        (layers.EinsumDense("brci,ij->brcj", output_shape=(8, 12, 5)), 8 * 12 * (2 * 5)),
        (layers.EinsumDense("...i,ij->...j", output_shape=(5,)), 8 * 12 * (2 * 5)),
        (layers.MaxPooling2D(2), 0),
        (layers.ReLU(), 0),
        (layers.BatchNormalization(), 0),
    ],
)
def test_a_layer_on_8_rows_12_columns_and_2_channels(layer, expected):
    assert macs((8, 12, 2), layer) == expected


@pytest.mark.parametrize("heads", [1, 2])
def test_attention_among_96_positions_by_hand(heads):
    """Queries, keys, values and output, each by 2 x 3 per head; then every position with every other, twice."""
    image = keras.Input((96, 2))
    attended = layers.MultiHeadAttention(heads, key_dim=3)(image, image)
    assert complexity.macs(keras.Model(image, attended)) == heads * (4 * 96 * 2 * 3 + 2 * 96 * 96 * 3)


def test_attention_without_weights_of_its_own_is_counted_too():
    query, value = keras.Input((10, 4)), keras.Input((7, 4))
    attended = layers.Attention()([query, value])
    assert complexity.macs(keras.Model([query, value], attended)) == 2 * 10 * 7 * 4


def test_convolutions_of_one_and_three_axes():
    assert macs((12, 2), layers.Conv1D(5, 3, padding="same")) == 12 * (3 * 2 * 5)
    assert macs((4, 8, 12, 2), layers.Conv3D(5, 3, padding="same")) == 4 * 8 * 12 * (27 * 2 * 5)


def test_a_layer_of_one_s_own_is_counted_by_what_it_does():
    class Mixed(layers.Layer):
        def build(self, shape):
            self.matrix = self.add_weight(shape=(shape[-1], 7))

        def call(self, x):
            return keras.ops.matmul(x, self.matrix)

    assert macs((8, 12, 2), Mixed()) == 8 * 12 * 2 * 7


def test_a_layer_that_is_used_twice_counts_twice():
    image, shared = keras.Input((8, 8, 2)), layers.Conv2D(2, 1)
    assert complexity.macs(keras.Model(image, shared(shared(image)))) == 2 * 8 * 8 * 2 * 2


def test_a_recurrent_layer_is_counted_where_it_is_unrolled_and_else_refused_in_one_line():
    """Four gates of 3 units, each from 2 inputs and 3 units, in 5 steps."""
    assert macs((5, 2), layers.LSTM(3, unroll=True)) == 5 * 4 * (2 * 3 + 3 * 3)
    with pytest.raises(UserError, match=r"network .*: the multiply-adds of its loop .* cannot be counted; unroll"):
        macs((5, 2), layers.LSTM(3))


def test_a_dense_layer_on_a_vector():
    assert macs((10,), layers.Dense(7)) == 10 * 7


def test_biases_and_activations_are_left_out():
    assert macs((8, 8, 2), layers.Conv2D(5, 1, use_bias=True, activation="relu")) == 8 * 8 * 2 * 5


def test_models_within_models_are_counted():
    inner = keras.Sequential([keras.Input((8, 8, 2)), layers.Conv2D(3, 1)])
    assert macs((8, 8, 2), inner, layers.Conv2D(4, 1)) == 8 * 8 * (2 * 3 + 3 * 4)


def costs(net, channels=1, **settings):
    """Return parameters, and multiply-adds per pixel of a 64 x 64 image."""
    model = rooms.load("networks", net).build(image_shape=(64, 64, channels), **settings)
    return model.count_params(), complexity.macs(model) / 64**2


@pytest.mark.parametrize("skip", [True, False])
def test_arcnn_has_the_published_number_of_weights(skip):
    """Dong et al., ICCV 2015: 9-7-1-5 kernels, 64-32-16-1 filters; all are applied at each pixel."""
    weights = 9**2 * 64 + 7**2 * 64 * 32 + 32 * 16 + 5**2 * 16
    assert weights == 106_448
    assert costs("arcnn", skip=skip) == (weights + 64 + 32 + 16 + 1, weights)


def test_dncnn_has_the_published_number_of_multiply_adds():
    """Zhang et al., TIP 2017: 20 layers of 64 channels; trained normalization folds into the convolutions."""
    weights = 9 * (64 + 18 * 64 * 64 + 64)
    assert weights == 664_704
    assert costs("deep_conv", depth=20, width=64) == (weights + 19 * 64 + 1, weights)


def test_batch_normalization_trades_a_bias_for_four_numbers_per_channel():
    plain, macs_per_pixel = costs("deep_conv", depth=5, width=8)
    assert costs("deep_conv", depth=5, width=8, normalization="batch") == (plain + 3 * 8 * (4 - 1), macs_per_pixel)


@pytest.mark.parametrize(("channels", "factor"), [(1, 2), (3, 2), (1, 4)])
def test_the_space_to_depth_network_by_hand(channels, factor):
    """With width 6 and 2 blocks, all of it at one resolution: channels in and out of each 3x3 convolution."""
    planes = channels * factor**2
    steps = [(planes, 6), *[(6, 6)] * 4, (6, planes)]
    color = 2 * 3 * 3 if channels == 3 else 0  # to luma and chroma, and back, at each pixel
    assert costs("space_to_depth", channels, factor=factor, width=6, blocks=2) == (
        sum(9 * i * o + o for i, o in steps) + color,
        sum(9 * i * o for i, o in steps) / factor**2 + color,
    )


@pytest.mark.parametrize(
    ("settings", "params", "macs_per_image"),
    [
        # For each of 2 blocks: 8 channels to 2 to 8, for the image's means.
        ({"attention": "channel"}, 2 * (8 * 2 + 2 + 2 * 8 + 8), 2 * (8 * 2 + 2 * 8)),
        # A 7x7 convolution from 2 channels to 1, at 32 x 32 positions.
        ({"attention": "spatial"}, 2 * (49 * 2 + 1), 2 * 49 * 2 * 32**2),
        # The table to 32 units, and in each block those to 8 scales and 8 shifts.
        ({"conditioned": True}, 64 * 32 + 32 + 2 * 2 * (32 * 8 + 8), 64 * 32 + 2 * 2 * 32 * 8),
    ],
)
def test_what_attention_and_condition_add_by_hand(settings, params, macs_per_image):
    plain = {"width": 8, "blocks": 2}
    without, macs_without = costs("space_to_depth", **plain)
    with_it, macs_with = costs("space_to_depth", **plain, **settings)
    assert (with_it - without, (macs_with - macs_without) * 64**2) == (params, macs_per_image)


@pytest.mark.parametrize("skip", [True, False])
def test_the_u_net_of_one_level_by_hand(skip):
    """With width 4: kernel area, channels in, out, image pixels for each position."""
    fine, coarse = [(9, 4, 4, 1)], [(4, 4, 8, 4), (9, 8, 8, 4), (9, 8, 8, 4), (4, 8, 4, 4)]
    steps = [(9, 1, 4, 1), *fine, *coarse, *fine, *fine, (9, 4, 1, 1)]
    assert costs("unet", width=4, levels=1, skip=skip) == (
        sum(k * i * o + o for k, i, o, _ in steps),
        sum(k * i * o / pixels for k, i, o, pixels in steps),
    )


def test_the_dense_latent_by_hand():
    """With filters 4 and 8, 10 latents and patches of 64 x 64: per image."""
    convolutions = [(1, 4, 32**2), (4, 8, 16**2), (8, 4, 16**2), (4, 1, 32**2)]
    dense = [(16**2 * 8, 10), (10, 16**2 * 8)]
    params, macs_per_pixel = costs("dense_latent", filters=(4, 8), latents=10)
    assert params == sum(16 * i * o + o for i, o, _ in convolutions) + sum(i * o + o for i, o in dense)
    assert macs_per_pixel * 64**2 == sum(16 * i * o * at for i, o, at in convolutions) + sum(
        i * o for i, o in dense
    )


class Branching(layers.Layer):
    """Multiplies in one of two branches, by what the input holds."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], shape[-1]))

    def call(self, inputs):
        return ops.cond(ops.sum(inputs) > 0, lambda: inputs @ self.kernel, lambda: inputs)


def test_products_in_branches_are_refused():
    with pytest.raises(
        UserError, match=r"the multiply-adds of its branches .* cannot be counted; take one of them"
    ):
        macs((4,), Branching())


def test_a_product_of_any_size_is_refused():
    with pytest.raises(UserError, match=r"the multiply-adds of its product .* cannot be counted; give it a fixed"):
        macs((None, None, 2), layers.Conv2D(5, 3))
