"""Blocks that several networks share: functions from features (batch, rows, columns, channels) to such features.

    x --+-- conv 3x3 -- [batch norm] -- [scale, shift] -- activation -- [dropout] -- conv 3x3 -- [gate] --+-- x'
        +-------------------------------------------------------------------------------------------------+
                                                             residual_block, with all that it may hold

- Batch normalization (Ioffe and Szegedy, ICML 2015) follows a convolution, whose bias it makes superfluous.
- A condition scales and shifts each channel (FiLM: Perez et al., AAAI 2018) before the activation: there the
  shift sets which responses pass at all, and the coarser the quantizer, the larger one must be to mean anything.
- Attention gates the branch, not the sum: what the block adds is weighed, its input passes untouched. A gate is
  per channel, from the mean over the whole image (squeeze and excitation: Hu et al., CVPR 2018), or per position,
  from the mean and the largest value over the channels (the spatial half of CBAM: Woo et al., ECCV 2018).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

import keras
from keras import layers, ops

from recon.core.colors import TO_RGB, TO_YCC

# What a residual block adds is small at first, so that a chain of them begins near the identity and stands a
# higher learning rate (Zhang et al., "Fixup Initialization", ICLR 2019).
BRANCH_VARIANCE = 0.05
CONDITION_UNITS = 32

Normalization = Literal["none", "batch"]
Attention = Literal["none", "channel", "spatial"]


def convolution(
    x: keras.KerasTensor,
    filters: int,
    kernel_size: int,
    *,
    activation: str | None,
    normalization: Normalization = "none",
    dropout: float = 0.0,
    condition: keras.KerasTensor | None = None,
    kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
) -> keras.KerasTensor:
    """Return a convolution of `x`, then what is asked for: normalization, modulation, activation, dropout.

    Args:
        x: features (batch, rows, columns, channels).
        filters: channels of the result; its rows and columns are those of `x`.
        kernel_size: rows and columns of the kernel.
        activation: its name in Keras; None for a linear result.
        normalization: "batch" or "none".
        dropout: the share of the channels that training zeroes; whole channels, since neighbors in an image are
            too alike for single dropped values to matter (Tompson et al., CVPR 2015).
        condition: (batch, units), see `modulate`.
        kernel_initializer: "he_normal" keeps the scale of the values through a long chain of ReLUs (He et al.,
            ICCV 2015); the default lets each block of a residual network add less than what it is given.
    """
    x = layers.Conv2D(
        filters,
        kernel_size,
        padding="same",
        use_bias=normalization == "none",
        kernel_initializer=kernel_initializer,
    )(x)
    if normalization == "batch":
        # A run may be a few hundred steps: the moving averages must settle sooner than Keras' 0.99 does.
        x = layers.BatchNormalization(momentum=0.9)(x)
    if condition is not None:
        x = modulate(x, condition)
    if activation is not None:
        x = layers.Activation(activation)(x)
    return layers.SpatialDropout2D(dropout)(x) if dropout else x


def residual_block(
    x: keras.KerasTensor,
    *,
    activation: str,
    normalization: Normalization = "none",
    dropout: float = 0.0,
    attention: Attention = "none",
    condition: keras.KerasTensor | None = None,
) -> keras.KerasTensor:
    """Return `x` plus two 3x3 convolutions of it, as drawn above; no activation after the sum, as in EDSR.

    Lim et al., "Enhanced Deep Residual Networks for Single Image Super-Resolution", CVPR workshops 2017.
    """
    width = x.shape[-1]
    y = convolution(
        x, width, 3, activation=activation, normalization=normalization, dropout=dropout, condition=condition
    )
    small = keras.initializers.VarianceScaling(BRANCH_VARIANCE, "fan_in")
    y = convolution(y, width, 3, activation=None, normalization=normalization, kernel_initializer=small)
    return layers.Add()([x, attend(y, attention)])


def attend(x: keras.KerasTensor, attention: Attention) -> keras.KerasTensor:
    """Return `x` times a gate between 0 and 1: one value per channel, or per position, or no gate."""
    if attention == "none":
        return x
    gate = {"channel": _channel_gate, "spatial": _spatial_gate}[attention](x)
    return layers.Multiply()([x, gate])


def _channel_gate(x: keras.KerasTensor) -> keras.KerasTensor:
    """Return (batch, 1, 1, channels). A mean over a whole image is steadier than that over a training patch."""
    width = x.shape[-1]
    mean = layers.GlobalAveragePooling2D(keepdims=True)(x)
    squeezed = layers.Dense(max(width // 4, 1), activation="relu")(mean)
    return layers.Dense(width, activation="sigmoid")(squeezed)


def _spatial_gate(x: keras.KerasTensor) -> keras.KerasTensor:
    """Return (batch, rows, columns, 1)."""
    both = ops.concatenate([ops.mean(x, axis=-1, keepdims=True), ops.max(x, axis=-1, keepdims=True)], axis=-1)
    return layers.Conv2D(1, 7, padding="same", activation="sigmoid")(both)


def input_conditions(channels: int) -> keras.KerasTensor:
    """Return the input `conditions`, which tells a network of `channels` (1 or 3) of the JPEG file: (batch, C).

    C is 64, logarithms of the steps of luma; or 130, with those of chroma and of the size of a chroma sample.
    """
    return keras.Input((64 if channels == 1 else 130,), name="conditions")


def embed_conditions(conditions: keras.KerasTensor) -> keras.KerasTensor:
    """Return (batch, CONDITION_UNITS), of at least 0: a dense layer's view of the conditions (batch, C)."""
    return layers.Dense(CONDITION_UNITS, activation="relu")(conditions)


