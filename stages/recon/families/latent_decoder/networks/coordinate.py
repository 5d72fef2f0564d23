"""A decoder from a code and the position of a pixel, as Fourier features, to its color.

    code (K) -------------------- dense, W --+
                                             +-- ReLU -- dense, W, ReLU -- ... N layers ... -- dense -- pixel
    row, column -- features (4F) -- dense, W --+

The features are sines and cosines of 1, 2, 4, ... 2^(F-1) half cycles along each side. Park et al., "DeepSDF:
Learning Continuous Signed Distance Functions for Shape Representation", CVPR 2019, with the positional encoding of
Mildenhall et al., "NeRF", ECCV 2020.
"""

from math import pi

import keras
from keras import layers, ops


def build(
    *,
    latents: int,
    image_shape: tuple[int, int, int],
    width: int = 64,
    depth: int = 3,
    octaves: int = 5,
    activation: str = "relu",
    output_activation: str = "sigmoid",
) -> keras.Model:
    """Return the decoder from (batch, latents) to (batch, rows, columns, channels).

    Args:
        latents: values of a code (K).
        image_shape: rows, columns, channels.
        width: units of each hidden layer (W).
        depth: hidden layers (N).
        octaves: frequencies along each side (F).
        activation: of the hidden layers.
        output_activation: of each pixel; it decides which value range can be reached.
    """
    code = keras.Input((latents,))
    places = Places(image_shape[0], image_shape[1], octaves)(code)
    x = layers.Add()([layers.Dense(width)(places), layers.Reshape((1, width))(layers.Dense(width)(code))])
    x = layers.Activation(activation)(x)
    for _ in range(depth - 1):
        x = layers.Dense(width, activation=activation, kernel_initializer="he_normal")(x)
    x = layers.Dense(image_shape[-1], activation=output_activation)(x)
    return keras.Model(code, layers.Reshape(image_shape)(x), name="coordinate_decoder")


class Places(layers.Layer):
    """Returns the features of all pixel positions, (1, rows x columns, 4 octaves), whatever its input."""

    def __init__(self, rows: int, columns: int, octaves: int, **layer: object) -> None:
        super().__init__(**layer)
        centers = [(ops.arange(side, dtype="float32") + 0.5) / side for side in (rows, columns)]
        places = ops.meshgrid(*centers, indexing="ij")
        angles = [pi * 2.0**octave * place for octave in range(octaves) for place in places]
        waves = [wave(angle) for angle in angles for wave in (ops.sin, ops.cos)]
        self._features = ops.reshape(ops.stack(waves, axis=-1), (1, rows * columns, len(waves)))

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the features."""
        return self._features

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int, ...]:
        """Return their shape."""
        return self._features.shape
