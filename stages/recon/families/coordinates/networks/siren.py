"""SIREN: a coordinate MLP whose activation is a sine, so that it needs no mapping.

    pixel (2) -- to [-1, 1] -- sin(w0 (dense, W)) -- ... N layers -- sin(w (dense, W)) -- dense -- color (1 or 3)

Sitzmann et al., "Implicit Neural Representations with Periodic Activation Functions", NeurIPS 2020. Weights are
drawn uniformly: within 1 / inputs in the first layer, within sqrt(6 / inputs) / w in the others, so that the
argument of every sine but the first has a spread of about 1 whatever the depth. The output is linear.
"""

from collections.abc import Iterator

import keras
from keras import layers, ops

from recon.training.layers import dense_shapes


def build(
    *,
    features: int,
    channels: int,
    width: int = 256,
    depth: int = 3,
    first_frequency: float = 30.0,
    frequency: float = 30.0,
) -> keras.Model:
    """Return the network from (batch, features) to (batch, channels).

    Args:
        features: input features of a pixel: 2, in [0, 1], without a mapping.
        channels: 1 or 3.
        width: units of each hidden layer (W).
        depth: hidden layers (N).
        first_frequency: factor before the first sine (w0): how fast a color may change over the image.
        frequency: factor before the others (w): how fast they learn.
    """
    inputs = keras.Input((features,), name="features")
    centered = 2 * inputs - 1 if features == 2 else inputs  # Fourier features are in [-1, 1] already
    x = ops.sin(first_frequency * _dense(centered, width, 1 / features))
    for _ in range(depth - 1):
        x = ops.sin(frequency * _dense(x, width, (6 / width) ** 0.5 / frequency))
    return keras.Model(inputs, _dense(x, channels, (6 / width) ** 0.5 / frequency), name="siren")


def shapes(*, features: int, channels: int, width: int, depth: int, **_: object) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights that `build` makes, in their order."""
    yield from dense_shapes(features, *[width] * depth, channels)


def _dense(x: keras.KerasTensor, units: int, bound: float) -> keras.KerasTensor:
    uniform = keras.initializers.RandomUniform(-bound, bound)
    return layers.Dense(units, kernel_initializer=uniform)(x)
