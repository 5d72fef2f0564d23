"""The analysis of the transform codec in exact arithmetic: from pixels to symbols.

Decoders would not need it to be exact. But so every machine writes the same file, and without TensorFlow.
"""

from collections.abc import Mapping
from itertools import count, takewhile

import numpy as np

from recon.coding.context_model import MOST
from recon.coding.convolution import Convolution
from recon.families.autoencoder.transform.architecture import CORRECTION, MIDDLE, SIDE
from recon.families.autoencoder.transform.blocks import to_blocks
from recon.families.autoencoder.transform.steps import STEP_BITS, make_steps

_COLOR_BITS, _HIDDEN_BITS = 16, 12  # of colors, and of hidden values and coefficients
_LARGEST = 2.0 ** (_HIDDEN_BITS + 8)  # no trained network is near it
_COLORS = np.rint(np.ldexp(np.arange(256) / 255 - MIDDLE, _COLOR_BITS))


class BlockAnalysis:
    """The analysis at one rate."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the weights of the codec at a rate; ValueError where they are too large for exact sums."""
        colors = {"largest": np.abs(_COLORS).max(), "units": _COLOR_BITS}
        hidden = {"largest": _LARGEST, "units": _HIDDEN_BITS}

        def convolution(name: str, inputs: dict, scale: float = 1.0) -> Convolution:
            kernel, bias = scale * weights[name], scale * weights.get(f"{name}_bias", np.zeros(1))
            return Convolution(kernel, bias, **inputs, outputs=_HIDDEN_BITS)

        def residual(name: str) -> tuple[Convolution, Convolution]:
            return convolution(f"{name}_a", hidden), convolution(f"{name}_b", hidden)

        self._matrix = convolution("analysis_matrix", colors)
        self._in = convolution("analysis_in", colors)
        names = (f"analysis_{number}" for number in count())
        self._blocks = [residual(name) for name in takewhile(lambda name: f"{name}_a" in weights, names)]
        self._down, self._deep = convolution("analysis_down", hidden), residual("analysis_deep")
        self._out = convolution("analysis_out", hidden, CORRECTION)
        self._steps = make_steps(weights["log_steps"])

    def analyze(self, pixels: np.ndarray) -> np.ndarray:
        """Return the symbols of uint8 pixels (rows, columns, 3), sides multiples of 8; see `find_levels`."""
        return np.clip(np.floor(self.find_levels(pixels) + 0.5), -MOST, MOST).astype(np.int16)

    def find_levels(self, pixels: np.ndarray) -> np.ndarray:
        """Return symbols before they are rounded, float64 (192, rows / 8, columns / 8)."""
        colors = _COLORS[pixels].transpose(2, 0, 1)
        hidden = self._in(to_blocks(colors, 4))
        for block in self._blocks:
            hidden = _add_residual(block, hidden)
        hidden = _add_residual(self._deep, self._down(to_blocks(_activate(hidden), 2)))
        coefficients = self._matrix(to_blocks(colors, SIDE)) + self._out(_clip(hidden))
        return coefficients * 2.0 ** (STEP_BITS - _HIDDEN_BITS) / self._steps


def pad(pixels: np.ndarray) -> np.ndarray:
    """Return a picture (rows, columns, 3) with sides that are multiples of 8: pixels at the edge are repeated."""
    rows, columns, _ = pixels.shape
    return np.pad(pixels, ((0, -rows % SIDE), (0, -columns % SIDE), (0, 0)), mode="edge")


def _add_residual(block: tuple[Convolution, Convolution], hidden: np.ndarray) -> np.ndarray:
    first, second = block
    return hidden + second(_activate(first(_clip(hidden))))


def _activate(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0, _LARGEST)


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -_LARGEST, _LARGEST)
