"""ARCNN, the first convolutional network against JPEG artifacts: four layers at full resolution.

    image (R, C, 1) --+-- conv 9x9, 64 -- conv 7x7, 32 -- conv 1x1, 16 -- conv 5x5, 1 --+-- image (R, C, 1)
                      +------------------------------ skip -----------------------------+

Dong et al., "Compression Artifacts Reduction by a Deep Convolutional Network", ICCV 2015: feature extraction,
enhancement, mapping and reconstruction, with a ReLU after each but the last. For one channel it has 106,448
weights and 113 biases, 100,352 of them in the 7x7 layer: at full resolution, as many multiply-adds per pixel.

The paper's network gives the image itself (`skip: false`). By default ours gives a correction to its input: the
5x5 layer starts at zero, so that training starts at the quality of the JPEG and no step is spent on learning to
copy. The layers and their numbers of weights are the same.
"""

import keras
from keras import layers, ops

from recon.training.layers import convolution, reconstruct


def build(
    *, image_shape: tuple[int | None, int | None, int], activation: str = "relu", skip: bool = True
) -> keras.Model:
    """Return the network; linear output, so any value range.

    Args:
        image_shape: rows, columns, channels; None rows and columns for images of any size.
        activation: of all convolutions but the last.
        skip: gives the correction to its input; else, as in the paper, the image itself.
    """
    image = keras.Input(image_shape, name="image")
    x = convolution(image, 64, 9, activation=activation)
    x = layers.Activation(activation)(_convolution_in_parts(x, 32, 7))
    x = convolution(x, 16, 1, activation=activation)
    return keras.Model(image, reconstruct(image, x, kernel_size=5, skip=skip), name="arcnn")


def _convolution_in_parts(x: keras.KerasTensor, filters: int, kernel_size: int) -> keras.KerasTensor:
    """Return a convolution of `x` as the sum of those of its quarters: the same function, of as many weights.

    In one piece the 7x7 layer of one whole image is too large for oneDNN's fast kernels on a CPU without AVX-512;
    its plain loops then take minutes instead of a second.
    """
    quarters = ops.split(x, 4, axis=-1)
    return layers.Add()(
        [
            layers.Conv2D(filters, kernel_size, padding="same", use_bias=quarter is quarters[0])(quarter)
            for quarter in quarters
        ]
    )
