"""The file of an overfitted picture: networks and latents in the project's container, and the pixels they give.

The body of the payload:

    4 bytes   the architecture of all networks without the channels; with a shared start, which implies the rest of
              it, only the first byte: the levels of the latent grids, some of the start's
    the rest  one range-coded stream: for each tile (`recon.families.overfitted.tiling`; most pictures are one) the
              weights of its networks, then its latent grids, from coarse to fine

The weights of the first tile are coded as differences from the shared start, whose id is the payload's model id,
or from 0 where there is none; those of each further tile as differences from the previous tile's, with which its
fit starts. So networks are trained on from tile to tile, which beats one start for all of them.

Decoding takes NumPy and the range coder, and gives the same pixels on every machine. What a forged header can cost
is bounded by `most_pixels`, and by the length of the payload, of which each tile takes some bytes for its weights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recon.coding import payload, wavefront
from recon.coding.context_model import ContextModel
from recon.coding.payload import MOST_PIXELS, PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.coding.wavefront import Report, ignore
from recon.families.overfitted import grids, tiling
from recon.families.overfitted.architecture import Architecture, Parameters, unpack_levels
from recon.families.overfitted.params import FAMILY
from recon.families.overfitted.starts import Start
from recon.families.overfitted.synthesis import Synthesis
from recon.families.overfitted.tiling import Region
from recon.families.overfitted.weights import QuantizedParameters


@dataclass(frozen=True)
class CodedImage:
    """A tile, or a picture of one tile, as a payload holds it.

    Attributes:
        rows, columns: of its pixels.
        weights: of its networks.
        latents: its grids, whole numbers (rows, columns), in the order of the architecture's levels.
    """

    rows: int
    columns: int
    weights: QuantizedParameters
    latents: Sequence[np.ndarray]


def next_start(images: Sequence[CodedImage], start: Start | None) -> Start | None:
    """Return the start to fit the next tile with: weights that those of the tile are differences from.

    Args:
        images: the tiles that precede it; none for the first tile.
        start: the shared start of the picture.
    """
    for image in images:
        parameters = image.weights.dequantize(start and start.parameters)
        start = Start(parameters, start and start.regression, model_id=b"")
    return start


def encode(
    images: Sequence[CodedImage],
    rows: int,
    columns: int,
    start: Start | None = None,
    *,
    most_pixels: int = MOST_PIXELS,
) -> bytes:
    """Return the payload of a picture.

    Args:
        images: its tiles, in the order of `tiling.cut`, of one architecture. The weights of each are differences
            from `next_start`.
        rows: of the picture.
        columns: of the picture.
        start: the shared start, which decoders then need too.
        most_pixels: of the picture.

    Raises:
        PayloadError: a picture that `decode` would refuse because of its sides.
        ValueError: tiles that no decoder would take: the latents or weights of one are too large, or its sides or
            architecture are not as they have to be.
    """
    _check_shapes(images, rows, columns)
    architecture = images[0].weights.architecture
    writer = SymbolWriter()
    parameters = start and start.parameters.keep_levels(architecture.levels)
    for image in images:
        parameters = image.weights.dequantize(parameters)
        Synthesis(parameters)
        model = ContextModel(parameters.arrays)
        image.weights.write(writer)
        for grid in reversed(image.latents):
            wavefront.encode(writer, model, grid)
    return payload.pack(
        family=FAMILY,
        rows=rows,
        columns=columns,
        channels=architecture.channels,
        body=(architecture.pack_levels() if start else architecture.pack()) + writer.finish(),
        model_id=start.model_id if start else b"",
        most_pixels=most_pixels,
    )


def read(data: bytes, start: Start | None = None, *, most_pixels: int = MOST_PIXELS) -> list[CodedImage]:
    """Return the tiles of a payload; see `decode`."""
    return [image for _, image, _ in _read_tiles(_open(data, start, most_pixels), ignore)]


def count_latents(data: bytes, start: Start | None = None, *, most_pixels: int = MOST_PIXELS) -> int:
    """Return the number of latents that `decode` will report; PayloadError as there."""
    opened = _open(data, start, most_pixels)
    levels = opened.architecture.levels
    return sum(grids.count_latents(grids.list_shapes(*tile.shape, levels)) for tile in opened.tiles)


def decode(
    data: bytes, start: Start | None = None, *, most_pixels: int = MOST_PIXELS, report: Report = ignore
) -> np.ndarray:
    """Return the pixels of a payload: uint8 (rows, columns, channels).

    Beside them it takes the memory of one tile, however large the picture is.

    Args:
        data: the payload.
        start: the shared start that it needs, see `recon.families.overfitted.starts.find_start`.
        most_pixels: of the picture.
        report: called with the number of latents decoded since the last call; `count_latents` gives their sum.

    Raises:
        PayloadError: it is of another family or start, too large, or damaged.
    """
    opened = _open(data, start, most_pixels)
    pixels = np.empty((opened.rows, opened.columns, opened.architecture.channels), np.uint8)
    for tile, image, synthesis in _read_tiles(opened, report):
        pixels[tile.rows, tile.columns] = synthesis.render(image.latents, image.rows, image.columns)
    return pixels


class _Opened(NamedTuple):
    """A payload of which the tiles are to be read."""

    rows: int
    columns: int
    architecture: Architecture
    start: Parameters | None  # what the weights of the first tile are differences from; None: 0
    tiles: list[Region]
    reader: SymbolReader


def _open(data: bytes, start: Start | None, most_pixels: int) -> _Opened:
    model_id = start.model_id if start else b""
    head = payload.unpack(data, family=FAMILY, model_id=model_id, most_pixels=most_pixels)
    try:
        architecture, code = _find_architecture(head, start)
        parameters = start and start.parameters.keep_levels(architecture.levels)
    except ValueError as error:
        raise PayloadError(f"payload describes no networks: {error}") from error
    tiles = tiling.cut(head.rows, head.columns)
    return _Opened(head.rows, head.columns, architecture, parameters, tiles, SymbolReader(code))


def _find_architecture(head: payload.Payload, start: Start | None) -> tuple[Architecture, bytes]:
    """Return the architecture of a payload's networks, and the code after it; ValueError where there is none."""
    if start is None:
        return Architecture.unpack(head.body, head.channels)
    architecture = start.parameters.architecture
    if architecture.channels != head.channels:
        raise ValueError(f"its shared start is for {architecture.channels} channels, not {head.channels}")
    return architecture.keep_levels(unpack_levels(head.body)), head.body[1:]


