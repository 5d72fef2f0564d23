"""The bits of quantized values under a Laplace distribution, with gradients."""

import math

import keras
from keras import ops


def laplace_bits(
    symbols: keras.KerasTensor, location: keras.KerasTensor, scale: keras.KerasTensor
) -> keras.KerasTensor:
    """Return -log2 of the probability that a Laplace variable lies within 1/2 of each of `symbols`.

    At a distance d from `location`, with scale b, this is 1 - exp(-1/(2b)) cosh(d/b) up to d = 1/2, and beyond
    exp(-d/b) sinh(1/(2b)). The forms below have no exponent above 0.
    """
    distance = ops.abs(symbols - location)
    within = ops.minimum(distance, 0.5)
    near = 1 - (ops.exp((within - 0.5) / scale) + ops.exp((-within - 0.5) / scale)) / 2
    beyond = ops.maximum(distance - 0.5, 0) / scale
    far = beyond - ops.log1p(-ops.exp(-1 / scale)) + math.log(2)
    return ops.where(distance <= 0.5, -ops.log(near), far) / math.log(2)
