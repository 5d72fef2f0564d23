"""Coding of latent grids: each latent with the distribution that the context model predicts for it.

A grid starts with its reach, one of REACHES, which no absolute value exceeds; if that is 0, nothing follows.
Latents follow in waves (`recon.coding.contexts`), and all latents of a wave are decoded at once.
"""

from collections.abc import Callable

import numpy as np

from recon.coding import contexts
from recon.coding.context_model import MOST, ContextModel
from recon.coding.laplace import Tables, make_tables
from recon.coding.symbols import SymbolReader, SymbolWriter

REACHES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, MOST)
_WAVES_AT_ONCE = 64

Report = Callable[[int], None]


def ignore(number: int) -> None:
    """Report nothing."""


def encode(writer: SymbolWriter, model: ContextModel, grid: np.ndarray) -> None:
    """Write a grid of whole numbers (rows, columns)."""
    writer.write_number(number := _find_reach(grid), len(REACHES))
    if reach := REACHES[number]:
        tables = make_tables(reach)
        row, column = np.ogrid[: grid.shape[0], : grid.shape[1]]
        order = np.argsort((column + model.delay * row).astype(np.int32), axis=None, kind="stable")
        starts = model.locate(grid, tables).ravel()
        writer.write((grid.ravel() + reach)[order], tables, starts[order])


def count_bits(model: ContextModel, grid: np.ndarray) -> float:
    """Return the number of bits that a grid takes, without those of its reach."""
    if not (reach := REACHES[_find_reach(grid)]):
        return 0.0
    tables = make_tables(reach)
    return tables.count_bits(model.locate(grid, tables).ravel(), grid.ravel() + reach)


def decode(
    reader: SymbolReader, model: ContextModel, shape: tuple[int, int], report: Report = ignore
) -> np.ndarray:
    """Return the grid that `encode` wrote, int16 (rows, columns).

    Args:
        reader: the code.
        model: with the weights that precede the grid in the code.
        shape: of the grid.
        report: called with the number of latents decoded since the last call.

    Raises:
        PayloadError: the code is damaged, or too short for so many latents.
    """
    grid = np.zeros(shape, np.int16)
    if reach := REACHES[reader.read_number(len(REACHES))]:
        _decode_waves(reader, model, make_tables(reach), grid, report)
    else:
        report(grid.size)
    return grid


def _decode_waves(
    reader: SymbolReader, model: ContextModel, tables: Tables, grid: np.ndarray, report: Report
) -> None:
    """Fill a grid."""
    recent = _RecentWaves(model, len(grid))
    for wave in range(contexts.count_waves(grid.shape, model.delay)):
        recent.begin_wave()
        if rows := contexts.wave_rows(wave, grid.shape, model.delay):
            starts = tables.locate(model.predict(recent.make_inputs(rows)))
            values = reader.read(tables, starts) - tables.reach
            recent.write(rows, values)
            _select_wave(grid, wave, rows, model.delay)[:] = values
            report(len(rows))


class _RecentWaves:
    """The last decoded waves of a grid, which hold all neighbors of the next one.

    Each wave is a row of an array, and a latent is in the column with the number of its row in the grid. There the
    neighbors of a wave's latents that belong to one `NeighborRun` are a block. What lies outside the grid is 0.
    """

    def __init__(self, model: ContextModel, rows: int) -> None:
        """Take the model that gets the neighbors, and the number of rows of the grid."""
        self._model = model
        self._back = contexts.REACH * (model.delay + 1)  # waves that hold neighbors
        self._waves = np.zeros((self._back + _WAVES_AT_ONCE, rows + contexts.REACH))
        self._current = self._back - 1

    def begin_wave(self) -> None:
        """Go on to the next wave, which is 0 so far."""
        self._current += 1
        if self._current == len(self._waves):
            self._waves[: self._back] = self._waves[-self._back :]
            self._waves[self._back :] = 0
            self._current = self._back

    def make_inputs(self, rows: range) -> np.ndarray:
        """Return the inputs of `ContextModel.predict` for the latents of the current wave in these rows."""
        inputs, number = self._model.make_inputs(len(rows)), 0
        for (row, column), count in self._model.runs:
            first = self._current + column + self._model.delay * row
            left = rows.start + contexts.REACH + row
            inputs[number : number + count] = self._waves[first : first + count, left : left + len(rows)]
            number += count
        return inputs

    def write(self, rows: range, values: np.ndarray) -> None:
        """Write the latents of the current wave in these rows."""
        left = rows.start + contexts.REACH
        self._waves[self._current, left : left + len(rows)] = values


def _select_wave(grid: np.ndarray, wave: int, rows: range, delay: int) -> np.ndarray:
    """Return a view of the latents of a wave, which are in these rows of a grid."""
    stride = grid.shape[1] - delay
    first = wave + rows.start * stride
    return grid.ravel()[first : first + (len(rows) - 1) * stride + 1 : max(1, stride)]


def _find_reach(grid: np.ndarray) -> int:
    """Return the index of the smallest of REACHES that is enough for a grid; ValueError if none is."""
    largest = int(np.abs(grid).max())
    if largest > MOST:
        raise ValueError(f"latents are whole numbers from -{MOST} to {MOST}. Received: {largest}")
    return int(np.searchsorted(REACHES, largest))
