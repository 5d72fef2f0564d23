"""Coding of the networks' weights: quantized differences from a start.

An array of weights is coded as the number n of its step 2^(-n / 2), the index of the scale of a zero-mean Laplace
distribution, which implies the largest possible symbol, and its symbols. With index 0 all symbols are 0 and none
follows. The start is a shared one (`recon.families.overfitted.starts`), the previous tile's networks, or 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import log, log2, prod
from typing import Self

import numpy as np

from recon.coding import laplace
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.families.overfitted.architecture import Architecture, Parameters

STEPS = 40  # n is 0 to STEPS - 1
# By index: the natural logarithm of the scale, and the largest symbol, 11 to 22 times the scale.
_LOG_SCALES = (None, *(number / 2 for number in range(-4, 16)))
_REACHES = (0, *(2 ** (4 + round(log_scale / log(2))) for log_scale in _LOG_SCALES[1:]))
_SIDE_BITS = log2(STEPS) + log2(len(_REACHES))


@dataclass(frozen=True)
class QuantizedParameters:
    """Weights as a file holds them.

    Attributes:
        architecture: of the networks, which implies the shapes.
        steps: the number n of the step 2^(-n / 2) of each array, by name.
        symbols: its differences from the start in units of that step, int32.
    """

    architecture: Architecture
    steps: dict[str, int]
    symbols: dict[str, np.ndarray] = field(repr=False)

    @classmethod
    def quantize(cls, parameters: Parameters, steps: Mapping[str, int], start: Parameters | None = None) -> Self:
        """Return the weights nearest to `parameters`; ValueError where a step is too small for a difference."""
        start = _choose_start(start, parameters.architecture)
        symbols = {
            name: quantize_array(values - start[name], steps[name]) for name, values in parameters.arrays.items()
        }
        return cls(parameters.architecture, dict(steps), symbols)

    def dequantize(self, start: Parameters | None = None) -> Parameters:
        """Return the weights that a decoder computes with."""
        start = _choose_start(start, self.architecture)
        arrays = {name: start[name] + step_of(self.steps[name]) * self.symbols[name] for name in self.symbols}
        return Parameters(self.architecture, arrays)

    def count_bits(self) -> float:
        """Return the bits that all symbols and steps take."""
        return sum(count_bits(symbols) for symbols in self.symbols.values())

    def write(self, writer: SymbolWriter) -> None:
        """Write all arrays."""
        for name, symbols in self.symbols.items():
            writer.write_number(self.steps[name], STEPS)
            writer.write_number(scale := _choose_scale(symbols), len(_REACHES))
            if scale:
                writer.write_iid(symbols.ravel() + _REACHES[scale], _frequencies(scale))

    @classmethod
    def read(cls, reader: SymbolReader, architecture: Architecture) -> Self:
        """Return the weights that `write` wrote; PayloadError where there are fewer bits than they take."""
        steps, symbols = {}, {}
        for name, shape in architecture.shapes.items():
            steps[name] = reader.read_number(STEPS)
            symbols[name] = np.zeros(shape, np.int32)
            if scale := reader.read_number(len(_REACHES)):
                numbers = reader.read_iid(_frequencies(scale), prod(shape))  # counted from the lowest symbol
                symbols[name] = numbers.reshape(shape) - np.int32(_REACHES[scale])
        return cls(architecture, steps, symbols)


def _choose_start(start: Parameters | None, architecture: Architecture) -> Parameters:
    if start is None:
        return Parameters.zeros(architecture)
    if start.architecture != architecture:
        raise ValueError(f"the shared start is of {start.architecture}, not of {architecture}")
    return start


def step_of(number: int) -> float:
    """Return the step 2^(-number / 2)."""
    return float(np.ldexp(np.sqrt(2.0) if number % 2 else 1.0, -((number + 1) // 2)))


def quantize_array(differences: np.ndarray, step: int) -> np.ndarray:
    """Return differences in units of a step, given by its number: int32; ValueError where one is too large."""
    symbols = np.rint(differences / step_of(step))
    if np.abs(symbols).max() > _REACHES[-1]:
        largest = np.abs(differences).max()
        raise ValueError(f"a step of {step_of(step):g} is too small for a difference of {largest:g}")
    return symbols.astype(np.int32)


def count_bits(symbols: np.ndarray) -> float:
    """Return the bits that an array of symbols takes, with those of its step and scale."""
    return _SIDE_BITS + min(bits for _, bits in _list_scales(symbols))


def _choose_scale(symbols: np.ndarray) -> int:
    """Return the index of the scale with which symbols take the fewest bits."""
    return min(_list_scales(symbols), key=lambda scale: scale[1])[0]


def _list_scales(symbols: np.ndarray) -> list[tuple[int, float]]:
    """Return the indices of the scales that allow these symbols, and the bits that they take with each."""
    if not symbols.any():
        return [(0, 0.0)]
    values, counts = np.unique(np.abs(symbols), return_counts=True)
    possible = [scale for scale, reach in enumerate(_REACHES) if reach >= values[-1]]
    if not possible:
        raise ValueError(f"symbols are at most {_REACHES[-1]}. Received: {values[-1]}")
    return [(scale, _count_bits(values, counts, scale)) for scale in possible]


def _count_bits(values: np.ndarray, counts: np.ndarray, scale: int) -> float:
    """Return the bits of symbols, given the number of those with each absolute value."""
    frequencies = _frequencies(scale)
    probabilities = frequencies[values + _REACHES[scale]] / frequencies.sum() + 1 / laplace.TOTAL
    return -float(counts @ np.log2(probabilities))


@cache
def _frequencies(scale: int) -> np.ndarray:
    return laplace.zero_mean(_LOG_SCALES[scale], _REACHES[scale])
