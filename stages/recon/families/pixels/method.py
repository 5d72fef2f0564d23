"""Pixel optimization: the pixels are the parameters, and nothing is shared.

    index --Embedding(1, rows * columns * channels), reshaped--> pixels

The payload is no less than the pixels: its body holds them row by row, 8 bits each.
"""

from collections.abc import Mapping

import keras
import numpy as np

from recon.coding import payload
from recon.core.images import MAX_SIDE
from recon.families.pixels.params import FAMILY, Step
from recon.families.shared.codec import Codec

_MOST_PIXELS = MAX_SIDE**2  # each of them is in the payload


def build(shape: tuple[int, int, int]) -> keras.Model:
    """Return a network from an index, of which there is one, int32 (batch, 1), to pixels (batch, *shape)."""
    index = keras.Input((1,), dtype="int32", name="index")
    values = keras.layers.Embedding(1, int(np.prod(shape)), name="pixels")(index)
    return keras.Model(index, keras.layers.Reshape(shape)(values), name="pixels")


class PixelCodec(Codec):
    """One picture on its way out of noise: a payload for each step that was kept."""

    def __init__(self, pictures: Mapping[Step, np.ndarray]) -> None:
        """Take the pictures by step, uint8 (rows, columns, 1 or 3)."""
        self._pictures = pictures

    def encode(self, setting: Step) -> bytes:
        """Return the payload of the pixels after `setting` steps."""
        pixels = self._pictures[setting]
        rows, columns, channels = pixels.shape
        shape = {"rows": rows, "columns": columns, "channels": channels}
        return payload.pack(family=FAMILY, body=pixels.tobytes(), most_pixels=_MOST_PIXELS, **shape)

    @staticmethod
    def decode(data: bytes) -> np.ndarray:
        """Return the pixels that a payload holds: uint8 (rows, columns, channels).

        Raises:
            PayloadError: it is of another family, or damaged.
        """
        head = payload.unpack(data, family=FAMILY, most_pixels=_MOST_PIXELS)
        shape = head.rows, head.columns, head.channels
        if len(head.body) != np.prod(shape):
            raise payload.PayloadError(f"payload holds {len(head.body)} values, its pixels are {np.prod(shape)}")
        return np.frombuffer(head.body, np.uint8).reshape(shape).copy()
