"""A convolutional decoder: from a small grid of latents to the image, doubling the sides at each level.

    code (K) -- as a grid (G, G, K / G^2) -- resized to (R / 2^N, C / 2^N) -- conv 3x3, W
      -- upsampling x2 -- conv 3x3, W, ReLU -- ... N times ... -- conv 3x3 -- image (R, C, channels)

With `grid` 1 a dense layer turns the whole code into the first grid; with more, each place of the grid has its
own latents, and the code is a small picture.
"""

import keras
from keras import layers


def build(
    *,
    latents: int,
    image_shape: tuple[int, int, int],
    width: int = 24,
    levels: int = 3,
    grid: int = 1,
    activation: str = "relu",
    output_activation: str = "sigmoid",
) -> keras.Model:
    """Return the decoder from (batch, latents) to (batch, rows, columns, channels).

    Args:
        latents: values of a code (K), a multiple of `grid` squared.
        image_shape: rows, columns, channels; rows and columns are multiples of 2^N, and those quotients of `grid`.
        width: channels of the convolutions (W).
        levels: number of times that the sides are doubled (N).
        grid: places of the code along each side (G); 1: the code has no places.
        activation: of the hidden layers.
        output_activation: of each pixel; it decides which value range can be reached.

    Raises:
        ValueError: sides or latents are not such multiples.
    """
    rows, columns = (side // 2**levels for side in image_shape[:2])
    fits = (rows * 2**levels, columns * 2**levels) == tuple(image_shape[:2])
    if not fits or rows % grid or columns % grid or latents % grid**2:
        raise ValueError(
            f"`levels` and `grid` must divide the sides {image_shape[0]} x {image_shape[1]}, and grid^2 the "
            f"latents (got levels {levels}, grid {grid}, latents {latents})"
        )
    code = keras.Input((latents,))
    if grid == 1:
        x = layers.Dense(rows * columns * width, activation=activation)(code)
        x = layers.Reshape((rows, columns, width))(x)
    else:
        x = layers.Reshape((grid, grid, latents // grid**2))(code)
        x = layers.UpSampling2D((rows // grid, columns // grid))(x)
        x = layers.Conv2D(width, 3, padding="same", activation=activation)(x)
    for _ in range(levels):
        x = layers.UpSampling2D(2)(x)
        x = layers.Conv2D(width, 3, padding="same", activation=activation)(x)
    x = layers.Conv2D(image_shape[-1], 3, padding="same", activation=output_activation)(x)
    return keras.Model(code, x, name="conv_decoder")
