"""Residual blocks in the space-to-depth domain: pixels become channels, so that depth is cheap.

    image (R, C, 1) --------------------------- skip ------------------------ added -- image (R, C, 1)
      | pixel-unshuffle by f                                                    ^ pixel-shuffle by f
    (R/f, C/f, f^2) -- conv 3x3, W -- residual block x N -- conv 3x3, f^2 -- (R/f, C/f, f^2)
                                            ^
    conditions (C,) -- dense, 32 -----------+ scale and shift of each channel      only if `conditioned`

Unshuffling loses nothing, unlike a strided convolution or pooling (Shi et al., "Real-Time Single Image and Video
Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network", CVPR 2016, for the shuffle; Zhang et
al., "FFDNet", IEEE Transactions on Image Processing 2018, for restoration at half the resolution). A 3x3 kernel
reaches f times as far for a f^2-th of the multiply-adds per pixel. Color is seen, and corrected, as
JPEG's luma and chroma. recon/training/layers.py draws the blocks, with the places of attention and condition.
"""

from typing import Literal

import keras
from keras import layers, ops

from recon.training.layers import (
    BlockBias,
    convolution,
    embed_conditions,
    input_conditions,
    last_convolution,
    residual_block,
    to_rgb,
    to_ycbcr,
)


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    factor: Literal[2, 4, 8] = 2,
    width: int = 32,
    blocks: int = 4,
    activation: str = "relu",
    normalization: Literal["none", "batch"] = "none",
    dropout: float = 0.0,
    attention: Literal["none", "channel", "spatial"] = "none",
    skip: bool = True,
    ycbcr: bool = True,
    conditioned: bool = False,
    block_bias: bool = False,
) -> keras.Model:
    """Return the network; linear output, so any value range.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size whose sides are
            multiples of `factor`, or of 8 with `block_bias`.
        factor: side of the squares of pixels that become channels (f).
        width: channels of the residual blocks (W).
        blocks: residual blocks (N).
        activation: of the first convolution in each block; the others are linear.
        normalization: batch, after each convolution of the blocks; or none.
        dropout: the share of channels that training zeroes after each activation; 0 for none.
        attention: gates what each block adds, by channel or by position (spatial); or none.
        skip: gives the correction to its input; else the image itself.
        ycbcr: sees and corrects color in JPEG's luma and chroma; else in red, green and blue.
        conditioned: has a second input `conditions`, float32 (batch, C): what `recon.jpeg.conditions` reads from
            the JPEG file.
        block_bias: learns a bias for each place in JPEG's 8x8 block: for pictures that begin with a block, as
            files do, whose sides are multiples of 8.
    """
    image = keras.Input(image_shape, name="image")
    conditions = input_conditions(image_shape[-1]) if conditioned else None
    ycbcr = ycbcr and image_shape[-1] == 3
    planes = ops.space_to_depth(to_ycbcr(image) if ycbcr else image, factor)
    x = convolution(planes, width, 3, activation=None)
    x = BlockBias(factor)(x) if block_bias else x
    condition = embed_conditions(conditions) if conditioned else None
    for _ in range(blocks):
        x = residual_block(
            x,
            activation=activation,
            normalization=normalization,
            dropout=dropout,
            attention=attention,
            condition=condition,
        )
    output = ops.depth_to_space(last_convolution(x, planes.shape[-1], skip=skip), factor)
    output = to_rgb(output) if ycbcr else output
    output = layers.Add()([image, output]) if skip else output
    return keras.Model([image, conditions] if conditioned else image, output, name="space_to_depth")
