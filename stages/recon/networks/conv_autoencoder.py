"""The 64/32/16 convolutional autoencoder: max-pooling down, nearest-neighbor upsampling back.

    image (R, C, 3)                                              image (R, C, 3)
      | conv 3x3, 64, ReLU; max-pool 2                             ^ conv 3x3, 3, ReLU
      | conv 3x3, 32, ReLU; max-pool 2                             | conv 3x3, 64, ReLU; upsample 2
      | conv 3x3, 16, ReLU; max-pool 2                             | conv 3x3, 32, ReLU; upsample 2
      v                                                            | conv 3x3, 16, ReLU; upsample 2
    latent (R/8, C/8, 16)  --------------------------------------->+

Values in [0, 1] in and out: the last ReLU cannot give less than 0.
"""

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
    down = [keras.Input(image_shape)]
    for count in filters:
        down += [_convolution(count, activation), layers.MaxPooling2D(2, padding="same")]
    analysis = keras.Sequential(down, name="analysis")
    up = [keras.Input(analysis.output_shape[1:])]
    for count in filters[::-1]:
        up += [_convolution(count, activation), layers.UpSampling2D(2)]
    up.append(_convolution(image_shape[-1], output_activation))
    synthesis = keras.Sequential(up, name="synthesis")
    return keras.Model(image, synthesis(analysis(image)), name="conv_autoencoder")


def _convolution(filters: int, activation: str) -> layers.Layer:
    return layers.Conv2D(filters, 3, padding="same", activation=activation)
