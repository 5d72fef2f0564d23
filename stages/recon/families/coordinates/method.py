"""Coordinates: a network from pixel coordinates to colors is the image; its quantized weights are the payload.

The payload's body holds all that a decoder needs, but for the code of the networks:

    2 bytes       length of the description
    description   JSON: [network, settings other than the defaults, [mapping, frequencies, scale, seed], range],
                  and "bfloat16" where the picture is computed in it
    4 bytes each  the quantizer's step for every array of weights (float32)
    the rest      the coded symbols, a group for each array

A description of a few bytes can ask for a network of any size. So the weights have a limit, and so have their
products with the pixels of the picture; both are checked before the network is built.

Dupont et al., "COIN: COmpression with Implicit Neural representations", 2021.
"""

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import keras
import numpy as np

from recon.coding import payload, rate
from recon.core import images, rooms
from recon.core.errors import UserError
from recon.families.coordinates.mappings import coordinate_grid, draw_frequencies, map_coordinates
from recon.families.coordinates.params import FAMILY, ROOM, FieldRun, InputMapping
from recon.families.coordinates.setting_limits import check_limits
from recon.families.shared.codec import Codec
from recon.settings.core import parse
from recon.settings.networks import network_settings
from recon.training import complexity

_LENGTH = struct.Struct("<H")
_PIXELS_AT_ONCE = 8192
_VALUES_AT_ONCE = 2**25  # of a layer: for layers wider than 4096 units fewer pixels are computed at once
_MAX_WEIGHTS = 2**24
_MAX_PRODUCTS = 2**42  # of weights and pixels: minutes
_FEATURE_PRODUCTS = 512  # what an input feature of a pixel costs, mostly its cosine, in products


