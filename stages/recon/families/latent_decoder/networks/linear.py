"""The simplest decoder: every pixel is a weighted sum of the latents.

    code (K) -- dense -- sigmoid -- image (R, C, channels)

Without the sigmoid it cannot beat the principal components of the images (Eckart and Young, "The
approximation of one matrix by another of lower rank", Psychometrika 1936).
"""

from math import prod

import keras
from keras import layers


def build(*, latents: int, image_shape: tuple[int, int, int], output_activation: str = "sigmoid") -> keras.Model:
    """Return the decoder from (batch, latents) to (batch, rows, columns, channels).

    Args:
        latents: values of a code (K).
        image_shape: rows, columns, channels.
        output_activation: of each pixel; it decides which value range can be reached.
    """
    code = keras.Input((latents,))
    x = layers.Dense(prod(image_shape), activation=output_activation, name="linear")(code)
    return keras.Model(code, layers.Reshape(image_shape)(x), name="linear_decoder")
