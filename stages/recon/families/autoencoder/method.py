"""Autoencoders: everything shared. The payload is the latent, quantized and entropy-coded.

A network is `synthesis(analysis(image))`. The payload's body is the quantizer step (float32) and the coded
symbols; the synthesis weights are the shared decoder, whose bytes are no part of the payload.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import keras
import numpy as np

from recon.coding import payload, rate
from recon.core import images, rooms
from recon.core.reconstruction import Reconstruction
from recon.training import complexity

FAMILY = "autoencoder"
_Q_STEP = struct.Struct("<f")
_MACS_SIDE = 256  # multiply-adds per pixel are counted on an image of this side


@dataclass(frozen=True)
class Codec:
    """A trained autoencoder as encoder and decoder of uint8 images (rows, columns, channels) of any size."""

    model: keras.Model
    value_range: images.ValueRange
    model_id: bytes

    def encode(self, pixels: np.ndarray, *, q_step: float) -> bytes:
        """Return the payload of `pixels`."""
        rows, columns, channels = pixels.shape
        batch = padded(images.to_float(pixels, self.value_range), self._stride)[np.newaxis]
        latent = np.asarray(self.model.get_layer("analysis")(batch))[0]
        symbols = rate.quantize(latent, q_step).reshape(-1, latent.shape[-1]).T
        body = _Q_STEP.pack(q_step) + rate.encode_symbols(symbols)
        return payload.pack(
            family=FAMILY, rows=rows, columns=columns, channels=channels, model_id=self.model_id, body=body
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload stands for; PayloadError where it is not one of this model's."""
        head = payload.unpack(data, family=FAMILY, model_id=self.model_id)
        channels = self.model.output_shape[-1]
        if head.channels != channels or len(head.body) < _Q_STEP.size:
            raise payload.PayloadError(f"payload does not fit this model of {channels} channels; encode it again")
        (q_step,) = _Q_STEP.unpack_from(head.body)
        rows, columns = -(-head.rows // self._stride), -(-head.columns // self._stride)
        symbols = rate.decode_symbols(head.body[_Q_STEP.size :], groups=self._latents, count=rows * columns)
        latent = rate.dequantize(symbols.T.reshape(1, rows, columns, self._latents), q_step)
        values = payload.check_values(np.asarray(self.model.get_layer("synthesis")(latent))[0])
        return images.to_uint8(values[: head.rows, : head.columns], self.value_range)

    def rebuild(self, pixels: np.ndarray, *, q_step: float) -> Reconstruction:
        """Encode and decode `pixels`, and take the time of each."""
        start = perf_counter()
        data = self.encode(pixels, q_step=q_step)
        encoded = perf_counter()
        rebuilt = self.decode(data)
        return Reconstruction(rebuilt, data, encoded - start, perf_counter() - encoded)

    @property
    def _latents(self) -> int:
        return self.model.get_layer("analysis").output_shape[-1]

    @property
    def _stride(self) -> int:
        return stride(self.model)


def build(net: str, settings: dict[str, Any], *, channels: int) -> keras.Model:
    """Return the untrained network `net` for images of any size with `channels` channels."""
    return rooms.load("networks", net).build(image_shape=(None, None, channels), **settings)


def describe(net: str, settings: dict[str, Any], *, channels: int) -> dict[str, int | float]:
    """Return what `complexity.describe` says of the network, and decoder_bytes (float32 synthesis weights)."""
    model = rooms.load("networks", net).build(image_shape=(_MACS_SIDE, _MACS_SIDE, channels), **settings)
    return complexity.describe(model) | {"decoder_bytes": 4 * model.get_layer("synthesis").count_params()}


def load(model: keras.Model, folder: Path, weights: str, *, value_range: images.ValueRange) -> Codec:
    """Return `model` with the weights saved as `weights` ("best" or "epoch_0010") as a codec."""
    path = weights_path(folder, weights)
    model.load_weights(path)
    return Codec(model, value_range, payload.model_id(path.read_bytes()))


def weights_path(folder: Path, weights: str) -> Path:
    """Return where the weights called `weights` lie in an entry's model folder."""
    return folder / f"{weights}.weights.h5"


def stride(model: keras.Model) -> int:
    """Return how many image rows stand for one latent row."""
    side = _MACS_SIDE
    return side // model.get_layer("analysis").compute_output_shape((1, side, side, model.input_shape[-1]))[1]


def padded(values: np.ndarray, stride: int) -> np.ndarray:
    """Repeat the last row and column of `values` (rows, columns, channels) up to multiples of `stride`."""
    rows, columns, _ = values.shape
    return np.pad(values, ((0, -rows % stride), (0, -columns % stride), (0, 0)), mode="edge")
