"""The architectures that the contracts are held against: every file in networks/, and what options make of it."""

from recon.training import runtime

# isort: split
import functools
from typing import Any

import keras
import numpy as np

from recon.core import rooms

NETWORKS = rooms.names("networks")
SIDES = (32, 64)  # multiples of every stride so far

# Name of the case -> file, settings.
ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {name: (name, {}) for name in NETWORKS} | {
    "deep_conv-batch": ("deep_conv", {"normalization": "batch"}),
    "space_to_depth-batch": ("space_to_depth", {"normalization": "batch"}),
    "space_to_depth-channel": ("space_to_depth", {"attention": "channel"}),
    "space_to_depth-spatial": ("space_to_depth", {"attention": "spatial"}),
    "space_to_depth-conditioned": ("space_to_depth", {"conditioned": True}),
    "space_to_depth-block-bias": ("space_to_depth", {"block_bias": True}),
    "unet-without-connections": ("unet", {"skip": False}),
}


def build(architecture: str, channels: int = 3) -> keras.Model:
    """Return the network for images of any size where it can, with weights that are the same on every call."""
    net, settings = ARCHITECTURES[architecture]
    keras.utils.set_random_seed(1)
    return rooms.load("networks", net).build(image_shape=(None, None, channels), **settings)


built = functools.cache(build)  # for tests that change no weights


def is_patchwise(model: keras.Model) -> bool:
    """Return whether the network takes images of one size only."""
    return model.inputs[0].shape[1] is not None


def with_conditions(model: keras.Model, images: np.ndarray) -> Any:
    """Return what `model` takes: the images, and if it is conditioned, other conditions for each."""
    if len(model.inputs) == 1:
        return images
    _, *shape = model.inputs[1].shape
    levels = np.linspace(0, 1, len(images), dtype=np.float32).reshape(-1, 1)
    return images, np.broadcast_to(levels, (len(images), *shape))


def noise(model: keras.Model, *, count: int = 2, sides: tuple[int, int] = SIDES) -> np.ndarray:
    """Return uniform noise in [0, 1], float32 (count, rows, columns, channels), of sides that `model` takes."""
    _, *fixed, channels = model.inputs[0].shape
    rows, columns = fixed if is_patchwise(model) else sides
    return np.random.default_rng(0).random((count, rows, columns, channels), np.float32)
