"""The networks and latents of one image, as they are trained: rate and distortion of latents with noise.

    latents -> soft rounding, noise -> neighbors -> context model -> bits ----> rate x lambda
                                  `--> upsampling -> synthesis ----> colors --> + distortion

In float32 it computes what `context_model` and `synthesis` compute exactly, for the latents of all grids at once
and channels first: TensorFlow's own operations, since Keras' layers for this take several times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from recon.coding import contexts
from recon.coding.context_model import LOG_SCALE_SHIFT, MOST
from recon.families.overfitted import grids
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.atlas import Atlas
from recon.families.overfitted.fused_operations import (
    convolve,
    gather_neighbors,
    laplace_bits,
    soft_round_twice,
    squared_error,
)
from recon.families.overfitted.structure import WINDOW, compute_ms_ssim

GAIN = 16.0  # latents are trained in units of 1 / GAIN
_NOISE = 2**20 + 7  # more random numbers than latents: each step takes them from another place


@dataclass(frozen=True)
class Schedule:
    """What changes over the steps of training, in straight lines: the softness of rounding, and the noise.

    Attributes:
        steps: of training.
        temperatures: of soft rounding, in the first and the last step.
        deviations: of the noise, likewise.
    """

    steps: int
    temperatures: tuple[float, float] = (0.35, 0.08)
    deviations: tuple[float, float] = (0.22, 0.15)


class ImageModel(keras.Model):
    """The model of one image; its optimizer moves latents and networks.

    It takes seconds to trace its functions: they serve all images of a size, one after the other.

    Attributes:
        latents: of all grids, as one vector, in units of 1 / GAIN.
        arrays: the weights of the networks by name.
        measure_rounded: () -> squared error and distortion of the picture in whole gray levels, and bits per
            pixel, of rounded latents.
    """

    def __init__(
        self, rows: int, columns: int, architecture: Architecture, *, schedule: Schedule, ms_ssim: float = 0.0
    ) -> None:
        """Take the size of the image, its networks, and what rounding and noise are; then `begin` with one.

        The distortion is the squared error, to which `ms_ssim` times 1 - MS-SSIM is added.
        """
        super().__init__()
        self.architecture, self._schedule = architecture, schedule
        self._ms_ssim = ms_ssim if min(rows, columns) >= WINDOW else 0.0
        self.shapes = grids.list_shapes(rows, columns, architecture.levels)
        count = grids.count_latents(self.shapes)
        self.latents = self.add_weight(shape=(count,), initializer="zeros", name="latents")
        self.arrays = {
            name: self.add_weight(shape=shape, initializer="zeros", name=name)
            for name, shape in architecture.shapes.items()
        }
        self._target = _make_variable((architecture.channels, rows, columns))
        self._noise = _make_variable((count + _NOISE,))
        self._seed, self._price = _make_variable((), tf.int32), _make_variable(())
        self._atlas = Atlas(self.shapes, contexts.list_offsets(architecture.contexts))
        self._mask = tf.constant(self._atlas.mask)
        self._ones = tf.ones((1, rows * columns)), tf.ones(len(self._atlas.mask))
        self._enlarging = [
            tuple(tf.constant(_bilinear_matrix(side, level)) for side in (rows, columns))
            for level in architecture.levels
        ]
        self.measure_rounded = tf.function(self._measure_rounded, autograph=False)

    def begin(
        self,
        pixels: np.ndarray,
        *,
        lmbda: float,
        seed: int,
        start: Parameters,
        latents: Sequence[np.ndarray] | None = None,
    ) -> None:
        """Begin with an image, weights and latents; without latents, these are 0.

        Args:
            pixels: uint8 (rows, columns, channels).
            lmbda: the weight of one bit per pixel against the squared error of colors in [0, 1].
            seed: of the noise.
            start: the weights to begin with.
            latents: the grids to begin with, whole numbers or not.
        """
        self._target.assign(pixels.transpose(2, 0, 1) / np.float32(255))
        self._price.assign(np.float32(lmbda) / np.float32(pixels.shape[0] * pixels.shape[1]))
        self._seed.assign(seed)
        self._noise.assign(np.random.default_rng(seed).standard_normal(self._noise.shape[0], np.float32))
        self.set_parameters(start)
        self.latents.assign(np.zeros(self.latents.shape) if latents is None else grids.join(latents) / GAIN)

    def set_parameters(self, parameters: Parameters) -> None:
        """Set the weights of the networks."""
        for name, values in parameters.arrays.items():
            self.arrays[name].assign(values)

    def get_parameters(self) -> Parameters:
        """Return the weights of the networks."""
        arrays = {name: np.array(values, np.float64) for name, values in self.arrays.items()}
        return Parameters(self.architecture, arrays)

    def get_latents(self) -> list[np.ndarray]:
        """Return the grids, rounded: int32, no more than a file can hold."""
        rounded = np.rint(np.array(self.latents, np.float64) * GAIN)
        return grids.split(np.clip(rounded, -MOST, MOST).astype(np.int32), self.shapes)

    def make_train_function(self, force: bool = False) -> None:
        """Make what runs the steps of an execution.

        That of Keras, which has a batch for each step, takes a second longer to trace.
        """
        if self.train_function is not None and not force:
            return

        def go_on(step: tf.Tensor, _: dict[str, tf.Tensor]) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
            return step + 1, self.train_step()

        @tf.function(autograph=False)
        def run() -> dict[str, tf.Tensor]:
            steps, measured = self.steps_per_execution, dict.fromkeys(("loss", "distortion", "bpp"), 0.0)
            return tf.while_loop(lambda step, _: step < steps, go_on, (0, measured))[1]

        self.train_function = lambda _: run()

    def train_step(self, data: Any = None) -> dict[str, tf.Tensor]:
        """Move all variables by one step, and return the cost and its two parts."""
        with tf.GradientTape() as tape:
            _, distortion, bits = self._measure(self._disturb(self.optimizer.iterations))
            cost = distortion + self._price * bits
        gradients = tape.gradient(cost, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": cost, "distortion": distortion, "bpp": self._per_pixel(bits)}

    def _disturb(self, iterations: keras.Variable) -> tf.Tensor:
        """Return the latents that a step sees: soft-rounded, with noise."""
        step = tf.cast(iterations, tf.int32)
        share = tf.minimum(tf.cast(step, tf.float32) / self._schedule.steps, 1)
        temperature, deviation = (
            first + (last - first) * share
            for first, last in (self._schedule.temperatures, self._schedule.deviations)
        )
        place = tf.random.stateless_uniform((), (self._seed, step), maxval=_NOISE, dtype=tf.int32)
        noise = deviation * tf.slice(self._noise, [place], [self.latents.shape[0]])
        return soft_round_twice(tf.convert_to_tensor(self.latents), noise, temperature, GAIN)

    def _measure(self, latents: tf.Tensor, *, is_final: bool = False) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the mean squared error of colors, in whole gray levels if that is final, distortion and bits."""
        stack = self._split(latents)
        colors = self._synthesize(stack)
        if is_final:
            colors = tf.round(tf.clip_by_value(colors, 0, 1) * 255) / 255
        bits = laplace_bits(*self._predict(stack), self._mask)
        target = tf.convert_to_tensor(self._target)
        distortion = error = squared_error(colors, target)
        if self._ms_ssim:
            distortion += self._ms_ssim * (1 - compute_ms_ssim(colors, target))
        return error, distortion, bits

    def _measure_rounded(self) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        error, distortion, bits = self._measure(tf.round(tf.convert_to_tensor(self.latents) * GAIN), is_final=True)
        return error, distortion, self._per_pixel(bits)

    def _per_pixel(self, bits: tf.Tensor) -> tf.Tensor:
        return bits / (self._target.shape[1] * self._target.shape[2])

    def _split(self, latents: tf.Tensor) -> list[tf.Tensor]:
        """Return the grids of a vector of all latents."""
        parts = tf.split(latents, [rows * columns for rows, columns in self.shapes])
        return [tf.reshape(part, shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def _predict(self, stack: Sequence[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the latents of the grids, and their means and log-scales, at the places of the atlas."""
        plane, start, contexts = self._place(stack), self._atlas.start, self.architecture.contexts
        inputs = hidden = gather_neighbors(plane, self._ones[1], start, self._atlas.shifts)
        for number in range(self.architecture.context_layers):
            layer = self._with_bias(f"context_{number}", tf.eye(contexts))
            if number < self.architecture.context_layers - 1:  # the ones, for the next layer
                layer = tf.concat([layer, tf.one_hot([contexts], contexts + 1)], 0)
            hidden = tf.nn.relu(layer @ hidden)
        linear = self._with_bias("context_linear", bias="context_out_bias")
        mean, log_scale = tf.unstack(tf.convert_to_tensor(self.arrays["context_out"]) @ hidden + linear @ inputs)
        return plane[start:], mean, log_scale + LOG_SCALE_SHIFT

    def _with_bias(self, name: str, added: tf.Tensor | float = 0.0, *, bias: str = "") -> tf.Tensor:
        """Return the weights of a layer, to which `added` is added, and its biases in their last column."""
        return tf.concat([self.arrays[name] + added, self.arrays[bias or f"{name}_bias"][:, tf.newaxis]], 1)

    def _place(self, stack: Sequence[tf.Tensor]) -> tf.Tensor:
        """Return the plane of the atlas as a vector."""
        upper, *lower = [tf.pad(grid, zeros) for grid, zeros in zip(stack, self._atlas.paddings(), strict=True)]
        plane = [tf.reshape(upper, [-1])]
        if lower:
            plane.append(tf.reshape(tf.concat(lower, 1), [-1]))
        vector = tf.concat(plane, 0)
        missing = self._atlas.shape[0] * self._atlas.shape[1] - vector.shape[0]
        return tf.pad(vector, [[0, missing]]) if missing else vector

    def _synthesize(self, stack: Sequence[tf.Tensor]) -> tf.Tensor:
        """Return the colors of the grids: (channels, rows, columns), neither rounded nor clipped.

        Clipping here would leave a bright picture without a gradient, and so flat for ever.
        """
        dense = [
            tf.reshape(tf.matmul(down @ grid, across, transpose_b=True) if level else grid, [1, -1])
            for grid, level, (down, across) in zip(stack, self.architecture.levels, self._enlarging, strict=True)
        ]
        inputs = tf.concat([*dense, self._ones[0]], 0)
        values = tf.nn.relu(self._with_bias("pixel_hidden") @ inputs)
        colors = tf.convert_to_tensor(self.arrays["pixel_out"]) @ values
        colors += self._with_bias("pixel_linear", bias="pixel_out_bias") @ inputs
        colors = tf.reshape(colors, self._target.shape)
        identity = np.zeros((3, 3, *2 * [self.architecture.channels]), np.float32)
        identity[1, 1] = np.eye(self.architecture.channels)
        for number in range(self.architecture.residuals):
            padded = tf.pad(colors, [[0, 0], [1, 1], [1, 1]], "SYMMETRIC")
            colors = convolve(padded, self.arrays[f"residual_{number}"] + identity)
            if number < self.architecture.residuals - 1:
                colors = tf.nn.relu(colors)
        return colors


def _make_variable(shape: tuple[int, ...], dtype: tf.DType = tf.float32) -> tf.Variable:
    """Return a variable that is neither trained nor saved."""
    return tf.Variable(tf.zeros(shape, dtype), trainable=False)


def _bilinear_matrix(side: int, level: int) -> np.ndarray:
    """Return the matrix that enlarges an axis from a level to `side` values, by 2 from level to level: float32."""
    matrix = np.eye(side)
    for finer in range(level):
        new, old = -(-side >> finer), -(-side >> (finer + 1))
        step, numbers = np.zeros((new, old)), np.arange(new)
        step[numbers, numbers // 2] += 0.75
        step[numbers, np.clip(numbers // 2 + np.where(numbers % 2, 1, -1), 0, old - 1)] += 0.25
        matrix = matrix @ step
    return matrix.astype(np.float32)
