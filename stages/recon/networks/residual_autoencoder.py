"""A deeper autoencoder that works at a quarter of the image's resolution, with residual blocks.

    image (R, C, 3)                                      image (R, C, 3)
      | conv 4x4, stride 4, W                              ^ transposed conv 4x4, stride 4, 3
      | N residual blocks                                  | N residual blocks
      | conv 3x3, stride 2, L                              | transposed conv 2x2, stride 2, W
      v                                                    |
    latent (R/8, C/8, L)  -------------------------------->+

A residual block adds to its input what two 3x3 convolutions with a ReLU before each make of it (He et al.,
"Identity Mappings in Deep Residual Networks", ECCV 2016). Most of the work is done where a position stands for
4 x 4 pixels, so the network is deep for few multiply-adds per pixel. The output is linear: any value range.
"""

import keras
from keras import layers

CODEC = True  # `synthesis(analysis(image))`: the latent between them can be sent


def build(
    *, image_shape: tuple[int | None, int | None, int], width: int = 48, blocks: int = 2, latents: int = 16
) -> keras.Model:
    """Return the autoencoder as `synthesis(analysis(image))`.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size whose sides are
            multiples of 8.
        width: channels of the residual blocks (W).
        blocks: residual blocks on either side of the latent (N).
        latents: channels of the latent (L).
    """
    image, channels = keras.Input(image_shape), image_shape[-1]
    pixels = keras.Input(image_shape)
    x = _residual_blocks(layers.Conv2D(width, 4, strides=4)(pixels), width, blocks)
    analysis = keras.Model(pixels, layers.Conv2D(latents, 3, strides=2, padding="same")(x), name="analysis")
    latent = keras.Input(analysis.output_shape[1:])
    x = _residual_blocks(layers.Conv2DTranspose(width, 2, strides=2)(latent), width, blocks)
    synthesis = keras.Model(latent, layers.Conv2DTranspose(channels, 4, strides=4)(x), name="synthesis")
    return keras.Model(image, synthesis(analysis(image)), name="residual_autoencoder")


def _residual_blocks(x: keras.KerasTensor, width: int, blocks: int) -> keras.KerasTensor:
    for _ in range(blocks):
        y = x
        for _ in range(2):
            y = layers.Conv2D(width, 3, padding="same")(layers.ReLU()(y))
        x = layers.Add()([x, y])
    return x
