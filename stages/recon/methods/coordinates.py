"""Coordinates: a network maps places to colors. It is the image; its weights, quantized, are the payload.

The payload's body tells all that this version of the decoder needs:

    2 bytes       length of the description
    description   JSON: [network, settings other than the defaults, [mapping, frequencies, scale, seed], range],
                  and "bfloat16" where the picture is computed so
    4 bytes each  of every array of weights, the quantizer's step (float32)
    the rest      the coded symbols, a group for each array

Dupont et al., "COIN: COmpression with Implicit Neural representations", 2021.
"""

import json
import os
import struct
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import keras
import numpy as np

from recon import complexity, images, payload, rate, rooms
from recon.errors import UserError
from recon.mappings import coordinates, frequencies, mapped
from recon.params.coordinates import ROOM, InputMapping
from recon.params.core import parse
from recon.params.networks import network_settings
from recon.reconstruction import Reconstruction

FAMILY = "coordinates"
_LENGTH = struct.Struct("<H")
_PLACES_AT_ONCE = 8192


@dataclass(frozen=True)
class Field:
    """A network of places, and what it must be told of them."""

    net: str
    settings: dict[str, Any]
    mapping: InputMapping
    seed: int
    channels: int
    value_range: images.ValueRange
    math: str = "float32"

    def frequencies(self) -> np.ndarray | None:
        """Return those of the mapping, float64 (frequencies, 2)."""
        return frequencies(
            self.mapping.kind,
            num_frequencies=self.mapping.num_frequencies,
            scale=self.mapping.scale,
            seed=self.seed,
        )

    def features(self, places: np.ndarray) -> np.ndarray:
        """Return what the network is told of `places` (places, 2): float32 (places, F)."""
        return mapped(places, self.frequencies())

    def build(self) -> keras.Model:
        """Return the untrained network, from (batch, F) to (batch, channels)."""
        features = self.features(np.zeros((1, 2))).shape[-1]
        build = rooms.load("fields", self.net).build
        return build(features=features, channels=self.channels, **self.settings)

    def render(self, model: keras.Model, *, rows: int, columns: int) -> np.ndarray:
        """Return the picture of `model` on a grid as fine as one likes: uint8 (rows, columns, channels).

        Raises:
            FloatingPointError: the network's training has diverged, and it answers with NaN.
        """
        places = coordinates(rows, columns)
        parts = [
            np.asarray(model(self.features(places[start : start + _PLACES_AT_ONCE]), training=False))
            for start in range(0, len(places), _PLACES_AT_ONCE)
        ]
        values = np.concatenate(parts).reshape(rows, columns, self.channels)
        if not np.isfinite(values).all():
            raise FloatingPointError("the network answers with values that are no numbers")
        return images.to_uint8(values, self.value_range)

    def describe(self) -> dict[str, int | float]:
        """Return num_params and macs_per_pixel, of mapping and network."""
        model, found = self.build(), self.frequencies()
        mapping = 0 if found is None else found.size
        return {"num_params": model.count_params(), "macs_per_pixel": complexity.macs(model) + mapping}


def encode(field: Field, model: keras.Model, *, bits: int, rows: int, columns: int) -> bytes:
    """Return the payload: the weights of `model` in so many bits each, before entropy coding."""
    steps, groups = zip(*(_quantized(values, bits) for values in model.get_weights()), strict=True)
    description = _described(field)
    body = _LENGTH.pack(len(description)) + description + np.array(steps, "<f4").tobytes()
    return payload.pack(
        family=FAMILY,
        rows=rows,
        columns=columns,
        channels=field.channels,
        body=body + rate.encode_groups(groups),
    )


def decode(data: bytes) -> np.ndarray:
    """Return the pixels that a payload stands for: uint8 (rows, columns, channels).

    Raises:
        PayloadError: it is none of this family, or damaged.
    """
    head = payload.unpack(data, family=FAMILY)
    try:
        (length,) = _LENGTH.unpack_from(head.body)
        field = _understood(head.body[_LENGTH.size :][:length], channels=head.channels)
        model = field.build()
        shapes = [values.shape for values in model.weights]
        start = _LENGTH.size + length
        steps = np.frombuffer(head.body, "<f4", count=len(shapes), offset=start)
        counts = [int(np.prod(shape)) for shape in shapes]
        groups = rate.decode_groups(head.body[start + steps.nbytes :], counts=counts)
        weights = [rate.dequantize(group, step) for group, step in zip(groups, steps, strict=True)]
        model.set_weights([values.reshape(shape) for values, shape in zip(weights, shapes, strict=True)])
        return field.render(model, rows=head.rows, columns=head.columns)
    except (UserError, ValueError, TypeError, struct.error, FloatingPointError) as error:
        raise payload.PayloadError(f"payload describes no network of places: {error}") from error


def rebuild(field: Field, model: keras.Model, *, bits: int, rows: int, columns: int) -> Reconstruction:
    """Encode a fitted network and decode it, and take the time of each; fitting comes before."""
    start = perf_counter()
    data = encode(field, model, bits=bits, rows=rows, columns=columns)
    encoded = perf_counter()
    pixels = decode(data)
    return Reconstruction(pixels, data, encoded - start, perf_counter() - encoded)


def _quantized(values: np.ndarray, bits: int) -> tuple[np.float32, np.ndarray]:
    """Return a step by which the largest value is the largest symbol of so many bits, and the symbols."""
    largest = np.abs(values).max()
    step = np.float32(largest / (2 ** (bits - 1) - 1)) if largest else np.float32(1)
    return step, rate.quantize(values.ravel(), step)


def runtime_math() -> str:
    """Return in which math this process multiplies matrices: see `recon.runtime.prepare`."""
    return "bfloat16" if os.environ.get("TF_SET_ONEDNN_FPMATH_MODE") == "BF16" else "float32"


def _described(field: Field) -> bytes:
    defaults = network_settings(field.net, {}, "", room=ROOM)
    settings = {name: value for name, value in field.settings.items() if value != defaults[name]}
    mapping = [field.mapping.kind]
    if field.mapping.kind not in ("none", "basic"):
        mapping += [field.mapping.num_frequencies, field.mapping.scale, field.seed]
    description = [field.net, settings, mapping, field.value_range, *[field.math] * (field.math != "float32")]
    return json.dumps(description, separators=(",", ":")).encode()


def _understood(description: bytes, *, channels: int) -> Field:
    """Return the field that a payload describes; ValueError, TypeError or UserError where it describes none."""
    net, settings, mapping, value_range, *math = json.loads(description)
    math = math[0] if math else "float32"
    kind, num_frequencies, scale, seed = mapping if len(mapping) == 4 else (*mapping, 1, 1.0, 0)
    told = {"kind": kind, "num_frequencies": num_frequencies, "scale": scale}
    if value_range not in ("unit", "symmetric"):
        raise ValueError(f"unknown value range {value_range!r}")
    if math != runtime_math():
        raise ValueError(f"its picture is computed in {math}, this process computes in {runtime_math()}")
    return Field(
        net,
        network_settings(net, settings, "payload", room=ROOM),
        parse(InputMapping, told, "payload.mapping"),
        seed,
        channels,
        value_range,
        math,
    )
