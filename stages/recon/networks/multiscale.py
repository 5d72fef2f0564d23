"""U-Net in the space-to-depth domain: each level turns squares of 2 x 2 positions into channels, and mixes them.

    image (R, C, 3) ------------------------------------ added ------------------------------------ (R, C, 3)
      | squares to channels, conv 3x3                                conv 3x3, channels to squares ^
    (R/2, C/2, W1) -- N1 blocks -------------------- added -- N1 blocks -- (R/2, C/2, W1) ----------+
                        | squares to channels, conv 1x1         ^ conv 1x1, channels to squares
                      (R/4, C/4, W2) -- N2 blocks -- added -- N2 blocks -- (R/4, C/4, W2)
                                          | the same              ^ the same
                                        (R/8, C/8, W3) -- N3 blocks                    W, N: of each level
    conditions (C,) -- dense, 32 -- scale and shift of each channel in each block      only if `conditioned`

Most multiply-adds are spent where they are cheap, at the coarse levels, which see far and reach JPEG's blocks of
8 x 8; what is fine passes beside them (Ronneberger et al., "U-Net", MICCAI 2015). See space_to_depth.py for the
squares, and recon/training/layers.py for the blocks.
"""

import keras
from keras import layers, ops

from recon.training.layers import (
    convolution,
    embed_conditions,
    from_planes,
    input_conditions,
    residual_block,
    to_planes,
)


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    widths: tuple[int, ...] = (48, 48, 64),
    blocks: tuple[int, ...] = (1, 1, 2),
    activation: str = "relu",
    ycbcr: bool = True,
    conditioned: bool = False,
) -> keras.Model:
    """Return the network, which gives the correction to its input; linear output, so any value range.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size whose sides are
            multiples of 2 ** levels.
        widths: channels of each level (W), the finest first.
        blocks: residual blocks of each level (N): on the way down, and again on the way up.
        activation: of the first convolution in each block; the others are linear.
        ycbcr: sees and corrects color in JPEG's luma and chroma; else in red, green and blue.
        conditioned: has a second input `conditions`, float32 (batch, C): what `recon.jpeg.conditions` reads from
            the JPEG file.
    """
    if len(widths) != len(blocks):
        raise ValueError(f"as many `blocks` as `widths`, one for each level. Received: {blocks} and {widths}")
    image = keras.Input(image_shape, name="image")
    conditions = input_conditions(image_shape[-1]) if conditioned else None
    condition = embed_conditions(conditions) if conditioned else None

    def chain(x: keras.KerasTensor, count: int) -> keras.KerasTensor:
        for _ in range(count):
            x = residual_block(x, activation=activation, condition=condition)
        return x

    x = convolution(to_planes(image, 2, ycbcr=ycbcr), widths[0], 3, activation=None)
    x, passed = chain(x, blocks[0]), []
    for width, count in zip(widths[1:], blocks[1:], strict=True):
        passed.append(x)
        x = chain(convolution(ops.space_to_depth(x, 2), width, 1, activation=None), count)
    for width, count in reversed([*zip(widths[:-1], blocks[:-1], strict=True)]):
        x = ops.depth_to_space(convolution(x, 4 * width, 1, activation=None), 2)
        x = chain(layers.Add()([x, passed.pop()]), count)
    output = from_planes(image, x, 2, ycbcr=ycbcr)
    return keras.Model([image, conditions] if conditioned else image, output, name="multiscale")
