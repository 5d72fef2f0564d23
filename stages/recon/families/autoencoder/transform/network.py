"""The networks of the transform codec as they are trained, in float32.

    pixels --+--> blocks x matrix ---------------+--> / steps --> symbols       analysis
             `--> convolutions, residual blocks --^

    symbols --> x steps --+--> matrix --------+--> pixels --+--> pixels         synthesis
                          `--> convolutions --^             `--> convolutions --^

    symbols --> for each group: state --> means and log-scales                  prior
                                  ^------ convolutions of the group

The DC coefficients of the three colors have a context model each, see `recon.coding.context_model`; all other
groups are predicted from a state that has taken in all groups before them, in the block and in those around it
(Minnen and Singh, "Channel-wise Autoregressive Entropy Models for Learned Image Compression", ICIP 2020).
"""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from recon.coding import contexts, laplace
from recon.coding.context_model import LOG_SCALE_SHIFT
from recon.families.autoencoder.transform.architecture import (
    CORRECTION,
    FLAT,
    GROUPS,
    MIDDLE,
    SIDE,
    SLICES,
    CodecArchitecture,
    make_transform,
)
from recon.training.laplace import laplace_bits

_STEP_AT = 0.5 * np.log(12 * 3 / (2 * np.log(2)))  # log-step less half the log of lambda, see `draw_weights`
# What DC coefficients are predicted from at first: the left, upper and upper-left neighbors that `contexts` has.
_FLAT_SHARES = ((1.0,), (0.5, 0.5), (0.75, 0.75, -0.5))
_ADDED = ("_out", "_mix", "_b")  # in the names of kernels that begin at 0: what they give is added to something


