"""A deep chain of 3x3 convolutions at full resolution, in the manner of DnCNN.

    image (R, C, 1) --+-- [conv 3x3, W -- batch norm -- activation -- dropout] x (D - 1) -- conv 3x3 --+-- image
                      +------------------------------------- skip -------------------------------------+

Zhang et al., "Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising", IEEE Transactions on
Image Processing 2017: 20 layers of 64 channels, batch normalization in all but the first and the last, and the
output is the correction to the input. Each layer lets a pixel depend on one more pixel to each side, and costs
9 W^2 multiply-adds per pixel; the defaults are a small relative, for CPUs.
"""

from typing import Literal

import keras

from recon.training.layers import convolution, reconstruct


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    depth: int = 8,
    width: int = 32,
    activation: str = "leaky_relu",
    normalization: Literal["none", "batch"] = "none",
    dropout: float = 0.0,
    skip: bool = True,
) -> keras.Model:
    """Return the network; linear output, so any value range.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size.
        depth: convolutions, the last one included (D).
        width: channels of all convolutions but the last (W).
        activation: of all convolutions but the last.
        normalization: batch, after all convolutions but the first and the last; or none.
        dropout: the share of channels that training zeroes after each activation; 0 for none.
        skip: gives the correction to its input; else the image itself.
    """
    image = keras.Input(image_shape, name="image")
    x = image
    for index in range(depth - 1):
        x = convolution(
            x,
            width,
            3,
            activation=activation,
            normalization=normalization if index else "none",
            dropout=dropout,
            kernel_initializer="he_normal",
        )
    return keras.Model(image, reconstruct(image, x, skip=skip), name="deep_conv")