def modulate(x: keras.KerasTensor, condition: keras.KerasTensor) -> keras.KerasTensor:
    """Return each channel of `x` times a scale plus a shift, both linear in `condition` (batch, units).

    At initialization the scale is 1 and the shift 0 whatever the condition.
    """
    width = x.shape[-1]
    scale = layers.Dense(width, kernel_initializer="zeros", bias_initializer="ones")(condition)
    shift = layers.Dense(width, kernel_initializer="zeros")(condition)
    per_channel = layers.Reshape((1, 1, width))
    return x * per_channel(scale) + per_channel(shift)


def last_convolution(
    x: keras.KerasTensor, channels: int, *, kernel_size: int = 3, skip: bool = True
) -> keras.KerasTensor:
    """Return the last convolution of the features `x`: what `skip` adds to the image, or without it the image.

    A correction is zero at first: training starts from the degraded image itself, and can only be led away from it
    by a gain. Without `skip` the convolution, random at first, has to give the whole image.
    """
    initializer = "zeros" if skip else "glorot_uniform"
    return layers.Conv2D(channels, kernel_size, padding="same", kernel_initializer=initializer)(x)


def reconstruct(
    base: keras.KerasTensor, x: keras.KerasTensor, *, kernel_size: int = 3, skip: bool = True
) -> keras.KerasTensor:
    """Return `base`, the degraded image, plus what the features `x` give for it (see `last_convolution`)."""
    y = last_convolution(x, base.shape[-1], kernel_size=kernel_size, skip=skip)
    return layers.Add()([base, y]) if skip else y


@keras.saving.register_keras_serializable("recon")
class BlockBias(layers.Layer):
    """Adds a learned bias for each place in JPEG's 8x8 block, and each channel, to features of `factor` pixels.

    A convolution cannot tell where in a block it is, and artifacts differ from the edge of a block to its middle.
    Rows and columns must be multiples of 8 / `factor`, and the picture must begin with a block.
    """

    def __init__(self, factor: int, **options: Any) -> None:
        super().__init__(**options)
        self._factor = factor

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the biases, zero at first, for features (batch, rows, columns, channels)."""
        places = 8 // self._factor
        self._biases = self.add_weight(shape=(places, places, shape[-1]), initializer="zeros", name="biases")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return the features `x` plus the biases."""
        places, _, width = self._biases.shape
        _, rows, columns, _ = ops.shape(x)
        blocks = ops.reshape(x, (-1, rows // places, places, columns // places, places, width))
        return ops.reshape(blocks + self._biases[:, None], (-1, rows, columns, width))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `shape`."""
        return shape

    def get_config(self) -> dict[str, Any]:
        """Return what makes the layer again."""
        return super().get_config() | {"factor": self._factor}


def to_ycbcr(rgb: keras.KerasTensor) -> keras.KerasTensor:
    """Return JPEG's luma and chroma (JFIF, chroma about 0) of (batch, rows, columns, 3): fixed weights.

    JPEG damages luma and chroma apart, and chroma is small: in R, G and B a network sees little of it.
    """
    return _fixed(rgb, TO_YCC)


def to_rgb(ycbcr: keras.KerasTensor) -> keras.KerasTensor:
    """Return the inverse of `to_ycbcr`."""
    return _fixed(ycbcr, TO_RGB)


def _fixed(x: keras.KerasTensor, matrix: list[list[float]]) -> keras.KerasTensor:
    kernel = keras.initializers.Constant([[list(column) for column in zip(*matrix, strict=True)]])
    return layers.Conv2D(3, 1, use_bias=False, kernel_initializer=kernel, trainable=False)(x)


def dense_shapes(*units: int) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the kernels and biases of dense layers, each from so many units to the next."""
    for ends in pairwise(units):
        yield from (ends, ends[1:])
