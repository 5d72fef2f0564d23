"""Pixel optimization: the pixels are the parameters, and nothing is shared.

    index --Embedding(1, rows * columns * channels), reshaped--> pixels

What is sent of it is no less than the pixels: the payload's body holds them row by row, 8 bits each.
"""

from time import perf_counter

import keras
import numpy as np

from recon.coding import payload
from recon.core.images import MAX_SIDE
from recon.core.reconstruction import Reconstruction

FAMILY = "pixels"
_MOST_PIXELS = MAX_SIDE**2  # each of them is in the payload


def build(shape: tuple[int, int, int]) -> keras.Model:
    """Return a network from an index, of which there is one, int32 (batch, 1), to pixels (batch, *shape)."""
    index = keras.Input((1,), dtype="int32", name="index")
    values = keras.layers.Embedding(1, int(np.prod(shape)), name="pixels")(index)
    return keras.Model(index, keras.layers.Reshape(shape)(values), name="pixels")


def encode(pixels: np.ndarray) -> bytes:
    """Return the payload of uint8 pixels (rows, columns, 1 or 3)."""
    rows, columns, channels = pixels.shape
    shape = {"rows": rows, "columns": columns, "channels": channels}
    return payload.pack(family=FAMILY, body=pixels.tobytes(), most_pixels=_MOST_PIXELS, **shape)


def decode(data: bytes) -> np.ndarray:
    """Return the pixels that a payload holds: uint8 (rows, columns, channels).

    Raises:
        PayloadError: it is none of this family, or damaged.
    """
    head = payload.unpack(data, family=FAMILY, most_pixels=_MOST_PIXELS)
    shape = head.rows, head.columns, head.channels
    if len(head.body) != np.prod(shape):
        raise payload.PayloadError(f"payload holds {len(head.body)} values, its pixels are {np.prod(shape)}")
    return np.frombuffer(head.body, np.uint8).reshape(shape).copy()


def rebuild(pixels: np.ndarray) -> Reconstruction:
    """Encode and decode uint8 pixels as the descent left them, and take the time of each."""
    start = perf_counter()
    data = encode(pixels)
    encoded = perf_counter()
    return Reconstruction(decode(data), data, encoded - start, perf_counter() - encoded)
