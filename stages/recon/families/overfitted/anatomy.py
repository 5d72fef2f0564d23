"""A payload taken apart: the bits of the networks and of each latent, and the picture without its finer grids."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recon.coding import wavefront
from recon.coding.context_model import ContextModel
from recon.coding.laplace import make_tables
from recon.families.overfitted import codestream, tiling
from recon.families.overfitted.architecture import Parameters
from recon.families.overfitted.codestream import CodedImage
from recon.families.overfitted.starts import Start, find_start
from recon.families.overfitted.synthesis import Synthesis
from recon.families.overfitted.tiling import Region

_AT_ONCE = 2**14  # latents whose frequencies are in memory


@dataclass(frozen=True)
class Part:
    """A tile of a payload.

    Attributes:
        tile: its place in the picture.
        parameters: the weights of its networks.
        network_bits: that these take.
        latents: its grids, whole numbers (rows, columns), by level.
        latent_bits: that each latent takes, of the same shapes.
    """

    tile: Region
    parameters: Parameters
    network_bits: float
    latents: dict[int, np.ndarray]
    latent_bits: dict[int, np.ndarray]


@dataclass(frozen=True)
class Anatomy:
    """All parts of a payload, and the sides of its picture in pixels."""

    rows: int
    columns: int
    parts: Sequence[Part]

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels of the grids, in ascending order: from fine to coarse."""
        return tuple(self.parts[0].latents)

    @property
    def network_bits(self) -> float:
        """The bits of the networks."""
        return sum(part.network_bits for part in self.parts)

    def level_bits(self, level: int) -> float:
        """Return the bits of all latents of a level."""
        return float(sum(part.latent_bits[level].sum() for part in self.parts))

    def nonzero_percent(self, level: int) -> float:
        """Return the share of the latents of a level that are not 0."""
        grids = [part.latents[level] for part in self.parts]
        return 100 * sum(map(np.count_nonzero, grids)) / sum(grid.size for grid in grids)

    def map_latents(self, level: int) -> np.ndarray:
        """Return the latents of a level, each for all pixels of its cell: (rows, columns)."""
        return self._place(lambda part: _enlarge(part.latents[level], level, part.tile))

    def map_bits(self) -> np.ndarray:
        """Return the bits of the latents, each spread over the pixels of its cell: (rows, columns)."""
        return self._place(
            lambda part: sum(_enlarge(bits / 4**k, k, part.tile) for k, bits in part.latent_bits.items())
        )

    def render(self, coarsest: int) -> np.ndarray:
        """Return the picture of the `coarsest` grids, the others being 0: uint8 (rows, columns, channels)."""
        kept = self.levels[len(self.levels) - coarsest :]

        def render_part(part: Part) -> np.ndarray:
            latents = [grid * (level in kept) for level, grid in part.latents.items()]
            return Synthesis(part.parameters).render(latents, *part.tile.shape)

        return self._place(render_part)

    def _place(self, make: Callable[[Part], np.ndarray]) -> np.ndarray:
        """Return what `make` returns for each part, (rows, columns, ...), in one picture."""
        made = [make(part) for part in self.parts]
        whole = np.empty((self.rows, self.columns, *made[0].shape[2:]), made[0].dtype)
        for part, values in zip(self.parts, made, strict=True):
            whole[part.tile.rows, part.tile.columns] = values
        return whole


def take_apart(data: bytes, rows: int, columns: int) -> Anatomy:
    """Return the anatomy of a payload.

    Args:
        data: the payload.
        rows: of its picture.
        columns: of its picture.

    Raises:
        PayloadError: it is damaged, or the shared start that it needs is nowhere.
        UserError: the file of that start is damaged.
    """
    start = find_start(data)
    images = codestream.read(data, start, most_pixels=rows * columns)
    start = start and start.keep_levels(images[0].weights.architecture.levels)
    tiles = tiling.cut(rows, columns)
    starts = [codestream.next_start(images[:number], start) for number in range(len(images))]
    return Anatomy(rows, columns, list(map(_take_tile_apart, tiles, images, starts)))


def _take_tile_apart(tile: Region, image: CodedImage, start: Start | None) -> Part:
    parameters = image.weights.dequantize(start and start.parameters)
    model, levels = ContextModel(parameters.arrays), parameters.architecture.levels
    return Part(
        tile,
        parameters,
        image.weights.count_bits(),
        dict(zip(levels, image.latents, strict=True)),
        {level: _measure_bits(model, grid) for level, grid in zip(levels, image.latents, strict=True)},
    )


def _measure_bits(model: ContextModel, grid: np.ndarray) -> np.ndarray:
    """Return the bits of each latent of a grid."""
    largest = np.abs(grid).max()
    if not largest:
        return np.zeros(grid.shape)
    reach = next(reach for reach in wavefront.REACHES if reach >= largest)
    tables = make_tables(reach)
    starts, symbols = model.locate(grid, tables).ravel(), grid.ravel() + reach
    bits = np.empty(grid.size)
    for first in range(0, grid.size, _AT_ONCE):
        chunk = slice(first, first + _AT_ONCE)
        frequencies = tables.rows[starts[chunk]]
        chosen = np.take_along_axis(frequencies, symbols[chunk, np.newaxis], axis=1)[:, 0]
        bits[chunk] = np.log2(frequencies.sum(axis=1) / np.maximum(chosen, 1))
    return bits.reshape(grid.shape)


def _enlarge(grid: np.ndarray, level: int, tile: Region) -> np.ndarray:
    """Return the values of a grid, each for all pixels of its cell in a tile."""
    rows, columns = tile.shape
    return grid.repeat(2**level, axis=0)[:rows].repeat(2**level, axis=1)[:, :columns]
