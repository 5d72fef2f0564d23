"""What a family's `contract_case.py` says of it, for the tests that hold for all families.

CASES    name -> Case: the family's codec, tiny and quickly made, in its several forms
GROUP    a tiny group of params.yaml, for the tests of `rebuild.py`
USUAL    method -> the setting and value that `rebuild.py` uses with that group, as text
save_models(folder)   writes the weights that the group's entries look for below `folder`, if there are any
speed_up(patch)       replaces, if it is there, what `rebuild.py` would only wait for
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recon.core import rooms
from recon.core.reconstruction import Reconstruction
from recon.families.shared.codec import Codec

if TYPE_CHECKING:
    import keras


def share_nothing(folder: Path, channels: int, seed: int) -> None:
    """Stand for a method without a shared model."""


@dataclass(frozen=True)
class Case:
    """A method as encoder and decoder that have only files in common.

    Attributes:
        codec: (folder, pixels) -> the codec of these pixels, with the shared model in `folder`.
        setting: the point at which it encodes.
        decoder: (folder, channels) -> (payload -> pixels), all objects made anew.
        share: (folder, channels, seed) puts a shared model into `folder`; it need not be trained.
        has_checksum: every damage is noticed; else a damaged payload may give a damaged picture.
        has_q_step: the payload's body begins with a quantizer step, after the id of the shared model.
        family: the family's name, which the loader fills in.
    """

    codec: Callable[[Path, np.ndarray], Codec]
    setting: float
    decoder: Callable[[Path, int], Callable[[bytes], np.ndarray]]
    share: Callable[[Path, int, int], None] = share_nothing
    has_checksum: bool = True
    has_q_step: bool = False
    family: str = ""

    def rebuild(self, folder: Path, pixels: np.ndarray) -> Reconstruction:
        """Return what the family's stage would write."""
        return self.codec(folder, pixels).rebuild(self.setting)


def small_settings(net: str, *, room: str = "networks", most: int = 8) -> dict[str, Any]:
    """Return settings of any network that make it small: no whole number is above `most`."""

    def reduce(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(reduce, value))
        return min(value, most) if type(value) is int else value

    return {name: reduce(default) for name, (_, default) in rooms.build_settings(net, room=room).items()}


def draw_weights(model: "keras.Model", *, seed: int = 0, stddev: float = 0.1) -> "keras.Model":
    """Give every layer random weights: a last one of zeros would hide what the others do."""
    import keras

    for number, weights in enumerate(model.weights):
        weights.assign(keras.random.normal(weights.shape, stddev=stddev, seed=seed + number))
    return model
