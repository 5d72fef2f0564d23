"""Coordinates, for the tests of all families: see tests/contracts/case.py."""

from pathlib import Path
from typing import Any

import numpy as np

from case import Case, draw_weights, small_settings
from recon.core import rooms
from recon.families.coordinates import method
from recon.families.coordinates.params import ROOM, InputMapping
from recon.settings.networks import network_settings


def _case(net: str, settings: dict[str, Any], kind: str, value_range: str = "unit") -> Case:
    mapping = InputMapping(kind=kind, num_frequencies=4, scale=2.0)
    settings = network_settings(net, small_settings(net, room=ROOM) | settings, "case", room=ROOM)

    def codec(folder: Path, pixels: np.ndarray) -> method.FieldCodec:
        """Return one of random weights, which make a picture too."""
        rows, columns, channels = pixels.shape
        field = method.NeuralField(net, settings, mapping, 1, channels, value_range)
        return method.FieldCodec(field, draw_weights(field.build(), stddev=0.5), rows=rows, columns=columns)

    return Case(codec, 8, lambda folder, channels: method.decode)


CASES = {
    "coordinates_gaussian": _case("mlp", {"width": 6, "depth": 2}, "gaussian"),
    "coordinates_basic": _case("mlp", {"width": 6, "output_activation": "tanh"}, "basic", "symmetric"),
    **{f"coordinates_{net}": _case(net, {}, "none") for net in rooms.names(ROOM)},
}
GROUP = {
    "masks": {"even": {"kind": "even"}},
    "mapping": {"kind": "none", "num_frequencies": 8, "scale": 2},
    "training": {
        **{"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"},
        **{"epochs": 2, "steps_per_epoch": 5, "batch_size": 64},
    },
    "experiments": {
        "plane": {
            "net": "siren",
            "subject": "plane",
            "points": {"bits": [8]},
            "across": {"width": [6, 8, 10]},
        },
        "masked": {"net": "siren", "subject": "small", "mask": "even", "points": {"bits": [8]}},
    },
}
USUAL = {"coordinates": ("width", "8")}
