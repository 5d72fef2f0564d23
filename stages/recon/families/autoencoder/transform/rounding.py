"""A differentiable surrogate for rounding in training: smooth rounding, noise, smooth rounding (see `disturb`)."""

import keras
import tensorflow as tf
from keras import ops

_TEMPERATURES, _DEVIATIONS = (0.3, 0.1), (0.25, 0.15)  # of smooth rounding and of the noise: first, last step


def disturb(values: tf.Tensor, share: tf.Tensor, seeds: keras.random.SeedGenerator) -> tf.Tensor:
    """Return values as rounding would disturb them, but differentiably.

    Smooth rounding comes nearer to rounding from step to step (Agustsson and Theis, "Universally Quantized Neural
    Compression", NeurIPS 2020); noise keeps values from hiding between two whole numbers.

    Args:
        values: of any shape.
        share: of all steps that are done, 0 to 1.
        seeds: of the noise.
    """
    temperature, deviation = (first + (last - first) * share for first, last in (_TEMPERATURES, _DEVIATIONS))
    noise = deviation * keras.random.normal(tf.shape(values), seed=seeds)
    return _round_softly(_round_softly(values, temperature) + noise, temperature)


def _round_softly(values: tf.Tensor, temperature: tf.Tensor) -> tf.Tensor:
    middle = tf.floor(values) + 0.5
    return middle + ops.tanh((values - middle) / temperature) / (2 * ops.tanh(0.5 / temperature))
