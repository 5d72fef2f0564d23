"""Sums and products without rounding, so that a decoder on any machine computes what the encoder did.

Weights are multiples of a power of two, inputs whole numbers. A float64 holds each multiple of a unit exactly, up
to 2^53 units. While the absolute values of all terms of a sum stay below that together, no product and no partial
sum is ever rounded: in whatever order and blocks a library for matrices adds them, with fused operations or
without, the sum is the same. That they stay below is checked once for each layer, for the largest inputs there may
be.

    layer     y = floor(W x), where x and y are whole numbers
    units     y in 2^-bits of what it stands for: W is multiplied by a power of two, which rounds nothing either
"""

import numpy as np

_EXACT_BITS = 52  # one fewer than float64 has, since the bounds themselves are rounded


def to_fixed(values: np.ndarray, bits: int) -> np.ndarray:
    """Return values rounded to multiples of 2^-bits, float64."""
    return np.ldexp(np.rint(np.ldexp(values, bits)), -bits)


class Peaks:
    """The largest absolute values that the layers of a network can take, from one layer to the next."""

    def __init__(self, largest: np.ndarray) -> None:
        """Take the largest absolute values of the network's inputs."""
        self.largest = largest

    def pass_through(self, matrix: np.ndarray, unit_bits: int) -> None:
        """Take the largest values through a layer, whose weights are multiples of 2^-unit_bits.

        Raises:
            ValueError: a sum could be so large that it would be rounded.
        """
        with np.errstate(invalid="ignore"):  # infinite values are refused below, as NaN
            self.largest = np.abs(matrix) @ self.largest
        if not (self.largest < 2.0 ** (_EXACT_BITS - unit_bits)).all():
            raise ValueError("weights so large that sums of them would be rounded")
