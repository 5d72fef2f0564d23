"""One range coder for all symbols of a file: whole numbers with frequencies, in the order that they are written.

Frequencies are whole numbers, and constriction turns them into probabilities by operations whose last bits IEEE
754 defines, so encoder and decoder agree on other machines too.
"""

from math import log2
from typing import Any

import numpy as np
from constriction import stream

from recon.coding.payload import PayloadError
from recon.coding.rate import RangeDecoder, RangeEncoder, Uniform
from recon.families.overfitted.laplace import TOTAL, Tables

_FAMILY = stream.model.Categorical(perfect=False)  # its frequencies are given for each symbol
_AT_ONCE = 2**15  # rows of frequencies in memory


class SymbolWriter:
    """Collects symbols, which count from 0."""

    def __init__(self) -> None:
        self._encoder = RangeEncoder()

    def write_number(self, number: int, possible: int) -> None:
        """Write one of `possible` numbers that are equally likely."""
        self._encoder.encode(number, Uniform(possible))

    def write_alike(self, symbols: np.ndarray, frequencies: np.ndarray) -> None:
        """Write symbols that have the same frequencies."""
        self._encoder.encode(symbols.astype(np.int32), stream.model.Categorical(frequencies, perfect=False))

    def write(self, symbols: np.ndarray, tables: Tables, starts: np.ndarray) -> None:
        """Write symbols, each with the row of `tables` that starts there."""
        for first in range(0, len(symbols), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            self._encoder.encode(symbols[part].astype(np.int32), _FAMILY, tables.rows[starts[part]])

    def finish(self) -> bytes:
        """Return the code of all symbols."""
        return self._encoder.get_compressed().astype("<u4").tobytes()


class SymbolReader:
    """Reads what a `SymbolWriter` wrote.

    Beyond the end a range decoder reads zeros, for as many symbols as it is asked for. So the bits that symbols
    take at least are counted, and no more are decoded than there are bits for.
    """

    def __init__(self, data: bytes) -> None:
        """Take the code; PayloadError where it is none."""
        if len(data) % 4:
            raise PayloadError(f"coded symbols come in words of 4 bytes, here are {len(data)} bytes")
        self._decoder = RangeDecoder(np.frombuffer(data, "<u4").astype(np.uint32))
        self._bits = 8.0 * len(data)

    def read_number(self, possible: int) -> int:
        """Return a number that `write_number` wrote."""
        self.spend(log2(possible))
        return self._decode(Uniform(possible))

    def read_alike(self, frequencies: np.ndarray, count: int) -> np.ndarray:
        """Return symbols that `write_alike` wrote, int32 (count,)."""
        symbols = self._decode(stream.model.Categorical(frequencies, perfect=False), count)
        self.spend(-np.log2(np.minimum(1, frequencies[symbols] / frequencies.sum() + 2 / TOTAL)).sum())
        return symbols

    def read(self, tables: Tables, starts: np.ndarray) -> np.ndarray:
        """Return symbols that `write` wrote, int32 (n,); to be counted by `spend` once there are many of them."""
        return self._decode(_FAMILY, tables.rows[starts])

    def spend(self, bits: float) -> None:
        """Count the bits of symbols; PayloadError where there are fewer."""
        if bits > self._bits:
            raise PayloadError("coded symbols are cut: these are fewer bytes than so many symbols take")
        self._bits -= bits

    def finish(self) -> None:
        """Raise PayloadError where symbols follow."""
        if not self._decoder.maybe_exhausted():
            raise PayloadError("coded symbols go on after the last one")

    def _decode(self, *arguments: Any) -> Any:
        try:
            return self._decoder.decode(*arguments)
        except AssertionError as error:  # constriction's word for bits that no symbol has
            raise PayloadError("coded symbols are damaged") from error
