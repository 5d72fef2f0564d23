"""MS-SSIM with gradients, as the referee has it in `recon.referee.similarity`.

TensorFlow's `ssim_multiscale` computes the same, but its gradient is no number where pictures have nothing in
common at a scale; and its windows are squares rather than two lines, which takes several times as long.
"""

import numpy as np
import tensorflow as tf

from recon.referee.similarity import WEIGHTS

WINDOW = 11  # pixels along a side
_DEVIATION = 1.5  # of the Gaussian window, in pixels
_C1, _C2 = 0.01**2, 0.03**2  # for colors in [0, 1]
_LEAST = 1e-3  # of a scale's mean, where a power of it still has a gradient


def compute_ms_ssim(colors: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Return the MS-SSIM of two pictures, float32 (channels, rows, columns) in about [0, 1].

    A picture too small for five scales has fewer, whose weights add up to 1; its sides are at least WINDOW.
    """
    side = min(target.shape[1:])  # halved, and rounded up, for each further scale
    weights = [weight for scale, weight in enumerate(WEIGHTS) if -(-side >> scale) >= WINDOW]
    pictures, product = tf.stack([colors, target]), 1.0
    for scale, weight in enumerate(weights):
        luminance, structure = _compare(pictures)
        is_last = scale == len(weights) - 1
        mean = tf.reduce_mean(luminance * structure if is_last else structure, (1, 2))
        product *= tf.maximum(mean, _LEAST) ** (weight / sum(weights))
        pictures = pictures if is_last else _halve(pictures)
    return tf.reduce_mean(product)


def _compare(pictures: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return luminance, and contrast with structure, of two pictures (2, channels, rows, columns), by window."""
    one, two = tf.unstack(pictures)
    means = _blur(tf.stack([one, two, one**2 + two**2, one * two]))
    mean_one, mean_two, squares, products = tf.unstack(means)
    product, sizes = mean_one * mean_two, mean_one**2 + mean_two**2
    luminance = (2 * product + _C1) / (sizes + _C1)
    return luminance, (2 * (products - product) + _C2) / (squares - sizes + _C2)


def _blur(pictures: tf.Tensor) -> tf.Tensor:
    """Return the Gaussian means of (n, channels, rows, columns) over all windows inside.

    With the planes as channels of one picture: those of many pictures with one channel take twelve times as long.
    """
    count, channels, rows, columns = pictures.shape
    line = np.exp(-0.5 * ((np.arange(WINDOW) - WINDOW // 2) / _DEVIATION) ** 2)
    line = np.repeat(line[:, np.newaxis] / line.sum(), count * channels, 1).astype(np.float32)
    planes = tf.transpose(tf.reshape(pictures, (1, -1, rows, columns)), (0, 2, 3, 1))
    for shape in ((WINDOW, 1, -1, 1), (1, WINDOW, -1, 1)):
        planes = tf.nn.depthwise_conv2d(planes, line.reshape(shape), (1, 1, 1, 1), "VALID")
    return tf.reshape(tf.transpose(planes, (0, 3, 1, 2)), (count, channels, *planes.shape[1:3]))


def _halve(pictures: tf.Tensor) -> tf.Tensor:
    """Return the means of 2 x 2 pixels; an odd side repeats its last row or column."""
    *_, rows, columns = pictures.shape
    even = tf.pad(pictures, [[0, 0], [0, 0], [0, rows % 2], [0, columns % 2]], "SYMMETRIC")
    return (even[..., ::2, ::2] + even[..., 1::2, ::2] + even[..., ::2, 1::2] + even[..., 1::2, 1::2]) / 4
