"""Training the transform codec: distortion + lambda x rate of pictures, each at a rate that is drawn at random.

Rounding has no gradient. In its place is a smooth one, with noise between two of it (Agustsson and Theis,
"Universally Quantized Neural Compression", 2020), which comes nearer to rounding from step to step.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from recon.families.autoencoder.quantizer import laplace_bits
from recon.families.autoencoder.transform.architecture import CodecArchitecture
from recon.families.autoencoder.transform.network import CodecNetwork, draw_weights

_TEMPERATURES, _DEVIATIONS = (0.3, 0.1), (0.25, 0.15)  # of smooth rounding and of the noise: first, last step
_LEAST, _MOST = -5.0, 5.0  # log-scales that tables have
_USUAL = 0.001  # the lambda whose cost counts as it is
_UNIT = 1000  # costs are in thousandths: gradients are far above the epsilons of optimizers


class CodecTrainer(CodecNetwork):
    """The networks of a codec, whose `fit` takes colors in [0, 1], (batch, rows, columns, 3)."""

    def __init__(
        self, architecture: CodecArchitecture, lambdas: Sequence[float], *, steps: int, seed: int
    ) -> None:
        """Take the prices of a bit per pixel, one for each rate, and the number of steps of the whole training."""
        super().__init__(architecture)
        self._log_lambdas, self._steps = tf.constant(np.log(lambdas), tf.float32), steps
        self._seeds = keras.random.SeedGenerator(seed)
        self._means = {name: keras.metrics.Mean(name) for name in ("loss", "bpp", "error")}
        self.set_arrays(draw_weights(architecture, np.array(lambdas), seed))

    def compile(self, **options: Any) -> None:
        """Take the optimizer; the loss is the network's own."""
        super().compile(**options | {"loss": None, "metrics": None})

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Means over an epoch, which Keras begins anew with each."""
        return list(self._means.values())

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Move all weights by one step; return cost, bits per pixel and squared error, means over the epoch."""
        pixels, *_ = keras.utils.unpack_x_y_sample_weight(data)
        most = self.architecture.rates - 1
        rates = keras.random.uniform((tf.shape(pixels)[0],), 0, most, seed=self._seeds)
        lambdas = tf.exp(self._interpolate(rates))
        with tf.GradientTape() as tape:
            error, bpp = self._measure(pixels, rates)
            # Costs grow about as the square root of lambda: so no rate outweighs the others.
            cost = _UNIT * tf.reduce_mean((error + lambdas * bpp) / tf.sqrt(lambdas / _USUAL))
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(cost, variables), variables)
        for name, values in (("loss", cost), ("bpp", bpp), ("error", error)):
            self._means[name].update_state(values)
        return {name: mean.result() for name, mean in self._means.items()}

    def _interpolate(self, rates: tf.Tensor) -> tf.Tensor:
        """Return the logarithm of lambda at rates between those of the file."""
        low = tf.minimum(tf.floor(rates), self.architecture.rates - 2)
        first, second = (tf.gather(self._log_lambdas, tf.cast(low, tf.int32) + n) for n in (0, 1))
        return first + (second - first) * (rates - low)

    def _measure(self, pixels: tf.Tensor, rates: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the mean squared error and the bits per pixel of each picture."""
        symbols = self._disturb(self.analyze(pixels, rates))
        means, log_scales = self.predict_symbols(symbols, rates)
        bits = laplace_bits(symbols, means, tf.exp(tf.clip_by_value(log_scales, _LEAST, _MOST)))
        error = tf.reduce_mean(tf.square(self.synthesize(symbols, rates) - pixels), (1, 2, 3))
        places = tf.cast(tf.shape(pixels)[1] * tf.shape(pixels)[2], tf.float32)
        return error, tf.reduce_sum(bits, (1, 2, 3)) / places

    def _disturb(self, symbols: tf.Tensor) -> tf.Tensor:
        share = tf.minimum(tf.cast(self.optimizer.iterations, tf.float32) / self._steps, 1)
        temperature, deviation = (first + (last - first) * share for first, last in (_TEMPERATURES, _DEVIATIONS))
        noise = deviation * keras.random.normal(tf.shape(symbols), seed=self._seeds)
        return _round_softly(_round_softly(symbols, temperature) + noise, temperature)


def _round_softly(values: tf.Tensor, temperature: tf.Tensor) -> tf.Tensor:
    middle = tf.floor(values) + 0.5
    return middle + ops.tanh((values - middle) / temperature) / (2 * ops.tanh(0.5 / temperature))
