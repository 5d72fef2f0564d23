"""The networks' weights as symbols: differences from a start, in steps of half powers of two.

For each array of weights: the number n of its step 2^(-n / 2), the bits of its largest symbol, the scale of a
Laplace distribution about 0, and its symbols. The start is that of `recon.families.overfitted.starts`, or 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2, prod
from typing import Self

import numpy as np

from recon.families.overfitted import laplace
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.coder import SymbolReader, SymbolWriter

STEPS, _LENGTHS, _SCALES = 48, 16, 24  # possible steps, bits of the largest symbol, and scales
_SIDE_BITS = log2(STEPS * _LENGTHS)
MOST = 2 ** (_LENGTHS - 1) - 1  # of a symbol


@dataclass(frozen=True)
class QuantizedParameters:
    """Weights as a file holds them.

    Attributes:
        architecture: what follows from the shapes.
        steps: the number n of the step 2^(-n / 2) of each array, by name.
        symbols: its differences from the start in units of that step, int32.
    """

    architecture: Architecture
    steps: dict[str, int]
    symbols: dict[str, np.ndarray] = field(repr=False)

    @classmethod
    def quantize(cls, parameters: Parameters, steps: Mapping[str, int], start: Parameters | None = None) -> Self:
        """Return the weights nearest to `parameters`; ValueError where a step is too small for a difference."""
        start = start or Parameters.zeros(parameters.architecture)
        symbols = {
            name: quantize_array(values - start[name], steps[name]) for name, values in parameters.arrays.items()
        }
        return cls(parameters.architecture, dict(steps), symbols)

    def dequantize(self, start: Parameters | None = None) -> Parameters:
        """Return the weights that a decoder computes with."""
        start = start or Parameters.zeros(self.architecture)
        arrays = {name: start[name] + step_of(self.steps[name]) * self.symbols[name] for name in self.symbols}
        return Parameters(self.architecture, arrays)

    def count_bits(self) -> float:
        """Return the bits that all symbols and steps take."""
        return sum(count_bits(symbols) for symbols in self.symbols.values())

    def write(self, writer: SymbolWriter) -> None:
        """Write all arrays."""
        for name, symbols in self.symbols.items():
            writer.write_number(self.steps[name], STEPS)
            writer.write_number(length := _length(symbols), _LENGTHS)
            if length:
                scale = _choose_scale(symbols)
                writer.write_number(scale, _SCALES)
                reach = 2**length - 1
                writer.write_alike(symbols.ravel() + reach, _frequencies(scale, reach))

    @classmethod
    def read(cls, reader: SymbolReader, architecture: Architecture) -> Self:
        """Return the weights that `write` wrote; PayloadError where there are fewer bits than they take."""
        steps, symbols = {}, {}
        for name, shape in architecture.shapes.items():
            steps[name] = reader.read_number(STEPS)
            symbols[name] = np.zeros(shape, np.int32)
            if length := reader.read_number(_LENGTHS):
                reach = 2**length - 1
                frequencies = _frequencies(reader.read_number(_SCALES), reach)
                symbols[name] = reader.read_alike(frequencies, prod(shape)).reshape(shape) - np.int32(reach)
        return cls(architecture, steps, symbols)


def step_of(number: int) -> float:
    """Return the step 2^(-number / 2)."""
    return float(np.ldexp(np.sqrt(2.0) if number % 2 else 1.0, -((number + 1) // 2)))


def quantize_array(differences: np.ndarray, step: int) -> np.ndarray:
    """Return differences in units of a step, given by its number: int32; ValueError where one is too large."""
    symbols = np.rint(differences / step_of(step))
    if np.abs(symbols).max() > MOST:
        largest = np.abs(differences).max()
        raise ValueError(f"a step of {step_of(step):g} is too small for a difference of {largest:g}")
    return symbols.astype(np.int32)


def count_bits(symbols: np.ndarray) -> float:
    """Return the bits that an array of symbols takes, with those of its step."""
    if not (length := _length(symbols)):
        return _SIDE_BITS
    reach = 2**length - 1
    return _SIDE_BITS + log2(_SCALES) + _bits(symbols, _frequencies(_choose_scale(symbols), reach))


def _length(symbols: np.ndarray) -> int:
    return int(np.abs(symbols).max()).bit_length()


def _choose_scale(symbols: np.ndarray) -> int:
    """Return the number of the scale with which symbols take the fewest bits."""
    reach = 2 ** _length(symbols) - 1
    return int(np.argmin([_bits(symbols, _frequencies(scale, reach)) for scale in range(_SCALES)]))


def _frequencies(scale: int, reach: int) -> np.ndarray:
    """Return the frequencies of -reach..reach about 0; scales are steps of half the natural logarithm."""
    return laplace.zero_mean((scale - 4) / 2, reach)


def _bits(symbols: np.ndarray, frequencies: np.ndarray) -> float:
    probabilities = frequencies[symbols.ravel() + len(frequencies) // 2] / frequencies.sum() + 1 / laplace.TOTAL
    return -float(np.log2(probabilities).sum())
