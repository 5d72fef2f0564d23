"""Coordinates: a network maps places to colors. It is the image; its weights, quantized, are the payload.

The payload's body tells all that this version of the decoder needs:

    2 bytes       length of the description
    description   JSON: [network, settings other than the defaults, [mapping, frequencies, scale, seed], range],
                  and "bfloat16" where the picture is computed so
    4 bytes each  of every array of weights, the quantizer's step (float32)
    the rest      the coded symbols, a group for each array

A description of a few bytes can ask for a network of any size. So the weights, and their products with the places
of the picture, have a limit, which is checked before the network is built.

Dupont et al., "COIN: COmpression with Implicit Neural representations", 2021.
"""

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from time import perf_counter
from typing import Any

import keras
import numpy as np

from recon.coding import payload, rate
from recon.core import images, rooms
from recon.core.errors import UserError
from recon.core.reconstruction import Reconstruction
from recon.families.coordinates.field_checks import check_field_settings
from recon.families.coordinates.mappings import coordinates, frequencies, mapped
from recon.families.coordinates.params import ROOM, InputMapping
from recon.settings.core import parse
from recon.settings.networks import network_settings
from recon.training import complexity

FAMILY = "coordinates"
_LENGTH = struct.Struct("<H")
_PLACES_AT_ONCE = 8192
_VALUES_AT_ONCE = 2**25  # of a layer: of wider ones than 4096 units fewer places are taken
_MOST_WEIGHTS = 2**24
_MOST_PRODUCTS = 2**42  # of weights and places: minutes


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
        build = rooms.load("families/coordinates/networks", self.net).build
        return build(features=features, channels=self.channels, **self.settings)

    def shapes(self, *, rows: int, columns: int) -> list[tuple[int, ...]]:
        """Return the shapes of the network's weights, without building it.

        Raises:
            UserError: more weights, or too many for a picture of rows x columns.
        """
        features = self.features(np.zeros((1, 2))).shape[-1]
        shapes_of = rooms.load("families/coordinates/networks", self.net).shapes
        shapes = list(shapes_of(features=features, channels=self.channels, **self.settings))
        weights = sum(prod(shape) for shape in shapes)
        if weights > _MOST_WEIGHTS or weights * rows * columns > _MOST_PRODUCTS:
            raise UserError(
                f"{weights} weights for {rows} x {columns} pixels; at most {_MOST_WEIGHTS}, and "
                f"{_MOST_PRODUCTS} by the product of both, are decoded: make the network or the image smaller"
            )
        return shapes

    def render(self, model: keras.Model, *, rows: int, columns: int) -> np.ndarray:
        """Return the picture of `model` on a grid as fine as one likes: uint8 (rows, columns, channels).

        Raises:
            FloatingPointError: the network's training has diverged, and it answers with NaN.
        """
        places = coordinates(rows, columns)
        widest = max(model.input_shape[-1], *(weights.shape[-1] for weights in model.weights))
        at_once = min(_PLACES_AT_ONCE, _VALUES_AT_ONCE // widest)
        parts = [
            np.asarray(model(self.features(places[start : start + at_once]), training=False))
            for start in range(0, len(places), at_once)
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
    """Return the payload: the weights of `model` in so many bits each, before entropy coding.

    Raises:
        UserError: no decoder would take it: the network is too large for a picture of rows x columns.
    """
    field.shapes(rows=rows, columns=columns)
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
    start = _LENGTH.size + int.from_bytes(head.body[: _LENGTH.size], "little")
    try:
        field = _understood(head.body[_LENGTH.size : start], channels=head.channels)
        shapes = field.shapes(rows=head.rows, columns=head.columns)
    except (UserError, ValueError, TypeError, RecursionError) as error:
        why = str(error).removeprefix("params.yaml: ")
        raise payload.PayloadError(f"payload describes no network of places: {why}") from error
    weights = _weights(head.body[start:], shapes)
    model = field.build()
    model.set_weights(weights)
    try:
        return field.render(model, rows=head.rows, columns=head.columns)
    except FloatingPointError as error:
        raise payload.PayloadError(f"payload is of no picture: {error}") from error


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
    """Return in which math this process multiplies matrices: see `recon.training.runtime.prepare`."""
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
    """Return the field that a payload describes; ValueError, TypeError, RecursionError or UserError: none."""
    net, settings, mapping, value_range, *math = json.loads(description)
    kind, num_frequencies, scale, seed = mapping if len(mapping) == 4 else (*mapping, 1, 1.0, 0)
    told = {"kind": kind, "num_frequencies": num_frequencies, "scale": scale}
    settings = network_settings(net, settings, "payload", room=ROOM)
    check_field_settings(settings, "payload")
    if value_range not in ("unit", "symmetric"):
        raise ValueError(f"unknown value range {value_range!r}")
    if type(seed) is not int or seed < 0:
        raise ValueError(f"unknown seed {seed!r}")
    mappings = rooms.constant(ROOM, net, "MAPPINGS")
    if mappings and kind not in mappings:
        raise ValueError(f"`{net}` takes {' or '.join(mappings)} for a mapping, not {kind!r}")
    if (math or ["float32"]) != [runtime_math()]:
        raise ValueError(
            f"its picture is computed in {math or 'float32'}, this process computes in {runtime_math()}"
        )
    return Field(
        net, settings, parse(InputMapping, told, "payload.mapping"), seed, channels, value_range, runtime_math()
    )


def _weights(coded: bytes, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return the weights of these shapes, float32; PayloadError where the bytes are not theirs."""
    if len(coded) < 4 * len(shapes):
        raise payload.PayloadError(f"payload is cut: {len(shapes)} arrays of weights have a quantizer step each")
    steps = np.frombuffer(coded, "<f4", count=len(shapes))
    groups = rate.decode_groups(coded[steps.nbytes :], counts=[prod(shape) for shape in shapes])
    values = [rate.dequantize(group, step) for group, step in zip(groups, steps, strict=True)]
    return [array.reshape(shape) for array, shape in zip(values, shapes, strict=True)]
