"""Autoencoders: everything shared. The payload is the latent, quantized and entropy-coded.

A network is `synthesis(analysis(image))`. The payload's body is the quantizer step (float32) and the coded
symbols; the synthesis weights are the shared decoder, whose bytes are not part of the payload.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from recon.coding import payload as payloads
from recon.coding import rate
from recon.core import images, rooms
from recon.families.autoencoder.params import FAMILY
from recon.families.shared.codec import Codec
from recon.training import complexity
from recon.training.weights import load_weights

_Q_STEP = struct.Struct("<f")
_MACS_SIDE = 256  # multiply-adds per pixel are counted on an image of this side


@dataclass(frozen=True)
class TrainedAutoencoder:
    """A trained network for images of any size, the range of its pixels, and the id of its weights."""

    model: keras.Model
    value_range: images.ValueRange
    model_id: bytes

    def encode(self, pixels: np.ndarray, *, q_step: float) -> bytes:
        """Return the payload of uint8 `pixels` (rows, columns, channels)."""
        rows, columns, channels = pixels.shape
        batch = pad(images.to_float(pixels, self.value_range), self._stride)[np.newaxis]
        latent = np.asarray(self.model.get_layer("analysis")(batch))[0]
        symbols = rate.quantize(latent, q_step).reshape(-1, latent.shape[-1]).T
        body = _Q_STEP.pack(q_step) + rate.encode_symbols(symbols)
        return payloads.pack(
            family=FAMILY, rows=rows, columns=columns, channels=channels, model_id=self.model_id, body=body
        )

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes; PayloadError where it is not one of this network's."""
        head = payloads.unpack(payload, family=FAMILY, model_id=self.model_id)
        channels = self.model.output_shape[-1]
        if head.channels != channels or len(head.body) < _Q_STEP.size:
            raise payloads.PayloadError(f"payload does not fit this model of {channels} channels; encode it again")
        (q_step,) = _Q_STEP.unpack_from(head.body)
        rows, columns = -(-head.rows // self._stride), -(-head.columns // self._stride)
        latents = self.model.get_layer("analysis").output_shape[-1]
        symbols = rate.decode_symbols(head.body[_Q_STEP.size :], groups=latents, count=rows * columns)
        latent = rate.dequantize(symbols.T.reshape(1, rows, columns, latents), q_step)
        values = payloads.check_values(np.asarray(self.model.get_layer("synthesis")(latent))[0])
        return images.to_uint8(values[: head.rows, : head.columns], self.value_range)

    @property
    def _stride(self) -> int:
        return stride(self.model)


@dataclass(frozen=True)
class AutoencoderCodec(Codec):
    """One picture, uint8 (rows, columns, channels), and the network that all pictures share."""

    autoencoder: TrainedAutoencoder
    pixels: np.ndarray

    def encode(self, setting: float) -> bytes:
        """Return the picture's payload; `setting` is the quantizer step."""
        return self.autoencoder.encode(self.pixels, q_step=setting)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload of this network describes."""
        return self.autoencoder.decode(payload)


def build(net: str, settings: dict[str, Any], *, channels: int) -> keras.Model:
    """Return the untrained network `net` for images of any size with `channels` channels."""
    return rooms.load("networks", net).build(image_shape=(None, None, channels), **settings)


def describe(net: str, settings: dict[str, Any], *, channels: int) -> dict[str, int | float]:
    """Return what `complexity.describe` gives, and decoder_bytes, those of the float32 synthesis weights."""
    model = rooms.load("networks", net).build(image_shape=(_MACS_SIDE, _MACS_SIDE, channels), **settings)
    return complexity.describe(model) | {"decoder_bytes": 4 * model.get_layer("synthesis").count_params()}


def load(model: keras.Model, path: Path, *, value_range: images.ValueRange) -> TrainedAutoencoder:
    """Return `model` with the weights in the file at `path`."""
    load_weights(model, path)
    return TrainedAutoencoder(model, value_range, payloads.model_id(path.read_bytes()))


def weights_path(folder: Path, weights: str) -> Path:
    """Return the file of the weights of that name ("best" or "epoch_0010") in the folder of a run."""
    return folder / f"{weights}.weights.h5"


def stride(model: keras.Model) -> int:
    """Return the number of image rows for each latent row."""
    side = _MACS_SIDE
    return side // model.get_layer("analysis").compute_output_shape((1, side, side, model.input_shape[-1]))[1]


def pad(values: np.ndarray, stride: int) -> np.ndarray:
    """Repeat the last row and column of `values` (rows, columns, channels) up to multiples of `stride`."""
    rows, columns, _ = values.shape
    return np.pad(values, ((0, -rows % stride), (0, -columns % stride), (0, 0)), mode="edge")
