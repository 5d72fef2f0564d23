"""Convolutions without rounding errors, for decoders: see `recon.coding.fixed_point`."""

from itertools import product

import numpy as np

from recon.coding.fixed_point import Peaks, to_fixed

WEIGHT_BITS = 16
_AT_ONCE = 2**11  # places for which the inputs of a kernel fit into a fast cache


class Convolution:
    """y = floor(W * x + b), with zeros around: x and y are whole numbers, in units of powers of two."""

    def __init__(
        self,
        kernel: np.ndarray,
        bias: np.ndarray | None = None,
        *,
        largest: float | np.ndarray,
        units: int,
        outputs: np.ndarray | int,
    ) -> None:
        """Prepare the weights.

        Args:
            kernel: W, (rows, columns, inputs, outputs), sides odd; rounded to multiples of 2^-WEIGHT_BITS.
            bias: b, (outputs,), in what values stand for; None: 0.
            largest: the largest absolute value of x, in its units: of all inputs, or of each.
            units: x is in units of 2^-units.
            outputs: y is in units of 2^-outputs: all of it, or each output.

        Raises:
            ValueError: weights are so large that sums of them would be rounded.
        """
        *self._sides, inputs, count = kernel.shape
        exponents = np.broadcast_to(outputs, (count,))[:, np.newaxis]
        matrix = to_fixed(kernel, WEIGHT_BITS).reshape(-1, count).T
        self._matrix = np.ldexp(matrix, exponents - units)
        bias = np.zeros(count) if bias is None else bias
        self._bias = np.ldexp(to_fixed(bias, WEIGHT_BITS)[:, np.newaxis], exponents)
        places = len(matrix[0]) // inputs
        peaks = Peaks(np.append(np.tile(np.broadcast_to(largest, (inputs,)), places), 1.0))
        peaks.pass_through(
            np.column_stack([self._matrix, self._bias]), WEIGHT_BITS + max(0, units - exponents.min())
        )

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return y, float64 (outputs, rows, columns), of x, (inputs, rows, columns)."""
        inputs, rows, columns = values.shape
        result = np.empty((len(self._matrix), rows, columns))
        down, across = (side // 2 for side in self._sides)
        padded = np.pad(values, ((0, 0), (down, down), (across, across))) if down or across else values
        step = max(1, _AT_ONCE // columns)
        patches = np.empty((*self._sides, inputs, step, columns))
        for first in range(0, rows, step):
            height = min(step, rows - first)
            for row, column in product(*map(range, self._sides)):
                part = padded[:, first + row : first + row + height, column : column + columns]
                patches[row, column, :, :height] = part
            flat = patches[..., :height, :].reshape(-1, height * columns)
            result[:, first : first + height] = (self._matrix @ flat + self._bias).reshape(-1, height, columns)
        return np.floor(result, out=result)
