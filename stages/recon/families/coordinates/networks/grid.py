"""Multi-resolution grids of learned features, and a small MLP behind them.

    pixel (2) --+-- grid 1, 2 features a corner -- bilinear --+
                +-- grid 2 ----------------------- bilinear --+-- concatenate -- dense, W, ReLU -- ... -- color
                +-- ... L levels, each finer by g  bilinear --+

Mueller et al., "Instant Neural Graphics Primitives with a Multiresolution Hash Encoding", SIGGRAPH 2022. A pixel
moves only the corners around it, so a step changes few parameters by much: it fits in a fraction of the steps that
an MLP takes, which shares every weight among all pixels. A level with more corners than its table has rows shares
rows by a hash of the corner; a level with fewer is dense. Colors in [0, 1].
"""

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers, ops

from recon.training.layers import dense_shapes

MAPPINGS = ("none",)  # it takes coordinates as they are
_PRIMES = (1, 2_654_435_761)
_MAX_CELLS = 2**20  # along a side: float32 still distinguishes 16 coordinates in each


class GridFeatures(layers.Layer):
    """Features of one level: (batch, 2) coordinates in [0, 1] to (batch, features).

    Attributes:
        cells: along the longer side, so (cells + 1) ** 2 corners.
        rows: of the table at most; fewer rows than corners are shared.
        features: at each corner.
    """

    def __init__(self, cells: int, rows: int, features: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.cells, self.rows, self.features = cells, rows, features

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the table, small at first: the MLP behind it starts from gray."""
        corners = (self.cells + 1) ** 2
        self.hashed = corners > self.rows
        self.table = self.add_weight(
            shape=(min(corners, self.rows), self.features),
            initializer=keras.initializers.RandomUniform(-1e-4, 1e-4),
            name="table",
        )

    def call(self, coordinates: keras.KerasTensor) -> keras.KerasTensor:
        """Return the mean of the four corners' features, weighted by nearness along each axis."""
        scaled = coordinates * self.cells
        low = ops.floor(scaled)
        part = scaled - low
        total = 0.0
        for down in (0, 1):
            for right in (0, 1):
                corner = ops.cast(low, "int64") + ops.convert_to_tensor([down, right], "int64")
                nearness = ops.abs(1 - ops.convert_to_tensor([down, right], part.dtype) - part)
                weight = ops.prod(nearness, axis=-1, keepdims=True)
                total = total + weight * ops.take(self.table, self._row(corner), axis=0)
        return total

    def _row(self, corner: keras.KerasTensor) -> keras.KerasTensor:
        if not self.hashed:
            return corner[:, 0] * (self.cells + 1) + corner[:, 1]
        mixed = ops.bitwise_xor(corner[:, 0] * _PRIMES[0], corner[:, 1] * _PRIMES[1])
        return ops.mod(mixed, self.rows)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """Return (batch, features), for which Keras would trace `call` in a quarter of a second."""
        return (input_shape[0], self.features)


def build(
    *,
    features: int,
    channels: int,
    levels: int = 8,
    coarsest: int = 8,
    growth: float = 1.5,
    table_rows: int = 16384,
    level_features: int = 2,
    width: int = 64,
    depth: int = 2,
    output_activation: str = "sigmoid",
) -> keras.Model:
    """Return the network from (batch, 2) coordinates to (batch, channels).

    Args:
        features: input features of a pixel: 2, since this network takes no mapping.
        channels: 1 or 3.
        levels: grids (L).
        coarsest: cells of the first grid along the longer side.
        growth: factor between the cells of one grid and the next (g).
        table_rows: corners with features of their own on a level; more corners share them.
        level_features: features of each level.
        width: units of each hidden layer of the MLP (W).
        depth: its hidden layers.
        output_activation: of the last layer; it decides which value range can be reached.
    """
    if features != 2:
        raise ValueError(f"a grid takes coordinates as they are, `mapping: none`. Received: {features} features")
    coordinates = keras.Input((features,), name="features")
    grids = _list_cells(levels, coarsest, growth)
    x = layers.Concatenate()([GridFeatures(cells, table_rows, level_features)(coordinates) for cells in grids])
    for _ in range(depth):
        x = layers.Dense(width, activation="relu", kernel_initializer="he_normal")(x)
    return keras.Model(coordinates, layers.Dense(channels, activation=output_activation)(x), name="grid")


def shapes(*, features: int, channels: int, **settings: Any) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights that `build` makes, in their order."""
    grids, level_features = _list_cells(**settings), settings["level_features"]
    for cells in grids:
        yield (min((cells + 1) ** 2, settings["table_rows"]), level_features)
    yield from dense_shapes(len(grids) * level_features, *[settings["width"]] * settings["depth"], channels)


def _list_cells(levels: int, coarsest: int, growth: float, **_: object) -> list[int]:
    """Return the cells of each grid along the longer side; ValueError where the finest has too many."""
    cells = [coarsest * growth**level for level in range(levels)]
    if not max(cells) <= _MAX_CELLS:
        raise ValueError(f"the finest grid has {max(cells):.3g} cells along a side; at most {_MAX_CELLS} do")
    return [int(count) for count in cells]
