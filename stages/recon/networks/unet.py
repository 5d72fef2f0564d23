"""U-Net: down by strided convolutions, up by transposed ones, with connections between equal resolutions.

    image (R, C, 1) --+------------------------------------ added ------------------------------------+-- (R, C, 1)
                      2 convs (R, C, W) ------------------- added ------------- 2 convs (R, C, W) -- conv 3x3
                        | conv 2x2, stride 2                                      ^ transposed conv 2x2
                      2 convs (R/2, C/2, 2 W) ------------- added ------------- 2 convs (R/2, C/2, 2 W)
                        | conv 2x2, stride 2                                      ^ transposed conv 2x2
                        +------------------- 2 convs (R/4, C/4, 4 W) -------------+            2 levels

Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015. The coarse
levels see far for few multiply-adds per pixel, and the connections carry the detail past them. They are added, not
concatenated: the next convolution then costs half, and a network without them has the same weights, so that a
comparison shows only their effect.
"""

from typing import Literal

import keras
from keras import layers

from recon.training.layers import convolution, reconstruct


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    width: int = 16,
    levels: Literal[1, 2, 3] = 3,
    activation: str = "leaky_relu",
    skip: bool = True,
) -> keras.Model:
    """Return the network, which gives the correction to its input; linear output, so any value range.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size whose sides are
            multiples of 2 ** levels.
        width: channels at full resolution; each level down doubles them (W).
        levels: how often the sides are halved; three reach the 8x8 blocks of JPEG.
        activation: of the 3x3 convolutions but the last.
        skip: has connections between equal resolutions; the one from input to output is always there.
    """
    image = keras.Input(image_shape, name="image")
    x = _two_convolutions(image, width, activation)
    passed = []
    for level in range(1, levels + 1):
        passed.append(x)
        x = layers.Conv2D(width * 2**level, 2, strides=2)(x)
        x = _two_convolutions(x, width * 2**level, activation)
    for level in reversed(range(levels)):
        x = layers.Conv2DTranspose(width * 2**level, 2, strides=2)(x)
        x = layers.Add()([x, passed[level]]) if skip else x
        x = _two_convolutions(x, width * 2**level, activation)
    return keras.Model(image, reconstruct(image, x), name="unet")


def _two_convolutions(x: keras.KerasTensor, filters: int, activation: str) -> keras.KerasTensor:
    for _ in range(2):
        x = convolution(x, filters, 3, activation=activation, kernel_initializer="he_normal")
    return x
