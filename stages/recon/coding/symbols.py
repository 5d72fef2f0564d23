"""The range coder of a file: one stream of integer symbols, each coded with a table of integer frequencies.

constriction turns frequencies into probabilities by operations that IEEE 754 defines to the last bit, so encoder
and decoder agree on all machines.
"""

from math import log2
from typing import Any

import numpy as np
from constriction import stream

from recon.coding.laplace import TOTAL, Tables
from recon.coding.payload import PayloadError
from recon.coding.rate import RangeDecoder, RangeEncoder, Uniform

_FAMILY = stream.model.Categorical(perfect=False)  # the frequencies follow for each symbol
_AT_ONCE = 2**15  # symbols that are written, or whose bits are counted, together


class SymbolWriter:
    """Encodes symbols, which are counted from 0."""

    def __init__(self) -> None:
        self._encoder = RangeEncoder()

    def write_number(self, number: int, possible: int) -> None:
        """Write a number from 0 to `possible` - 1, all equally likely."""
        self._encoder.encode(number, Uniform(possible))

    def write_iid(self, symbols: np.ndarray, frequencies: np.ndarray) -> None:
        """Write symbols that share one table of frequencies."""
        self._encoder.encode(symbols.astype(np.int32), stream.model.Categorical(frequencies, perfect=False))

    def write(self, symbols: np.ndarray, tables: Tables, starts: np.ndarray) -> None:
        """Write symbols, each with the row of `tables` at its start."""
        for first in range(0, len(symbols), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            self._encoder.encode(symbols[part].astype(np.int32), _FAMILY, tables.rows[starts[part]])

    def finish(self) -> bytes:
        """Return the code of all symbols."""
        return self._encoder.get_compressed().astype("<u4").tobytes()


class SymbolReader:
    """Decodes what a `SymbolWriter` wrote.

    Past the end of its code a range decoder reads zeros and goes on, so a forged header could ask for any number
    of symbols. Therefore a lower bound of their bits is counted, and decoding stops when the code has fewer.
    """

    def __init__(self, data: bytes) -> None:
        """Take the code; PayloadError if it is not in words of 4 bytes."""
        if len(data) % 4:
            raise PayloadError(f"coded symbols come in words of 4 bytes, here are {len(data)} bytes")
        self._decoder = RangeDecoder(np.frombuffer(data, "<u4").astype(np.uint32))
        self._bits = 8.0 * len(data)
        self._tables: Tables | None = None  # of the symbols whose bits are not counted yet
        self._uncounted: list[tuple[np.ndarray, np.ndarray]] = []  # their starts and themselves
        self._pending = 0  # their number

    def read_number(self, possible: int) -> int:
        """Return a number that `write_number` wrote."""
        self._count()
        self._spend(log2(possible))
        return self._decode(Uniform(possible))

    def read_iid(self, frequencies: np.ndarray, count: int) -> np.ndarray:
        """Return symbols that `write_iid` wrote, int32 (count,)."""
        symbols = self._decode(stream.model.Categorical(frequencies, perfect=False), count)
        self._spend(-np.log2(np.minimum(1, frequencies[symbols] / frequencies.sum() + 2 / TOTAL)).sum())
        return symbols

    def read(self, tables: Tables, starts: np.ndarray) -> np.ndarray:
        """Return symbols that `write` wrote, int32 (n,).

        They are decoded and counted in parts: the memory that tables take is bounded, whatever a header claims.
        """
        parts = [self._read_part(tables, starts[at : at + _AT_ONCE]) for at in range(0, len(starts), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, np.int32)

    def finish(self) -> None:
        """Raise PayloadError if symbols were read that the code does not have, or are left in it."""
        self._count()
        if not self._decoder.maybe_exhausted():
            raise PayloadError("coded symbols go on after the last one")

    def _read_part(self, tables: Tables, starts: np.ndarray) -> np.ndarray:
        if tables is not self._tables or self._pending >= _AT_ONCE:
            self._count()
            self._tables = tables
        symbols = self._decode(_FAMILY, tables.rows[starts])
        self._uncounted.append((starts, symbols))
        self._pending += len(symbols)
        return symbols

    def _count(self) -> None:
        """Spend the bits of the symbols that `read` has returned since the last count."""
        if self._tables and self._uncounted:
            self._spend(self._tables.count_bits(*map(np.concatenate, zip(*self._uncounted, strict=True))))
        self._uncounted, self._pending = [], 0

    def _spend(self, bits: float) -> None:
        """Count bits of symbols; PayloadError if there are fewer."""
        if bits > self._bits:
            raise PayloadError("coded symbols are cut: there are fewer bytes than the symbols take")
        self._bits -= bits

    def _decode(self, *arguments: Any) -> Any:
        try:
            return self._decoder.decode(*arguments)
        except AssertionError as error:  # constriction's answer to bits that code no symbol
            raise PayloadError("coded symbols are damaged") from error