class CodecNetwork(keras.Model):
    """Analysis, prior and synthesis, with one set of weights.

    Attributes:
        architecture: the shapes.
        arrays: the weights by name.
    """

    def __init__(self, architecture: CodecArchitecture) -> None:
        """Make the weights; they are 0 until `set_arrays`."""
        super().__init__()
        self.architecture = architecture
        self.arrays = {
            name: self.add_weight(shape=shape, initializer="zeros", name=name)
            for name, shape in architecture.shapes.items()
        }
        self.built = True

    def set_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Set the weights."""
        for name, values in arrays.items():
            self.arrays[name].assign(values)

    def get_arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by name, float32."""
        return {name: np.array(values) for name, values in self.arrays.items()}

    def analyze(self, pixels: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        """Return symbols, not rounded, (batch, rows / 8, columns / 8, 192).

        Args:
            pixels: colors in [0, 1], float32 (batch, rows, columns, 3), sides multiples of 8.
            rate: of each picture, float32 (batch,): the number of a rate of the file, or between two of them.
        """
        pixels -= MIDDLE
        hidden = self._convolve("analysis_in", tf.nn.space_to_depth(pixels, 4), rate)
        for number in range(self.architecture.blocks):
            hidden = self._add_residual(f"analysis_{number}", hidden)
        hidden = self._convolve("analysis_down", tf.nn.space_to_depth(tf.nn.relu(hidden), 2))
        hidden = self._add_residual("analysis_deep", hidden)
        coefficients = self._convolve("analysis_matrix", tf.nn.space_to_depth(pixels, SIDE))
        coefficients += CORRECTION * self._convolve("analysis_out", hidden)
        return coefficients * tf.exp(-self._of_rate("log_steps", rate))

    def synthesize(self, symbols: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        """Return colors (batch, rows, columns, 3), neither rounded nor clipped; see `analyze`."""
        coefficients = symbols * tf.exp(self._of_rate("log_steps", rate))
        blocks = self._convolve("synthesis_matrix", coefficients)
        hidden = tf.nn.relu(self._convolve("synthesis_hidden", coefficients, rate))
        pixels = tf.nn.depth_to_space(blocks + self._convolve("synthesis_out", hidden), SIDE)
        hidden = tf.nn.relu(self._convolve("sharpen_hidden", tf.nn.space_to_depth(pixels, 2), rate))
        return pixels + tf.nn.depth_to_space(self._convolve("sharpen_out", hidden), 2) + MIDDLE

    def predict_symbols(self, symbols: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return means and natural log-scales of all symbols, each from those before it."""
        state = tf.zeros_like(symbols[..., :1]) + self._of_rate("prior_first", rate)
        predicted = []
        for group, (count, place) in enumerate(zip(GROUPS, SLICES, strict=True)):
            values = symbols[..., place]
            if group < FLAT:
                predicted.append(self._predict_flat(f"flat_{group}_context", values, rate))
            else:
                both = self._convolve(f"prior_out_{group}", tf.nn.relu(state))
                predicted.append((both[..., :count], both[..., count:]))
            if group < len(GROUPS) - 1:
                state += self._convolve(f"prior_in_{group}", values)
                state += self._convolve(f"prior_mix_{group}", tf.nn.relu(state))
        means, log_scales = (tf.concat(part, -1) for part in zip(*predicted, strict=True))
        return means, log_scales + LOG_SCALE_SHIFT

    def measure(self, symbols: tf.Tensor, pixels: tf.Tensor, rates: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the mean squared error and the bits per pixel of each picture, given symbols for it."""
        means, log_scales = self.predict_symbols(symbols, rates)
        bits = laplace_bits(symbols, means, tf.exp(tf.clip_by_value(log_scales, laplace.LOWEST, laplace.HIGHEST)))
        error = tf.reduce_mean(tf.square(self.synthesize(symbols, rates) - pixels), (1, 2, 3))
        places = tf.cast(tf.shape(pixels)[1] * tf.shape(pixels)[2], tf.float32)
        return error, tf.reduce_sum(bits, (1, 2, 3)) / places

    def _predict_flat(self, name: str, values: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        neighbors = hidden = _gather(values, self.architecture.contexts)
        for layer in range(self.architecture.context_layers):
            hidden = tf.nn.relu(
                hidden + self._multiply(f"{name}_{layer}", hidden) + self._of_rate(f"{name}_{layer}_bias", rate)
            )
        out = self._multiply(f"{name}_out", hidden) + self._multiply(f"{name}_linear", neighbors)
        out += self._of_rate(f"{name}_out_bias", rate)
        return out[..., :1], out[..., 1:]

    def _multiply(self, name: str, values: tf.Tensor) -> tf.Tensor:
        return tf.tensordot(values, tf.convert_to_tensor(self.arrays[name]), [[-1], [1]])

    def _add_residual(self, name: str, hidden: tf.Tensor) -> tf.Tensor:
        return hidden + self._convolve(f"{name}_b", tf.nn.relu(self._convolve(f"{name}_a", hidden)))

    def _convolve(self, name: str, values: tf.Tensor, rate: tf.Tensor | None = None) -> tf.Tensor:
        values = ops.conv(values, self.arrays[name], padding="same")
        if rate is not None:
            return values + self._of_rate(f"{name}_bias", rate)
        return values + self.arrays[f"{name}_bias"] if f"{name}_bias" in self.arrays else values

    def _of_rate(self, name: str, rate: tf.Tensor) -> tf.Tensor:
        """Return the vectors of the pictures' rates, (batch, 1, 1, n), interpolated between two of the file."""
        numbers = tf.range(self.architecture.rates, dtype=tf.float32)
        nearness = tf.nn.relu(1 - tf.abs(rate[:, tf.newaxis] - numbers))
        return tf.matmul(nearness, tf.convert_to_tensor(self.arrays[name]))[:, tf.newaxis, tf.newaxis]


def draw_weights(architecture: CodecArchitecture, lambdas: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return weights to begin with: the discrete cosine transform, uniform steps, and no more.

    Where a coefficient takes many bits, a step of s gives it an error of s^2 / 12, and a bit more divides that by
    4. With three coefficients for each pixel, the cost error + lambda x bits per pixel is lowest at
    s^2 = 36 lambda / (2 ln 2).

    Args:
        architecture: of the networks.
        lambdas: the price of a bit per pixel at each rate, in squared error of colors in [0, 1].
        seed: of the kernels that are not 0.
    """
    # A generator: with a number for a seed, all kernels of one shape would be equal.
    draw = keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))
    arrays = {name: np.zeros(shape, np.float32) for name, shape in architecture.shapes.items()}
    for name, values in arrays.items():
        if values.ndim == 4 and not any(part in name for part in _ADDED):
            values[:] = draw(values.shape)
    matrix = make_transform()
    arrays["analysis_matrix"][0, 0], arrays["synthesis_matrix"][0, 0] = matrix.T, matrix
    arrays["log_steps"][:] = 0.5 * np.log(lambdas)[:, np.newaxis] + _STEP_AT
    shares = _FLAT_SHARES[: architecture.contexts][-1]
    for group in range(FLAT):  # with large differences to what is predicted
        arrays[f"flat_{group}_context_linear"][0, : len(shares)] = shares
        arrays[f"flat_{group}_context_out_bias"][:, 1] = -LOG_SCALE_SHIFT + 1
    for group in range(FLAT, len(GROUPS)):
        arrays[f"prior_out_{group}_bias"][GROUPS[group] :] = -LOG_SCALE_SHIFT - 1
    return arrays


def _gather(values: tf.Tensor, count: int) -> tf.Tensor:
    """Return the neighbors of values (batch, rows, columns, 1), 0 outside: (batch, rows, columns, count)."""
    rows, columns, reach = tf.shape(values)[1], tf.shape(values)[2], contexts.REACH
    padded = tf.pad(values, [[0, 0], [reach, 0], [reach, reach], [0, 0]])
    offsets = contexts.list_offsets(count)
    return tf.concat(
        [padded[:, reach + down :, reach + right :][:, :rows, :columns] for down, right in offsets], -1
    )
