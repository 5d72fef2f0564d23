"""The coordinate MLP: from the input features of a pixel to its color.

    features (F) -- dense, W, ReLU -- ... N layers ... -- dense, W, ReLU -- dense, sigmoid -- color (1 or 3)

Tancik et al., "Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional Domains", NeurIPS
2020. Their "depth 4" counts the last layer too: here 3 hidden ones. Colors in [0, 1].
"""

from collections.abc import Iterator

import keras
from keras import layers

from recon.training.layers import dense_shapes


def build(
    *,
    features: int,
    channels: int,
    width: int = 256,
    depth: int = 3,
    activation: str = "relu",
    output_activation: str = "sigmoid",
) -> keras.Model:
    """Return the network from (batch, features) to (batch, channels).

    Args:
        features: input features of a pixel, from the mapping (F); 2 without one.
        channels: 1 or 3.
        width: units of each hidden layer (W).
        depth: hidden layers (N).
        activation: of the hidden layers.
        output_activation: of the last one; it decides which value range can be reached.
    """
    steps = [keras.Input((features,), name="features")]
    steps += [layers.Dense(width, activation=activation, kernel_initializer="he_normal") for _ in range(depth)]
    steps.append(layers.Dense(channels, activation=output_activation))
    return keras.Sequential(steps, name="mlp")


def shapes(*, features: int, channels: int, width: int, depth: int, **_: object) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights that `build` makes, in their order."""
    yield from dense_shapes(features, *[width] * depth, channels)