@dataclass(frozen=True)
class NeuralField:
    """A coordinate network with its input mapping: all of it but the weights.

    net          the network
    settings     of its `build`, all of them
    mapping      the input mapping
    seed         of the mapping's frequencies
    channels     of the image, 1 or 3
    value_range  of the network's output
    math         in which dense layers multiply, see `recon.training.runtime.prepare`
    """

    net: str
    settings: dict[str, Any]
    mapping: InputMapping
    seed: int
    channels: int
    value_range: images.ValueRange
    math: str = "float32"

    @classmethod
    def of(cls, run: FieldRun, *, seed: int, channels: int) -> "NeuralField":
        """Return the field that `run` fits to an image of so many channels."""
        training = run.training
        return cls(run.net, run.network, run.mapping, seed, channels, training.value_range, training.math)

    def frequencies(self) -> np.ndarray | None:
        """Return those of the mapping, float64 (frequencies, 2)."""
        mapping = self.mapping
        return draw_frequencies(
            mapping.kind, num_frequencies=mapping.num_frequencies, scale=mapping.scale, seed=self.seed
        )

    def features(self, coordinates: np.ndarray) -> np.ndarray:
        """Return the input features of coordinates (n, 2): float32 (n, num_features)."""
        return map_coordinates(coordinates, self.frequencies())

    @property
    def num_features(self) -> int:
        """The number of input features of a pixel."""
        return self.features(np.zeros((1, 2))).shape[-1]

    def build(self) -> keras.Model:
        """Return the untrained network, from (batch, num_features) to (batch, channels)."""
        build = rooms.load(ROOM, self.net).build
        return build(features=self.num_features, channels=self.channels, **self.settings)

    def shapes(self, *, rows: int, columns: int) -> list[tuple[int, ...]]:
        """Return the shapes of the network's weights, without building it.

        Raises:
            UserError: there are too many weights, or too many for a picture of rows x columns.
        """
        yield_shapes = rooms.load(ROOM, self.net).shapes
        shapes = list(yield_shapes(features=self.num_features, channels=self.channels, **self.settings))
        weights = sum(map(prod, shapes))
        products = rows * columns * (weights + _FEATURE_PRODUCTS * self.num_features)
        if weights > _MAX_WEIGHTS or products > _MAX_PRODUCTS:
            raise UserError(
                f"{weights} weights for {rows} x {columns} pixels; at most {_MAX_WEIGHTS}, and {_MAX_PRODUCTS} "
                f"products (here {products}), are decoded: make the network, its mapping or the image smaller"
            )
        return shapes

    def render(self, model: keras.Model, *, rows: int, columns: int) -> np.ndarray:
        """Return the picture of `model` at any resolution: uint8 (rows, columns, channels).

        Raises:
            FloatingPointError: the network's output is not finite.
        """
        coordinates = coordinate_grid(rows, columns)
        widest = max(model.input_shape[-1], *(layer.output.shape[-1] for layer in model.layers))
        at_once = min(_PIXELS_AT_ONCE, _VALUES_AT_ONCE // widest)
        parts = [
            np.asarray(model(self.features(coordinates[start : start + at_once]), training=False))
            for start in range(0, len(coordinates), at_once)
        ]
        values = np.concatenate(parts).reshape(rows, columns, self.channels)
        if not np.isfinite(values).all():
            raise FloatingPointError("the network's output is not finite")
        return images.to_uint8(values, self.value_range)

    def describe(self) -> dict[str, int | float]:
        """Return num_params and macs_per_pixel, of mapping and network."""
        model, frequencies = self.build(), self.frequencies()
        mapping = 0 if frequencies is None else frequencies.size
        return {"num_params": model.count_params(), "macs_per_pixel": complexity.macs(model) + mapping}


class FieldCodec(Codec):
    """One picture as a fitted network; the setting is the bits of each weight, before entropy coding."""

    def __init__(self, field: NeuralField, model: keras.Model, *, rows: int, columns: int) -> None:
        """Take a fitted `model` of `field`, for a picture of rows x columns."""
        self.field, self.model, self._shape = field, model, {"rows": rows, "columns": columns}

    def render(self) -> np.ndarray:
        """Return the picture of the weights as they are, not quantized: uint8 (rows, columns, channels)."""
        return self.field.render(self.model, **self._shape)

    def encode(self, setting: float) -> bytes:
        """Return the payload with weights of `setting` bits.

        Raises:
            UserError: no decoder would take it: the network is too large for the picture.
        """
        self.field.shapes(**self._shape)
        steps, groups = zip(*(_quantize(values, int(setting)) for values in self.model.get_weights()), strict=True)
        description = _format_description(self.field)
        body = _LENGTH.pack(len(description)) + description + np.array(steps, "<f4").tobytes()
        body += rate.encode_groups(groups)
        return payload.pack(family=FAMILY, **self._shape, channels=self.field.channels, body=body)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return what any decoder returns; see `decode`."""
        return decode(payload)


def decode(data: bytes) -> np.ndarray:
    """Return the pixels that a payload describes: uint8 (rows, columns, channels).

    Raises:
        PayloadError: it is of another family, or damaged.
    """
    head = payload.unpack(data, family=FAMILY)
    start = _LENGTH.size + int.from_bytes(head.body[: _LENGTH.size], "little")
    try:
        field = _parse_description(head.body[_LENGTH.size : start], channels=head.channels)
        shapes = field.shapes(rows=head.rows, columns=head.columns)
    except (UserError, ValueError, TypeError, RecursionError) as error:
        reason = str(error).removeprefix("params.yaml: ")
        raise payload.PayloadError(f"payload describes no coordinate network: {reason}") from error
    weights = _decode_weights(head.body[start:], shapes)
    model = field.build()
    model.set_weights(weights)
    try:
        return field.render(model, rows=head.rows, columns=head.columns)
    except FloatingPointError as error:
        raise payload.PayloadError(f"payload describes no picture: {error}") from error


def runtime_math() -> str:
    """Return in which math this process multiplies matrices, see `recon.training.runtime.prepare`."""
    return "bfloat16" if os.environ.get("TF_SET_ONEDNN_FPMATH_MODE") == "BF16" else "float32"


def _quantize(values: np.ndarray, bits: int) -> tuple[np.float32, np.ndarray]:
    """Return the step at which the largest value gets the largest symbol of `bits` bits, and the symbols."""
    largest = np.abs(values).max()
    step = np.float32(largest / (2 ** (bits - 1) - 1)) if largest else np.float32(1)
    return step, rate.quantize(values.ravel(), step)


def _format_description(field: NeuralField) -> bytes:
    defaults = network_settings(field.net, {}, "", room=ROOM)
    settings = {name: value for name, value in field.settings.items() if value != defaults[name]}
    mapping = [field.mapping.kind]
    if field.mapping.kind not in ("none", "basic"):
        mapping += [field.mapping.num_frequencies, field.mapping.scale, field.seed]
    description = [field.net, settings, mapping, field.value_range, *[field.math] * (field.math != "float32")]
    return json.dumps(description, separators=(",", ":")).encode()


def _parse_description(description: bytes, *, channels: int) -> NeuralField:
    """Return the field of a description; ValueError, TypeError, RecursionError or UserError: it is invalid."""
    net, settings, mapping, value_range, *math = json.loads(description)
    kind, num_frequencies, scale, seed = mapping if len(mapping) == 4 else (*mapping, 1, 1.0, 0)
    mapping = {"kind": kind, "num_frequencies": num_frequencies, "scale": scale}
    settings = network_settings(net, settings, "payload", room=ROOM)
    check_limits(settings, "payload")
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
    mapping = parse(InputMapping, mapping, "payload.mapping")
    return NeuralField(net, settings, mapping, seed, channels, value_range, runtime_math())


def _decode_weights(coded: bytes, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return weights of these shapes, float32; PayloadError where the bytes do not fit them."""
    if len(coded) < 4 * len(shapes):
        raise payload.PayloadError(f"payload is cut: {len(shapes)} arrays of weights have a quantizer step each")
    steps = np.frombuffer(coded, "<f4", count=len(shapes))
    groups = rate.decode_groups(coded[steps.nbytes :], counts=[prod(shape) for shape in shapes])
    values = [rate.dequantize(group, step) for group, step in zip(groups, steps, strict=True)]
    return [array.reshape(shape) for array, shape in zip(values, shapes, strict=True)]
