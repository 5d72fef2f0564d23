"""A multilayer perceptron as decoder, beside a linear path.

    code (K) --+-- dense, W, ReLU -- ... N layers ... -- dense --+-- image (R, C, channels)
               +------------------- dense ----------------------+

The linear path (`skip`) begins with the principal components if `start` is pca; the other path begins with zeros
and learns the rest.
"""

from math import prod

import keras
from keras import layers


def build(
    *,
    latents: int,
    image_shape: tuple[int, int, int],
    width: int = 128,
    depth: int = 2,
    activation: str = "relu",
    output_activation: str = "linear",
    skip: bool = True,
) -> keras.Model:
    """Return the decoder from (batch, latents) to (batch, rows, columns, channels).

    Args:
        latents: values of a code (K).
        image_shape: rows, columns, channels.
        width: units of each hidden layer (W).
        depth: hidden layers (N).
        activation: of the hidden layers.
        output_activation: of each pixel; it decides which value range can be reached.
        skip: whether there is a linear path.
    """
    code = keras.Input((latents,))
    x = code
    for _ in range(depth):
        x = layers.Dense(width, activation=activation, kernel_initializer="he_normal")(x)
    pixels = prod(image_shape)
    if skip:
        straight = layers.Dense(pixels, name="linear")(code)
        x = layers.Add()([straight, layers.Dense(pixels, kernel_initializer="zeros")(x)])
    else:
        x = layers.Dense(pixels)(x)
    x = layers.Activation(output_activation)(x)
    return keras.Model(code, layers.Reshape(image_shape)(x), name="mlp_decoder")
