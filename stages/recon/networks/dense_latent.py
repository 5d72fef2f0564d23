"""The simple autoencoder: convolutional encoder, fully connected latent, deconvolutional decoder.

    image (R, C, 1)                                     image (R, C, 1)
      | conv 4x4, stride 2, 16                            ^ transposed conv 4x4, stride 2, 1
      | conv 4x4, stride 2, 32                            | transposed conv 4x4, stride 2, 16
      | conv 4x4, stride 2, 64                            | transposed conv 4x4, stride 2, 32
    (R/8, C/8, 64)                                      (R/8, C/8, 64)
      | dense, L                                          ^ dense
      v                                                   |
    latent (L) ------------------------------------------>+

A stacked convolutional autoencoder (Masci et al., ICANN 2011) trained to denoise (Vincent et al., ICML 2008). The
dense layers tie every latent to every position, so the network is made for patches of one size, and a whole image
goes through it patch by patch: the borders show. Its whole output comes from L numbers, so it cannot keep what the
JPEG already has right; it is here to show that.
"""

import keras
from keras import layers


def build(
    *,
    image_shape: tuple[int | None, int | None, int],
    patch_size: int = 64,
    filters: tuple[int, ...] = (16, 32, 64),
    latents: int = 256,
    activation: str = "relu",
    output_activation: str = "linear",
) -> keras.Model:
    """Return the autoencoder for patches of one size.

    Args:
        image_shape: rows, columns, channels; `patch_size` stands in for None.
        patch_size: rows and columns of a patch, in pixels; a multiple of 2 ** len(filters).
        filters: channels after each convolution of the encoder, which halves the sides; the decoder mirrors them.
        latents: values of a patch's latent (L).
        activation: of all layers but the latent and the last.
        output_activation: of the last layer; it limits the value range.

    Raises:
        ValueError: the sides cannot be halved as often as there are filters.
    """
    rows, columns = (side or patch_size for side in image_shape[:2])
    stride = 2 ** len(filters)
    if rows % stride or columns % stride:
        raise ValueError(
            f"patch_size must be a multiple of {stride}, since {len(filters)} filters halve it as often. "
            f"Received: {rows} x {columns}"
        )
    steps = [keras.Input((rows, columns, image_shape[-1]), name="image")]
    steps += [layers.Conv2D(n, 4, strides=2, padding="same", activation=activation) for n in filters]
    coarse = (rows // stride, columns // stride, filters[-1])
    steps += [layers.Flatten(), layers.Dense(latents, name="latent")]
    steps += [layers.Dense(coarse[0] * coarse[1] * coarse[2], activation=activation), layers.Reshape(coarse)]
    steps += [_doubled(n, activation) for n in filters[-2::-1]]
    steps.append(_doubled(image_shape[-1], output_activation))
    return keras.Sequential(steps, name="dense_latent")


def _doubled(filters: int, activation: str) -> layers.Layer:
    """Return a layer that doubles the sides; each pixel gets equally many taps, so there is no checkerboard."""
    return layers.Conv2DTranspose(filters, 4, strides=2, padding="same", activation=activation)
