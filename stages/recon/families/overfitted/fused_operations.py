"""Two elementwise functions of training, each compiled with its derivative into one loop over its values.

Measured on an image of 256 x 256 (one thread): TensorFlow's own operations one by one, and their gradients, take
several times as long.
"""

import math
from collections.abc import Callable

import tensorflow as tf

_LEAST = 1e-9  # of a probability near its mean, where rounding may leave none

Gradient = Callable[[tf.Tensor], tuple[tf.Tensor | None, ...]]


@tf.custom_gradient
def soft_round_twice(
    latents: tf.Tensor, noise: tf.Tensor, temperature: tf.Tensor, gain: float
) -> tuple[tf.Tensor, Gradient]:
    """Return s(s(gain latents) + noise), where s is a smooth stand-in for rounding.

    s(x) = floor(x) + 1/2 + tanh((x - floor(x) - 1/2) / temperature) / (2 tanh(1 / (2 temperature))).

    Agustsson and Theis, "Universally Quantized Neural Compression", 2020; the noise between two of them is that of
    C3 (Kim et al., 2024) and Cool-chic.
    """
    rounded, slope = _soft_round_twice(latents, noise, temperature, gain)
    return rounded, lambda upstream: (upstream * slope, None, None, None)


@tf.function(jit_compile=True)
def _soft_round_twice(
    latents: tf.Tensor, noise: tf.Tensor, temperature: tf.Tensor, gain: float
) -> tuple[tf.Tensor, tf.Tensor]:
    height = 0.5 / tf.tanh(0.5 / temperature)

    def soft_round(values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        whole = tf.floor(values)
        bent = tf.tanh((values - whole - 0.5) / temperature)
        return whole + 0.5 + height * bent, height * (1 - bent * bent) / temperature

    first, first_slope = soft_round(latents * gain)
    second, second_slope = soft_round(first + noise)
    return second, first_slope * second_slope * gain


@tf.custom_gradient
def laplace_bits(
    values: tf.Tensor, means: tf.Tensor, log_scales: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, Gradient]:
    """Return the sum of weights x bits of values by Laplace distributions, integrated over 1 around each value.

    Log-scales are natural, and are clipped to [-5, 5].
    """
    bits, by_value, by_log_scale = _laplace_bits(values, means, log_scales, weights)
    return bits, lambda upstream: (upstream * by_value, -upstream * by_value, upstream * by_log_scale, None)


@tf.function(jit_compile=True)
def _laplace_bits(
    values: tf.Tensor, means: tf.Tensor, log_scales: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    clipped = tf.clip_by_value(log_scales, -5.0, 5.0)
    inverse = tf.exp(-clipped)
    distance = tf.abs(values - means)
    # Beyond 1/2 from the mean, where both ends are in one tail: logarithms, which cannot vanish.
    drop = tf.exp(-inverse)
    far = -(distance - 0.5) * inverse + tf.math.log(0.5 * (1 - drop))
    far_by_inverse = 0.5 - distance + drop / (1 - drop)
    # Around the mean: 1 less both tails.
    near_distance = tf.minimum(distance, 0.5)
    left, right = (0.5 * tf.exp(-(0.5 + side * near_distance) * inverse) for side in (1, -1))
    mass = tf.maximum(1 - left - right, _LEAST)
    near_by_inverse = (left * (0.5 + near_distance) + right * (0.5 - near_distance)) / mass
    is_far = distance >= 0.5
    log_mass = tf.where(is_far, far, tf.math.log(mass))
    by_distance = tf.where(is_far, -inverse, (left - right) * inverse / mass)
    by_inverse = tf.where(is_far, far_by_inverse, near_by_inverse)
    bits = weights * (-1 / math.log(2))
    inside = tf.cast(tf.abs(log_scales) < 5, tf.float32)
    by_log_scale = -bits * by_inverse * inverse * inside
    return tf.reduce_sum(bits * log_mass), bits * by_distance * tf.sign(values - means), by_log_scale
