"""Streams of symbols, each coded with a table of its own."""

import tracemalloc

import numpy as np
import pytest

from recon.coding import laplace, symbols
from recon.coding.payload import PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter

RNG = np.random.default_rng(0)
COUNT = 2 * symbols._AT_ONCE + 5  # in three parts


def draw(count, reach=3):
    """Return symbols, their tables and the places of their rows."""
    tables = laplace.make_tables(reach)
    rounded = np.stack([RNG.integers(-64, 64, count), RNG.integers(40, 100, count)]).astype(np.float64)
    return RNG.integers(0, 2 * reach + 1, count), tables, tables.locate(rounded)


@pytest.mark.parametrize("count", [0, 1, COUNT])
def test_what_is_written_is_read(count):
    values, tables, starts = draw(count)
    writer = SymbolWriter()
    writer.write_number(5, 8)
    writer.write(values, tables, starts)
    reader = SymbolReader(writer.finish())
    assert reader.read_number(8) == 5
    np.testing.assert_array_equal(reader.read(tables, starts), values)
    reader.finish()


def test_a_forged_number_of_symbols_costs_no_more_memory_than_a_part_of_them():
    """Of 200 parts, whose tables would take 13 GB, about the first is read before the bits are too few."""
    _, tables, starts = draw(symbols._AT_ONCE, reach=128)
    many = np.broadcast_to(starts, (200, len(starts))).ravel()
    part = tables.rows[starts].nbytes
    tracemalloc.start()
    with pytest.raises(PayloadError):
        SymbolReader(bytes(40)).read(tables, many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * part
