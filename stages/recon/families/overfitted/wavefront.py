"""Latent grids as symbols: each latent by the distribution that the context model gives it, wave after wave.

A grid begins with the largest absolute value it may have, one of REACHES; 0: all of it is 0.
"""

from collections.abc import Callable

import numpy as np

from recon.families.overfitted import contexts, grids
from recon.families.overfitted.coder import SymbolReader, SymbolWriter
from recon.families.overfitted.context_model import ContextModel
from recon.families.overfitted.laplace import Tables, make_tables

REACHES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, grids.MOST)
_WAVES_AT_ONCE = 64
_COUNT_AFTER = 2**15  # symbols, whose bits are counted together

Report = Callable[[int], None]


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
    """Return the bits that a grid takes, without those of its reach."""
    if not (reach := REACHES[_find_reach(grid)]):
        return 0.0
    tables = make_tables(reach)
    return tables.count_bits(model.locate(grid, tables).ravel(), grid.ravel() + reach)


def ignore(number: int) -> None:
    """Report nothing."""


def decode(
    reader: SymbolReader, model: ContextModel, shape: tuple[int, int], report: Report = ignore
) -> np.ndarray:
    """Return the grid of this shape that `encode` wrote, int16.

    Args:
        reader: the code.
        model: of the networks that the code begins with.
        shape: of the grid.
        report: called with numbers of latents that have been decoded since the last call.

    Raises:
        PayloadError: there are fewer bits than so many latents take.
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
    """Fill a grid.

    The last waves are kept as rows of an array, where a latent is in the column of its row in the grid: neighbors
    side by side in the grid are a block there. What lies beside the grid is 0.
    """
    delay, reach = model.delay, contexts.REACH
    back = reach * (delay + 1)
    waves = np.zeros((back + _WAVES_AT_ONCE, len(grid) + reach))
    blocks = _place_blocks(model, back)
    flat, stride = grid.ravel(), grid.shape[1] - delay
    pending, count = [], 0
    last = contexts.count_waves(grid.shape, delay) - 1
    for wave in range(last + 1):
        place = wave % _WAVES_AT_ONCE
        if not place and wave:
            waves[:back] = waves[_WAVES_AT_ONCE:]
            waves[back:] = 0
        rows = contexts.wave_rows(wave, grid.shape, delay)
        if not (n := len(rows)):
            continue
        top = rows.start
        inputs = model.make_inputs(n)
        for rows_of_run, down, across in blocks:
            inputs[rows_of_run] = waves[place + down.start : place + down.stop, top + across : top + across + n]
        starts = tables.locate(model.predict(inputs))
        symbols = reader.read(tables, starts)
        values = symbols - tables.reach
        waves[place + back, top + reach : top + reach + n] = values
        first = wave + top * stride
        flat[first : first + (n - 1) * stride + 1 : max(1, stride)] = values
        pending.append((starts, symbols))
        count += n
        if count > _COUNT_AFTER or wave == last:
            reader.spend(tables.count_bits(*map(np.concatenate, zip(*pending, strict=True))))
            report(count)
            pending, count = [], 0


def _place_blocks(model: ContextModel, back: int) -> list[tuple[slice, slice, int]]:
    """Return, for each run of neighbors, its rows of the model's inputs, and where its block of waves is."""
    blocks, number = [], 0
    for (row, column), count in model.runs:
        down = back + column + model.delay * row
        blocks.append((slice(number, number + count), slice(down, down + count), contexts.REACH + row))
        number += count
    return blocks


def _find_reach(grid: np.ndarray) -> int:
    """Return the number of the smallest of REACHES that is enough for a grid; ValueError where none is."""
    largest = int(np.abs(grid).max())
    if largest > grids.MOST:
        raise ValueError(f"latents are whole numbers from -{grids.MOST} to {grids.MOST}. Received: {largest}")
    return int(np.searchsorted(REACHES, largest))
