"""Latent decoders, for the tests of all families: see tests/contracts/case.py."""

from recon.training import runtime

# isort: split
from pathlib import Path
from typing import Any

import keras
import numpy as np

from case import Case, draw_weights, small_settings
from recon.core import rooms, tiles
from recon.families.latent_decoder import method
from recon.families.latent_decoder.analysis import LinearAnalysis
from recon.families.latent_decoder.fitting import MODELS
from recon.families.latent_decoder.params import ROOM
from recon.settings.networks import network_settings
from recon.training.weights import save_weights

_SIDE = 8


def _build(net: str, settings: dict[str, Any], latents: int, side: int, channels: int) -> keras.Model:
    settings = network_settings(net, settings, "case", room=ROOM)
    return method.build(net, settings, latents=latents, image_shape=(side, side, channels))


def _case(net: str, settings: dict[str, Any], latents: int = 4, value_range: str = "unit") -> Case:
    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        save_weights(_build(net, settings, latents, _SIDE, channels), folder / method.WEIGHTS)

    def load(folder: Path, channels: int) -> method.SharedDecoder:
        return method.load(_build(net, settings, latents, _SIDE, channels), folder, value_range=value_range)

    def codec(folder: Path, pixels: np.ndarray) -> method.DecoderCodec:
        """Return one whose codes are random projections of the patches, in place of optimized ones."""
        rows, columns, channels = pixels.shape
        patches = tiles.cut(pixels, _SIDE).reshape(tiles.count(rows, columns, _SIDE), -1) / 255 - 0.5
        directions = np.random.default_rng(0).normal(size=(patches.shape[1], latents))
        codes = (patches @ directions).astype(np.float32)
        return method.DecoderCodec(load(folder, channels), codes, rows, columns)

    return Case(codec, 0.1, lambda folder, channels: load(folder, channels).decode, share, has_q_step=True)


CASES = {f"latent_decoder_{net}": _case(net, small_settings(net, room=ROOM)) for net in rooms.names(ROOM)} | {
    "latent_decoder_linear": _case("linear", {"output_activation": "linear"}),
    "latent_decoder_of_one_latent": _case("mlp", {"width": 8}, latents=1),
    "latent_decoder_conv": _case("conv", {"width": 4, "levels": 1, "grid": 2}),
    "latent_decoder_coordinate": _case(
        "coordinate", {"width": 8, "depth": 2, "output_activation": "tanh"}, value_range="symmetric"
    ),
}
GROUP = {
    "training": {
        **{"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit", "epochs": 10},
        **{"report_every": 10, "batch_size": None, "fit_epochs": 20, "fit_learning_rate": 0.1},
    },
    "experiments": {
        "plane": {
            **{"net": "mlp", "subject": "plane", "patch_size": 8, "latents": 4},
            "points": {"q_step": [0.1, 0.2, 0.4]},
        },
        "whole": {"net": "linear", "subject": "small", "latents": 2, "points": {"q_step": [0.1]}},
    },
}
USUAL = {"latent_decoder": ("q_step", "0.2")}
NEEDS = ("models/latent_decoder/plane/decoder.weights.h5", "dvc repro latent_decoder@plane")


def save_models(folder: Path) -> None:
    """Draw the weights of both entries: for patches, and for whole pictures of the subject `small`."""
    for name, side in (("plane", 8), ("whole", 16)):
        entry = GROUP["experiments"][name]
        network = _build(entry["net"], {}, entry["latents"], side, 3)
        save_weights(draw_weights(network), folder / MODELS / name / method.WEIGHTS)
        images = np.random.default_rng(0).integers(0, 256, (5, side, side, 3), np.uint8)
        codes = np.random.default_rng(1).normal(size=(5, entry["latents"]))
        LinearAnalysis.fit(images, codes).save(folder / MODELS / name / method.ANALYSIS)
