"""The context model: from a latent's neighbors to its distribution, in exact arithmetic.

            neighbors x         whole numbers
            |         |
    ReLU(x + W0 x + b0)         in units of 2^-12, rounded down
    ReLU(h + W1 h + b1)         the same
            |         |
        V h + b  +  L x         mean in units of 1/32, log-scale in units of 1/16, to the nearest

Cool-chic (github.com/Orange-OpenSource/Cool-Chic) has this network, and computes it in integers too.
"""

from collections.abc import Sequence

import numpy as np

from recon.families.overfitted import contexts, grids, laplace
from recon.families.overfitted.architecture import Parameters
from recon.families.overfitted.fixed_point import Peaks, to_fixed

LOG_SCALE_SHIFT = -4  # added to what the network gives; so weights of 0 expect small latents
_WEIGHT_BITS, _UNIT_BITS = 16, 12  # of weights and of hidden values
AT_ONCE = 2**14


class ContextModel:
    """A context model with its weights, for up to `most` latents at once.

    Attributes:
        delay: of the waves in which latents are decoded.
        runs: the neighbors in the order of `inputs`.
        inputs: float64 (contexts, most), to be filled with neighbors before `predict`.
    """

    def __init__(self, parameters: Parameters, most: int = AT_ONCE) -> None:
        """Prepare the layers; ValueError where weights are so large that sums of them would be rounded."""
        count = parameters.architecture.contexts
        offsets = contexts.list_offsets(count)
        self.delay, self.runs = contexts.find_delay(offsets), contexts.find_runs(offsets)
        order = np.array([offsets.index(offset) for offset in sorted(offsets)])
        self._layers, self._last = _make_layers(parameters, order)
        # Below the inputs there is a row of ones, which takes biases in, and the last layer.
        self._values = np.ones((2 * count + 1, most))
        self.inputs = self._values[:count]
        self._hidden = [np.ones((count + 1, most)) for _ in self._layers[:-1]]

    def predict(self, count: int) -> np.ndarray:
        """Return what the first `count` inputs give: whole numbers (2, count), as `Tables.locate` takes them."""
        width = len(self.inputs)
        values = self._values[: width + 1, :count]
        outputs = [*(hidden[:width] for hidden in self._hidden), self._values[width + 1 :]]
        for matrix, output, hidden in zip(self._layers, outputs, [*self._hidden, None], strict=True):
            result = output[:, :count]
            np.matmul(matrix, values, out=result)
            np.floor(result, out=result)
            np.maximum(result, 0, out=result)
            values = None if hidden is None else hidden[:, :count]
        predicted = self._last @ self._values[:, :count]
        return np.floor(predicted, out=predicted)

    def locate(self, grid: np.ndarray, tables: laplace.Tables) -> np.ndarray:
        """Return where in `tables` the row of each latent of a grid starts, int64 (rows, columns)."""
        rows, columns = grid.shape
        reach = contexts.REACH
        padded = np.zeros((rows + reach, columns + 2 * reach))
        padded[reach:, reach : reach + columns] = grid
        starts = np.empty((rows, columns), np.int64)
        most = self.inputs.shape[1]
        for left in range(0, columns, most):
            width = min(columns - left, most)
            step = most // width
            for top in range(0, rows, step):
                height = min(rows - top, step)
                self._fill(padded[top:, left:], height, width)
                found = tables.locate(self.predict(height * width))
                starts[top : top + height, left : left + width] = found.reshape(height, width)
        return starts

    def _fill(self, padded: np.ndarray, height: int, width: int) -> None:
        """Fill the inputs with neighbors of height x width latents, which begin REACH down and to the right."""
        number = 0
        for (row, column), count in self.runs:
            for place in range(column, column + count):
                top, left = contexts.REACH + row, contexts.REACH + place
                block = self.inputs[number, : height * width].reshape(height, width)
                block[:] = padded[top : top + height, left : left + width]
                number += 1


def _make_layers(parameters: Parameters, order: Sequence[int]) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the matrices of the hidden layers, biases in their last columns, and that of the outputs."""
    count = len(order)
    fixed = {name: to_fixed(values, _WEIGHT_BITS) for name, values in parameters.arrays.items()}
    largest = np.append(np.full(count, float(grids.MOST)), 1.0)
    peaks, layers = Peaks(largest), []
    for number in range(parameters.architecture.context_layers):
        weights = fixed[f"context_{number}"] + np.eye(count)
        if not layers:
            weights = np.ldexp(weights[:, order], _UNIT_BITS)
        layers.append(np.column_stack([weights, np.ldexp(fixed[f"context_{number}_bias"], _UNIT_BITS)]))
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
