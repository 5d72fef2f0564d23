"""Functions of training that are compiled, with their derivatives, into loops over their values.

Measured in one thread: TensorFlow's own operations one by one, and their gradients, take several times as long.
"""

import math
from collections.abc import Callable, Sequence

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


@tf.function(autograph=False, jit_compile=True)
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


@tf.function(autograph=False, jit_compile=True)
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


def gather_neighbors(plane: tf.Tensor, ones: tf.Tensor, start: int, shifts: Sequence[int]) -> tf.Tensor:
    """Return the neighbors of all values of a vector from `start` on, and ones: (shifts + 1, values).

    Args:
        plane: values (start + values,). The gradients of those before `start`, and of as many of the last ones as
            the farthest neighbor is away, are left out: these are to be zeros that stay.
        ones: (values,), the last row.
        start: at least the distance of the farthest neighbor.
        shifts: from a value to its neighbors, each less than 0.
    """
    count = ones.shape[0]

    @tf.custom_gradient
    def gather(plane: tf.Tensor) -> tuple[tf.Tensor, Gradient]:
        rows = [plane[start + shift : start + shift + count] for shift in shifts]
        around = [[start, -min(shifts)]]
        return tf.stack([*rows, ones]), lambda upstream: tf.pad(_collect(upstream, tuple(shifts)), around)

    return gather(plane)


@tf.function(autograph=False, jit_compile=True)
def _collect(upstream: tf.Tensor, shifts: tuple[int, ...]) -> tf.Tensor:
    """Return the gradient of all values, of which the last ones are left out, by that of their neighbors."""
    length = upstream.shape[1] + min(shifts)
    return tf.add_n([upstream[row, -shift : length - shift] for row, shift in enumerate(shifts)])


@tf.custom_gradient
def convolve(planes: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Gradient]:
    """Return the 3x3 convolution of planes (inputs, rows + 2, columns + 2): (outputs, rows, columns).

    The kernel is (3, 3, inputs, outputs). oneDNN's convolutions are slow for so few channels.
    """

    def differentiate(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        turned = tf.transpose(kernel[::-1, ::-1], (0, 1, 3, 2))
        by_planes = _convolve(tf.pad(upstream, [[0, 0], [2, 2], [2, 2]]), turned)
        return by_planes, _correlate(planes, upstream)

    return _convolve(planes, kernel), differentiate


@tf.function(autograph=False, jit_compile=True)
def _convolve(planes: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    inputs, rows, columns = planes.shape
    return tf.add_n(
        [
            kernel[down, right, plane][:, tf.newaxis, tf.newaxis]
            * planes[plane, down : down + rows - 2, right : right + columns - 2]
            for plane in range(inputs)
            for down in range(3)
            for right in range(3)
        ]
    )


def _correlate(planes: tf.Tensor, upstream: tf.Tensor) -> tf.Tensor:
    """Return the gradient of a kernel: products of planes, shifted down, and of the upstream, shifted right."""
    inputs, outputs, rows = planes.shape[0], *upstream.shape[:2]
    down = tf.stack([planes[:, shift : shift + rows] for shift in range(3)])
    right = tf.stack([tf.pad(upstream, [[0, 0], [0, 0], [shift, 2 - shift]]) for shift in range(3)])
    products = tf.matmul(
        tf.reshape(down, (3 * inputs, -1)), tf.reshape(right, (3 * outputs, -1)), transpose_b=True
    )
    return tf.transpose(tf.reshape(products, (3, inputs, 3, outputs)), (0, 2, 1, 3))


@tf.custom_gradient
def squared_error(colors: tf.Tensor, target: tf.Tensor) -> tuple[tf.Tensor, Gradient]:
    """Return the mean of the squared differences."""
    mean, slope = _squared_error(colors, target)
    return mean, lambda upstream: (upstream * slope, None)


@tf.function(autograph=False, jit_compile=True)
def _squared_error(colors: tf.Tensor, target: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    error = colors - target
    return tf.reduce_mean(tf.square(error)), error * (2 / target.shape.num_elements())
