"""Refining the symbols of one picture by gradient descent on distortion + lambda x rate; the decoder stays.

What an analysis network gives is near the best symbols, not at them (Campos et al., "Content Adaptive Optimization
for Neural Image Compression", CVPR Workshops 2019). The file format is unchanged.
"""

from functools import partial

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from recon.coding.context_model import MOST
from recon.coding.symbols import SymbolWriter
from recon.families.autoencoder.transform import rounding
from recon.families.autoencoder.transform.architecture import PARTS, select_rate
from recon.families.autoencoder.transform.network import CodecNetwork
from recon.families.autoencoder.transform.prior import Prior
from recon.families.autoencoder.transform.weights import CodecWeights

_LEARNING_RATE, _LAST_SHARE, _BETAS = 0.03, 0.05, (0.8, 0.97)
_EVERY = 25  # steps, between two measurements of rounded symbols


class Refiner:
    """The symbols of one picture as variables, before they are rounded."""

    def __init__(
        self, pixels: np.ndarray, levels: np.ndarray, weights: CodecWeights, place: int, *, steps: int, seed: int
    ) -> None:
        """Take a picture and what the analysis gives.

        Args:
            pixels: uint8 (rows, columns, 3), sides multiples of 8.
            levels: symbols before they are rounded, (192, rows / 8, columns / 8).
            weights: of the codec.
            place: of the rate, see `select_rate`.
            steps: of gradient descent.
            seed: of the noise.
        """
        self._network = CodecNetwork(weights.architecture)
        self._network.set_arrays(weights.arrays)
        self._colors = tf.constant(pixels[np.newaxis] / np.float32(255))
        self._rate = tf.constant([place / PARTS], tf.float32)
        self._prior = Prior(select_rate(weights.arrays, place))
        self._lmbda, self._steps = weights.lambda_at(place), steps
        self._seeds = keras.random.SeedGenerator(seed)
        self._levels = keras.Variable(levels.transpose(1, 2, 0)[np.newaxis].astype(np.float32))
        schedule = keras.optimizers.schedules.CosineDecay(_LEARNING_RATE, steps, alpha=_LAST_SHARE)
        self._optimizer = keras.optimizers.Adam(schedule, *_BETAS)
        self._optimizer.build([self._levels])
        self._move = tf.function(self._move_once)
        self._measure = tf.function(partial(self._network.measure, pixels=self._colors, rates=self._rate))

    def refine(self) -> np.ndarray:
        """Return the rounded symbols of the least cost so far, int16 (192, rows, columns), after all steps."""
        best, symbols = self._evaluate()
        with tqdm(total=self._steps, desc="refining", unit="step", ascii=True, mininterval=1) as bar:
            for step in range(1, self._steps + 1):
                self._move()
                if step % _EVERY == 0 or step == self._steps:
                    cost, found = self._evaluate(bar)
                    if cost < best:
                        best, symbols = cost, found
                bar.update()
        return symbols

    def _move_once(self) -> None:
        share = tf.cast(self._optimizer.iterations, tf.float32) / self._steps
        with tf.GradientTape() as tape:
            symbols = rounding.disturb(self._levels.value, share, self._seeds)
            error, bpp = self._network.measure(symbols, self._colors, self._rate)
            cost = tf.reduce_sum(error + self._lmbda * bpp) * tf.cast(tf.size(self._colors), tf.float32)
        self._optimizer.apply(tape.gradient(cost, [self._levels.value]), [self._levels])

    def _evaluate(self, bar: tqdm | None = None) -> tuple[float, np.ndarray]:
        """Return the cost of the symbols that a decoder would read, and these; show them on the bar."""
        rounded = np.clip(np.rint(self._levels.numpy()[0]), -MOST, MOST).transpose(2, 0, 1).astype(np.int16)
        symbols = self._prior.write(SymbolWriter(), rounded)
        measured = tf.constant(symbols.transpose(1, 2, 0)[np.newaxis], tf.float32)
        error, bpp = (float(value[0]) for value in self._measure(measured))
        if bar is not None:
            bar.set_postfix_str(f"{bpp:.3f} bpp, {-10 * np.log10(max(error, 1e-10)):.2f} dB", refresh=False)
        return error + self._lmbda * bpp, symbols
