"""Latent decoder: a code for each image, optimized with the decoder that all images share.

An auto-decoder: there is no encoder. A picture is one image, or patches of one size that are images each. The
payload's body is the quantizer step (float32), the side of the patches (2 bytes, 0: the whole picture) and the
coded latents; the decoder's weights are the shared model, whose bytes are no part of the payload.

Bojanowski et al., "Optimizing the Latent Space of Generative Networks", ICML 2018; Park et al., "DeepSDF", CVPR
2019.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import keras
import numpy as np

from recon.coding import payload, rate
from recon.core import images, rooms, tiles
from recon.core.reconstruction import Reconstruction
from recon.training import complexity

FAMILY = "latent_decoder"
WEIGHTS = "decoder.weights.h5"
_HEAD = struct.Struct("<fH")
_AT_ONCE = 256  # images in a pass of the decoder


@dataclass(frozen=True)
class Codec:
    """A trained decoder; the codes that it is given are found elsewhere."""

    decoder: keras.Model
    value_range: images.ValueRange
    model_id: bytes

    def encode(self, codes: np.ndarray, *, q_step: float, rows: int, columns: int) -> bytes:
        """Return the payload of a picture whose images have these codes, float32 (images, latents)."""
        symbols = rate.quantize(codes, q_step)
        return payload.pack(
            family=FAMILY,
            rows=rows,
            columns=columns,
            channels=self._image_shape[-1],
            model_id=self.model_id,
            body=_HEAD.pack(q_step, self._side(rows, columns))
            + rate.encode_symbols(_grouped(symbols, len(codes))),
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload stands for; PayloadError where it is not one of this model's."""
        head = payload.unpack(data, family=FAMILY, model_id=self.model_id)
        if len(head.body) < _HEAD.size:
            raise payload.PayloadError("payload is too short for its quantizer step; encode it again")
        q_step, side = _HEAD.unpack_from(head.body)
        rows, columns, channels = self._image_shape
        if (head.channels, side) != (channels, self._side(head.rows, head.columns)) or (side and rows != columns):
            raise payload.PayloadError(f"payload does not fit this decoder of images {self._image_shape}")
        count, latents = tiles.count(head.rows, head.columns, side or None), self.decoder.input_shape[-1]
        shape = (1, latents) if count == 1 else (latents, count)
        symbols = rate.decode_symbols(head.body[_HEAD.size :], groups=shape[0], count=shape[1])
        codes = rate.dequantize(_grouped(symbols, count), q_step)
        return self.render(codes, rows=head.rows, columns=head.columns)

    def render(self, codes: np.ndarray, *, rows: int, columns: int) -> np.ndarray:
        """Return the picture, uint8 (rows, columns, channels), whose images have the codes (images, latents)."""
        values = payload.check_values(answers(self.decoder, codes))
        return tiles.joined(images.to_uint8(values, self.value_range), rows=rows, columns=columns)

    def rebuild(self, codes: np.ndarray, *, q_step: float, rows: int, columns: int) -> Reconstruction:
        """Encode and decode a picture's codes, and take the time of each; finding the codes comes before."""
        start = perf_counter()
        data = self.encode(codes, q_step=q_step, rows=rows, columns=columns)
        encoded = perf_counter()
        pixels = self.decode(data)
        return Reconstruction(pixels, data, encoded - start, perf_counter() - encoded)

    @property
    def _image_shape(self) -> tuple[int, int, int]:
        return self.decoder.output_shape[1:]

    def _side(self, rows: int, columns: int) -> int:
        """Return the side of the patches; 0 where the decoder gives a picture of this size as a whole."""
        return 0 if self._image_shape[:2] == (rows, columns) else self._image_shape[0]


def build(net: str, settings: dict[str, Any], *, latents: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """Return the untrained decoder `net` from (batch, latents) to (batch, *image_shape)."""
    return rooms.load("families/latent_decoder/networks", net).build(
        latents=latents, image_shape=image_shape, **settings
    )


def describe(decoder: keras.Model) -> dict[str, int | float]:
    """Return num_params and decoder_bytes (float32), macs_per_pixel and latents_per_pixel of a decoder."""
    pixels = decoder.output_shape[1] * decoder.output_shape[2]
    num_params = decoder.count_params()
    return {
        "num_params": num_params,
        "macs_per_pixel": complexity.macs(decoder) / pixels,
        "latents_per_pixel": decoder.input_shape[-1] / pixels,
        "decoder_bytes": 4 * num_params,
    }


def load(decoder: keras.Model, folder: Path, *, value_range: images.ValueRange) -> Codec:
    """Return `decoder` with the weights saved in `folder` as a codec."""
    path = folder / WEIGHTS
    decoder.load_weights(path)
    return Codec(decoder, value_range, payload.model_id(path.read_bytes()))


def answers(decoder: keras.Model, codes: np.ndarray) -> np.ndarray:
    """Return what the decoder makes of codes (images, latents): float32 (images, rows, columns, channels)."""
    parts = [
        np.asarray(decoder(codes[start : start + _AT_ONCE], training=False))
        for start in range(0, len(codes), _AT_ONCE)
    ]
    return np.concatenate(parts)


def _grouped(codes: np.ndarray, count: int) -> np.ndarray:
    """Turn codes of `count` images into groups for the entropy coder, or back: one a latent, or a single code."""
    return codes if count == 1 else codes.T
