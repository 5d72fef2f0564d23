"""The file of the transform codec: a picture's symbols in the project's container, and the pixels they give.

The body of the payload is the place of the rate, 1 byte, and one range-coded stream: the groups of symbols, see
`recon.families.autoencoder.transform.prior`. The header has the id of the weights.

Decoding takes NumPy and the range coder, and gives the same pixels on every machine.
"""

import numpy as np

from recon.coding import payload
from recon.coding.payload import MOST_PIXELS, PayloadError
from recon.coding.symbols import SymbolReader, SymbolWriter
from recon.core import images
from recon.families.autoencoder.transform.architecture import SIDE, select_rate
from recon.families.autoencoder.transform.prior import Prior
from recon.families.autoencoder.transform.synthesis import BlockSynthesis
from recon.families.autoencoder.transform.weights import CodecWeights

_FAMILY = __name__.split(".")[-3]


def encode(
    symbols: np.ndarray,
    shape: tuple[int, int, int],
    weights: CodecWeights,
    place: int,
    *,
    most_pixels: int = MOST_PIXELS,
) -> bytes:
    """Return the payload of a picture.

    Args:
        symbols: whole numbers (192, ceil(rows / 8), ceil(columns / 8)) from -MOST to MOST.
        shape: rows, columns and channels of the picture; with 1 channel, symbols are of it as color.
        weights: of the codec.
        place: of the rate, see `select_rate`.
        most_pixels: of the picture.

    Raises:
        PayloadError: a picture that `decode` would refuse because of its sides.
    """
    writer = SymbolWriter()
    Prior(select_rate(weights.arrays, place)).write(writer, symbols)
    head = dict(zip(("rows", "columns", "channels"), shape, strict=True)) | {"model_id": weights.model_id}
    return payload.pack(family=_FAMILY, **head, body=bytes([place]) + writer.finish(), most_pixels=most_pixels)


def decode(data: bytes, weights: CodecWeights, *, most_pixels: int = MOST_PIXELS) -> np.ndarray:
    """Return the pixels of a payload: uint8 (rows, columns, 1 or 3).

    Raises:
        PayloadError: it is of another family or other weights, too large, or damaged.
    """
    head = payload.unpack(data, family=_FAMILY, model_id=weights.model_id, most_pixels=most_pixels)
    if not head.body or head.body[0] > weights.last_place:
        raise PayloadError("payload has no rate of this codec")
    of_rate = select_rate(weights.arrays, head.body[0])
    try:
        prior, synthesis = Prior(of_rate), BlockSynthesis(of_rate)
    except ValueError as error:
        raise PayloadError(f"payload needs model {weights.model_id.hex()}, which has {error}") from None
    reader = SymbolReader(head.body[1:])
    sides = (-(-side // SIDE) for side in (head.rows, head.columns))
    symbols = prior.read(reader, *sides)
    reader.finish()
    pixels = synthesis.render(symbols)[: head.rows, : head.columns]
    return images.to_color(pixels, "gray") if head.channels == 1 else pixels
