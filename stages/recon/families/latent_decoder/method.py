"""Latent decoder: a code for each image, optimized with the decoder that all images share.

An auto-decoder: there is no encoder. A picture is one image, or is cut into patches that are one image each. The
payload's body is the quantizer step (float32), the side of the patches (2 bytes, 0: the whole picture) and the
coded latents; the decoder's weights are the shared model, whose bytes are no part of the payload.

Bojanowski et al., "Optimizing the Latent Space of Generative Networks", ICML 2018; Park et al., "DeepSDF", CVPR
2019.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from recon.coding import payload, rate
from recon.core import images, rooms, tiles
from recon.core.reconstruction import EntryWriter
from recon.families.latent_decoder.params import FAMILY, ROOM
from recon.families.latent_decoder.pictures import Pictures
from recon.families.shared.codec import Codec
from recon.training import complexity
from recon.training.weights import load_weights

WEIGHTS, ANALYSIS = "decoder.weights.h5", "analysis.npz"
FRAMES = 6  # of an animation, from one code to the next
_HEADER = struct.Struct("<fH")
_BATCH = 256  # images in a pass of the decoder


@dataclass(frozen=True)
class SharedDecoder:
    """A trained decoder: what payloads of all pictures are made for, and decoded with."""

    network: keras.Model
    value_range: images.ValueRange
    model_id: bytes

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; PayloadError unless this model made it."""
        contents = payload.unpack(data, family=FAMILY, model_id=self.model_id)
        if len(contents.body) < _HEADER.size:
            raise payload.PayloadError("payload is too short for its quantizer step; encode it again")
        q_step, side = _HEADER.unpack_from(contents.body)
        rows, columns, channels = self.image_shape
        fits = (contents.channels, side) == (channels, self.patch_side(contents.rows, contents.columns))
        if not fits or (side and rows != columns):
            raise payload.PayloadError(f"payload does not fit this decoder of images {self.image_shape}")
        count = tiles.count(contents.rows, contents.columns, side or None)
        latents = self.network.input_shape[-1]
        groups, length = (1, latents) if count == 1 else (latents, count)
        symbols = rate.decode_symbols(contents.body[_HEADER.size :], groups=groups, count=length)
        codes = rate.dequantize(_regroup(symbols, count), q_step)
        values = payload.check_values(decode_codes(self.network, codes))
        pixels = images.to_uint8(values, self.value_range)
        return tiles.joined(pixels, rows=contents.rows, columns=contents.columns)

    def interpolate(self, codes: np.ndarray) -> np.ndarray:
        """Return pictures on straight lines from each code to the next, and from the last to the first.

        uint8 (codes x FRAMES, rows, columns, channels).
        """
        shares = np.linspace(0, 1, FRAMES, endpoint=False, dtype=np.float32)[:, np.newaxis]
        pairs = zip(codes, np.roll(codes, -1, axis=0), strict=True)
        lines = np.concatenate([(1 - shares) * one + shares * other for one, other in pairs])
        return images.to_uint8(decode_codes(self.network, lines), self.value_range)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Rows, columns and channels of the images that it gives: pictures, or patches of them."""
        return self.network.output_shape[1:]

    def patch_side(self, rows: int, columns: int) -> int:
        """Return the side of the patches of a picture; 0 where the decoder gives it as a whole."""
        return 0 if self.image_shape[:2] == (rows, columns) else self.image_shape[0]


@dataclass(frozen=True)
class DecoderCodec(Codec):
    """One picture of rows x columns: the codes of its images, float32 (images, latents), for a trained decoder."""

    decoder: SharedDecoder
    codes: np.ndarray
    rows: int
    columns: int

    def encode(self, setting: float) -> bytes:
        """Return the codes as a payload, quantized by the step `setting`."""
        symbols = rate.encode_symbols(_regroup(rate.quantize(self.codes, setting), len(self.codes)))
        return payload.pack(
            family=FAMILY,
            rows=self.rows,
            columns=self.columns,
            channels=self.decoder.image_shape[-1],
            model_id=self.decoder.model_id,
            body=_HEADER.pack(setting, self.decoder.patch_side(self.rows, self.columns)) + symbols,
        )

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; PayloadError unless this model made it."""
        return self.decoder.decode(payload)


def build(net: str, settings: dict[str, Any], *, latents: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """Return the untrained decoder `net` from (batch, latents) to (batch, *image_shape)."""
    return rooms.load(ROOM, net).build(latents=latents, image_shape=image_shape, **settings)


def describe(network: keras.Model) -> dict[str, int | float]:
    """Return num_params and decoder_bytes (float32), macs_per_pixel and latents_per_pixel of a decoder."""
    pixels = network.output_shape[1] * network.output_shape[2]
    num_params = network.count_params()
    return {
        "num_params": num_params,
        "macs_per_pixel": complexity.macs(network) / pixels,
        "latents_per_pixel": network.input_shape[-1] / pixels,
        "decoder_bytes": 4 * num_params,
    }


def load(network: keras.Model, folder: Path, *, value_range: images.ValueRange) -> SharedDecoder:
    """Return `network` with the weights saved in `folder`."""
    path = folder / WEIGHTS
    load_weights(network, path)
    return SharedDecoder(network, value_range, payload.model_id(path.read_bytes()))


def write_pictures(
    writer: EntryWriter,
    points: Sequence[dict[str, Any]],
    decoder: SharedDecoder,
    pictures: Pictures,
    codes: np.ndarray,
    about: dict[str, int | float],
) -> None:
    """Write pictures, given the codes of all their images, at each point's quantizer step; see `describe`."""
    for name, picture_codes in pictures.split_codes(codes):
        codec = DecoderCodec(decoder, picture_codes, *pictures.pixels[name].shape[:2])
        for point in points:
            writer.add(point, name, codec.rebuild(point["q_step"]), about)


def decode_codes(network: keras.Model, codes: np.ndarray) -> np.ndarray:
    """Return the images of codes (images, latents): float32 (images, rows, columns, channels), not clipped."""
    starts = range(0, len(codes), _BATCH)
    return np.concatenate([network(codes[start : start + _BATCH], training=False) for start in starts])


def _regroup(codes: np.ndarray, count: int) -> np.ndarray:
    """Turn codes of `count` images into groups for the entropy coder, or back: one a latent, or a single code."""
    return codes if count == 1 else codes.T
