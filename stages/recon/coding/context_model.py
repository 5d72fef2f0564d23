"""The context model: from a latent's neighbors to its distribution, in exact arithmetic.

            neighbors x         whole numbers
            |         |
    ReLU(x + W0 x + b0)         in units of 2^-12, rounded down
    ReLU(h + W1 h + b1)         the same
            |         |
        V h + b  +  L x         mean in units of 1/32, log-scale in units of 1/16, to the nearest

Cool-chic (github.com/Orange-OpenSource/Cool-Chic) has this network, and computes it in integers too.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from recon.coding import contexts, laplace
from recon.coding.fixed_point import Peaks, to_fixed

MOST = 128  # the largest absolute value of a latent
LOG_SCALE_SHIFT = -4  # added to what the network gives; so weights of 0 expect small latents
_WEIGHT_BITS, _UNIT_BITS = 16, 12  # of weights and of hidden values
_AT_ONCE = 2**14  # latents of a grid


class ContextModel:
    """A context model with its weights.

    Attributes:
        delay: of the waves in which latents are decoded.
        runs: the neighbors in the order of the inputs.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        """Prepare the layers.

        Args:
            weights: W0 and b0 as context_0 (contexts, contexts) and context_0_bias (contexts,), and so on; V, b, L
                as context_out (2, contexts), context_out_bias (2,) and context_linear (2, contexts). Neighbors are
                in the order of `contexts.list_offsets`. Weights of other names are left out.

        Raises:
            ValueError: weights are so large that sums of them would be rounded.
        """
        self._contexts = weights["context_out"].shape[1]
        offsets = contexts.list_offsets(self._contexts)
        self.delay, self.runs = contexts.find_delay(offsets), contexts.find_runs(offsets)
        order = np.array([offsets.index(offset) for offset in sorted(offsets)])
        self._layers, self._last = _make_layers(weights, order)

    def make_inputs(self, count: int) -> np.ndarray:
        """Return an array for `predict`, of `count` columns; its first rows are to be filled with neighbors."""
        inputs = np.empty((2 * self._contexts + 1, count))  # neighbors, ones, which take biases in, the last layer
        inputs[self._contexts] = 1
        return inputs

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return the distributions of latents with these neighbors, (2, n), in the units of `Tables.locate`."""
        values = inputs[: self._contexts + 1]
        for matrix in self._layers:
            is_last = matrix is self._layers[-1]
            hidden = np.empty_like(values)
            result = inputs[self._contexts + 1 :] if is_last else hidden[:-1]
            np.matmul(matrix, values, out=result)
            np.floor(result, out=result)
            np.maximum(result, 0, out=result)
            hidden[-1] = 1
            values = hidden
        predicted = self._last @ inputs
        return np.floor(predicted, out=predicted)

    def locate(self, grid: np.ndarray, tables: laplace.Tables) -> np.ndarray:
        """Return the start of each latent's row in `tables`, int64 (rows, columns)."""
        rows, columns = grid.shape
        reach = contexts.REACH
        padded = np.zeros((rows + reach, columns + 2 * reach))
        padded[reach:, reach : reach + columns] = grid
        starts = np.empty((rows, columns), np.int64)
        step = max(1, _AT_ONCE // columns)
        for first in range(0, rows, step):
            part = starts[first : first + step]
            inputs = self.make_inputs(part.size)
            self._fill(inputs, padded[first:], part.shape)
            part[:] = tables.locate(self.predict(inputs)).reshape(part.shape)
        return starts

    def _fill(self, inputs: np.ndarray, padded: np.ndarray, shape: tuple[int, int]) -> None:
        """Fill the inputs with neighbors of the first latents, which begin REACH down and to the right."""
        places = [(row, column + n) for (row, column), count in self.runs for n in range(count)]
        for values, (row, column) in zip(inputs, places, strict=False):
            top, left = contexts.REACH + row, contexts.REACH + column
            values.reshape(shape)[:] = padded[top : top + shape[0], left : left + shape[1]]


def _make_layers(weights: Mapping[str, np.ndarray], order: Sequence[int]) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the matrices of the hidden layers, biases in their last columns, and that of the outputs."""
    count = len(order)
    named = {name: values for name, values in weights.items() if name.startswith("context_")}
    fixed = {name: to_fixed(values, _WEIGHT_BITS) for name, values in named.items()}
    largest = np.append(np.full(count, float(MOST)), 1.0)
    peaks, layers = Peaks(largest), []
    for name in [name for name in named if name.removeprefix("context_").isdigit()]:
        matrix = fixed[name] + np.eye(count)
        if not layers:
            matrix = np.ldexp(matrix[:, order], _UNIT_BITS)
        layers.append(np.column_stack([matrix, np.ldexp(fixed[f"{name}_bias"], _UNIT_BITS)]))
        peaks.pass_through(layers[-1], _WEIGHT_BITS)
        peaks.largest = np.append(peaks.largest, 1.0)
    units = np.array([laplace.FRACTIONS, laplace.STEPS], np.float64)[:, np.newaxis]
    shift = np.array([0, (LOG_SCALE_SHIFT - laplace.LOWEST) * laplace.STEPS]) + 0.5  # floor rounds to the nearest
    parts = [
        units * fixed["context_linear"][:, order],
        (units[:, 0] * fixed["context_out_bias"] + shift)[:, np.newaxis],
        units * np.ldexp(fixed["context_out"], -_UNIT_BITS),
    ]
    peaks.largest = np.concatenate([largest, peaks.largest[:-1]])
    peaks.pass_through(last := np.column_stack(parts), _WEIGHT_BITS + _UNIT_BITS)
    return layers, last
