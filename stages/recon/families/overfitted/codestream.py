"""A whole file: networks and latents of one image, in the project's container, and the picture that they give.

The body of the payload:

    4 bytes   the architecture, but for the image's channels; not there where a shared start tells it
    the rest  one code of the range coder: the networks' weights, then the latent grids, from coarse to fine

Its model id is that of the shared start that weights are coded against, if there is one. Decoding takes NumPy and
the range coder, and gives the same pixels on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.families.overfitted import grids, wavefront
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.coder import SymbolReader, SymbolWriter
from recon.families.overfitted.context_model import ContextModel
from recon.families.overfitted.starts import Start
from recon.families.overfitted.synthesis import Synthesis
from recon.families.overfitted.wavefront import Report, ignore
from recon.families.overfitted.weights import QuantizedParameters

FAMILY = "overfitted"
MOST_PIXELS = payload.MOST_PIXELS


@dataclass(frozen=True)
class CodedImage:
    """All that a payload holds.

    Attributes:
        rows, columns: of the image.
        weights: the networks'.
        latents: the grids, whole numbers (rows, columns), in the order of the architecture's levels.
    """

    rows: int
    columns: int
    weights: QuantizedParameters
    latents: Sequence[np.ndarray]


def encode(image: CodedImage, start: Start | None = None, *, most_pixels: int = MOST_PIXELS) -> bytes:
    """Return the payload of an image whose weights are differences from `start`.

    Raises:
        ValueError: no decoder would take it: latents or weights are too large, or the start is of another
            architecture.
    """
    architecture = image.weights.architecture
    parameters = image.weights.dequantize(start and start.parameters)
    Synthesis(parameters)
    model = ContextModel(parameters)
    writer = SymbolWriter()
    image.weights.write(writer)
    for grid in reversed(image.latents):
        wavefront.encode(writer, model, grid)
    return payload.pack(
        family=FAMILY,
        rows=image.rows,
        columns=image.columns,
        channels=architecture.channels,
        body=(b"" if start else architecture.pack()) + writer.finish(),
        model_id=start.model_id if start else b"",
        most_pixels=most_pixels,
    )


def read(data: bytes, start: Start | None = None) -> CodedImage:
    """Return what a payload holds; see `decode`."""
    return _decode(data, start, MOST_PIXELS, ignore)[0]


def decode(
    data: bytes, start: Start | None = None, *, most_pixels: int = MOST_PIXELS, report: Report = ignore
) -> np.ndarray:
    """Return the pixels that a payload describes: uint8 (rows, columns, channels).

    Args:
        data: the payload.
        start: the shared start that it needs, see `recon.families.overfitted.starts.find_start`.
        most_pixels: of the picture.
        report: called with numbers of latents that have been decoded since the last call, see `count_latents`.

    Raises:
        PayloadError: it is of another family or start, or damaged.
    """
    image, parameters = _decode(data, start, most_pixels, report)
    try:
        synthesis = Synthesis(parameters)
    except ValueError as error:
        raise PayloadError(f"payload describes no picture: {error}") from error
    return synthesis.render(image.latents, image.rows, image.columns)


def _decode(data: bytes, start: Start | None, most_pixels: int, report: Report) -> tuple[CodedImage, Parameters]:
    """Return what a payload holds, and the weights that decoders compute with."""
    model_id = start.model_id if start else b""
    head = payload.unpack(data, family=FAMILY, model_id=model_id, most_pixels=most_pixels)
    try:
        architecture, code = _find_architecture(head, start)
        reader = SymbolReader(code)
        weights = QuantizedParameters.read(reader, architecture)
        parameters = weights.dequantize(start and start.parameters)
        shapes = grids.list_shapes(head.rows, head.columns, architecture.levels)
        model = ContextModel(parameters)
        latents = [wavefront.decode(reader, model, shape, report) for shape in reversed(shapes)][::-1]
    except ValueError as error:
        raise PayloadError(f"payload describes no networks: {error}") from error
    reader.finish()
    return CodedImage(head.rows, head.columns, weights, latents), parameters


def _find_architecture(head: payload.Payload, start: Start | None) -> tuple[Architecture, bytes]:
    """Return the architecture of a payload's networks, and the code after it; ValueError where there is none."""
    if start is None:
        return Architecture.unpack(head.body, head.channels)
    architecture = start.parameters.architecture
    if architecture.channels != head.channels:
        raise ValueError(f"its shared start is for {architecture.channels} channels, not {head.channels}")
    return architecture, head.body