def _read_tiles(opened: _Opened, report: Report) -> Iterator[tuple[Region, CodedImage, Synthesis]]:
    """Yield each tile's place, what is coded of it, and the network that draws it."""
    reader, architecture, parameters = opened.reader, opened.architecture, opened.start
    for tile in opened.tiles:
        weights = QuantizedParameters.read(reader, architecture)
        parameters = weights.dequantize(parameters)
        try:
            model, synthesis = ContextModel(parameters.arrays), Synthesis(parameters)
        except ValueError as error:
            raise PayloadError(f"payload describes no networks: {error}") from error
        shapes = grids.list_shapes(*tile.shape, architecture.levels)
        latents = [wavefront.decode(reader, model, shape, report) for shape in reversed(shapes)][::-1]
        yield tile, CodedImage(*tile.shape, weights, latents), synthesis
    reader.finish()


def _check_shapes(images: Sequence[CodedImage], rows: int, columns: int) -> None:
    """Raise ValueError where tiles are not those of a picture."""
    expected = [tile.shape for tile in tiling.cut(rows, columns)]
    if (shapes := [(image.rows, image.columns) for image in images]) != expected:
        raise ValueError(f"a picture of {rows} x {columns} has tiles of {expected}. Received: {shapes}")
    for image in images:
        levels = image.weights.architecture.levels
        expected = grids.list_shapes(image.rows, image.columns, levels)
        if (shapes := [grid.shape for grid in image.latents]) != expected:
            raise ValueError(f"grids of levels {levels} have shapes {expected}. Received: {shapes}")
