"""How each method is tried out: tiny networks, and codecs at one setting."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from recon import runtime  # noqa: F401  (it configures what follows)

# isort: split
import keras

from recon import training
from recon.methods import autoencoder, classical
from recon.reconstruction import Reconstruction


def nothing_to_share(folder: Path, channels: int, seed: int) -> None:
    """Stand for a method without a shared model."""


@dataclass(frozen=True)
class Case:
    """A method as encoder and decoder that have only files in common.

    Attributes:
        method: the module's name in recon/methods.
        rebuild: (folder, pixels) -> Reconstruction, from the shared model in `folder`.
        decoder: (folder, channels) -> (payload -> pixels), all objects made anew.
        share: (folder, channels, seed) puts a shared model into `folder`; it need not be trained.
        has_checksum: every damage is noticed; else a damaged payload may give a damaged picture.
    """

    method: str
    rebuild: Callable[[Path, np.ndarray], Reconstruction]
    decoder: Callable[[Path, int], Callable[[bytes], np.ndarray]]
    share: Callable[[Path, int, int], None] = nothing_to_share
    has_checksum: bool = True


def _classical(codec: str, setting: float) -> Case:
    return Case(
        "classical",
        rebuild=lambda folder, pixels: classical.rebuild(pixels, codec=codec, setting=setting),
        decoder=lambda folder, channels: partial(classical.decode, channels=channels),
        has_checksum=False,
    )


def _autoencoder(net: str, settings: dict[str, Any], value_range: str) -> Case:
    def build(channels: int) -> keras.Model:
        return autoencoder.build(net, settings, channels=channels)

    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        training.save_weights(build(channels), autoencoder.weights_path(folder, autoencoder.BEST))

    def codec(folder: Path, channels: int) -> autoencoder.Codec:
        return autoencoder.load(build(channels), folder, autoencoder.BEST, value_range=value_range)

    return Case(
        "autoencoder",
        rebuild=lambda folder, pixels: codec(folder, pixels.shape[-1]).rebuild(pixels, q_step=0.01),
        decoder=lambda folder, channels: codec(folder, channels).decode,
        share=share,
    )


CASES = {
    "jpeg": _classical("jpeg", 50),
    "jpeg2000": _classical("jpeg2000", 2.0),
    "webp": _classical("webp", 50),
    "avif": _classical("avif", 50),
    "conv_autoencoder": _autoencoder("conv_autoencoder", {"filters": [8, 4]}, "unit"),
    "residual_autoencoder": _autoencoder(
        "residual_autoencoder", {"width": 8, "blocks": 1, "latents": 4}, "symmetric"
    ),
}
