"""The cost of a network: multiply-adds, counted from its layers."""

import math
from collections.abc import Iterator

import keras


def _leaves(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        else:
            yield layer


def _macs(layer: keras.layers.Layer) -> int:
    """Return one layer's multiply-adds for one image, 0 for a layer without a kernel.

    Raises:
        TypeError: the layer has a kernel, and is of a type that is not counted yet.
    """
    if isinstance(layer, keras.layers.Conv2D):
        return math.prod(layer.output.shape[1:3]) * math.prod(layer.kernel.shape)
    if isinstance(layer, keras.layers.Conv2DTranspose):
        return math.prod(layer.input.shape[1:3]) * math.prod(layer.kernel.shape)
    if isinstance(layer, keras.layers.Dense):
        return math.prod(layer.output.shape[1:-1]) * math.prod(layer.kernel.shape)
    if getattr(layer, "kernel", None) is not None:
        raise TypeError(f"no count for {type(layer).__name__} yet; add it here. Received: {layer.name}")
    return 0


def macs(model: keras.Model) -> int:
    """Return the multiply-adds of one forward pass of one image through `model`, biases and activations left out.

    `model` must have been built for a fixed image size, and use each layer once.
    """
    return sum(_macs(layer) for layer in _leaves(model))


def describe(model: keras.Model) -> dict[str, int | float]:
    """Return num_params, macs_per_pixel and, for a network that names its latent, latents_per_pixel.

    The latent is the output of a part called `analysis` or a layer called `latent`. `model` must have been built
    for a fixed image size, and return an image.
    """
    pixels = math.prod(model.output_shape[1:3])
    about = {"num_params": model.count_params(), "macs_per_pixel": macs(model) / pixels}
    for layer in model.layers:
        if layer.name in ("analysis", "latent"):
            about["latents_per_pixel"] = math.prod(layer.output.shape[1:]) / pixels
    return about
