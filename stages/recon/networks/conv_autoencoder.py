"""The 64/32/16 convolutional autoencoder: max-pooling down, nearest-neighbor upsampling back.

    image (R, C, 3)                                              image (R, C, 3)
      | conv 3x3, 64, ReLU; max-pool 2                             ^ conv 3x3, 3, ReLU
      | conv 3x3, 32, ReLU; max-pool 2                             | conv 3x3, 64, ReLU; upsample 2
      | conv 3x3, 16, ReLU; max-pool 2                             | conv 3x3, 32, ReLU; upsample 2
      v                                                            | conv 3x3, 16, ReLU; upsample 2
    latent (R/8, C/8, 16)  --------------------------------------->+

Values in [0, 1] in and out: the last ReLU cannot give less than 0.
"""

from collections.abc import Sequence

import keras
from keras import layers

CODEC = True  # `synthesis(analysis(image))`: the latent between them can be sent


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    filters: tuple[int, ...] = (64, 32, 16),
    activation: str = "relu",
    output_activation: str = "relu",
) -> keras.Model:
    """Return the autoencoder as `synthesis(analysis(image))`.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size whose sides are
            multiples of 2 ** len(filters).
        filters: channels after each 3x3 convolution of the analysis; the synthesis mirrors them.
        activation: of all convolutions but the last.
        output_activation: of the last one; it limits the value range.
    """
    image = keras.Input(image_shape)
    analysis = _analysis(image_shape, filters, activation)
    synthesis = _synthesis(
        analysis.output_shape[1:], filters[::-1], activation, image_shape[-1], output_activation
    )
    return keras.Model(image, synthesis(analysis(image)), name="conv_autoencoder")


def _analysis(image_shape: Sequence[int | None], filters: Sequence[int], activation: str) -> keras.Model:
    steps = [keras.Input(image_shape)]
    for count in filters:
        steps += [
            layers.Conv2D(count, 3, padding="same", activation=activation),
            layers.MaxPooling2D(2, padding="same"),
        ]
    return keras.Sequential(steps, name="analysis")


def _synthesis(
    latent_shape: Sequence[int | None],
    filters: Sequence[int],
    activation: str,
    channels: int,
    output_activation: str,
) -> keras.Model:
    steps = [keras.Input(latent_shape)]
    for count in filters:
        steps += [layers.Conv2D(count, 3, padding="same", activation=activation), layers.UpSampling2D(2)]
    steps.append(layers.Conv2D(channels, 3, padding="same", activation=output_activation))
    return keras.Sequential(steps, name="synthesis")
