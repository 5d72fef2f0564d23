"""Autoencoders, for the tests of all families: see tests/contracts/case.py."""

from pathlib import Path
from typing import Any

from recon.training import runtime

# isort: split
import keras

import drawn_codec
import tiny_zoo
from case import Case, draw_weights, small_settings
from recon.core import files, rooms
from recon.families.autoencoder import method
from recon.families.autoencoder.params import BEST, MODELS
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.params import WEIGHTS
from recon.families.autoencoder.transform.weights import CodecWeights, read_weights
from recon.training.weights import save_weights


def _case(net: str, settings: dict[str, Any], value_range: str) -> Case:
    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        save_weights(method.build(net, settings, channels=channels), method.weights_path(folder, BEST))

    def load(folder: Path, channels: int) -> method.TrainedAutoencoder:
        model, path = method.build(net, settings, channels=channels), method.weights_path(folder, BEST)
        return method.load(model, path, value_range=value_range)

    return Case(
        lambda folder, pixels: method.AutoencoderCodec(load(folder, pixels.shape[-1]), pixels),
        0.01,
        lambda folder, channels: load(folder, channels).decode,
        share,
        has_q_step=True,
    )


def _share_codec(folder: Path, channels: int, seed: int) -> None:
    files.write_bytes(folder / WEIGHTS, drawn_codec.draw_content(seed))


def _open_codec(folder: Path) -> CodecWeights:
    return read_weights((folder / WEIGHTS).read_bytes())


_TRANSFORM = Case(
    lambda folder, pixels: TransformCodec(_open_codec(folder), pixels),
    0.002,
    lambda folder, channels: lambda data: codestream.decode(data, _open_codec(folder)),
    _share_codec,
)
_NETWORKS = filter(rooms.is_codec, rooms.names("networks"))
CASES = {net: _case(net, small_settings(net), "unit") for net in _NETWORKS} | {
    "conv_autoencoder": _case("conv_autoencoder", {"filters": [8, 4]}, "unit"),
    "residual_autoencoder": _case("residual_autoencoder", {"width": 8, "blocks": 1, "latents": 4}, "symmetric"),
    "transform_codec": _TRANSFORM,
}
GROUP = {
    "training": {"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"},
    "experiments": {
        name: {
            "net": "conv_autoencoder",
            "subject": "plane",
            "trained_on": "subjects/plane",
            "settings": {"filters": filters},
            "points": {"q_step": [0.01, 0.02, 0.05]},
        }
        for name, filters in (("autoencoder_shared", [8, 4]), ("other", [6, 4]))
    },
}
USUAL = {"autoencoder": ("lmbda", "0.00316")}
NEEDS = ("models/zoo/transform_codec-*.codec", "git checkout -- models/zoo")


def save_models(folder: Path) -> None:
    """Draw the weights of both entries, and of the codec of the zoo."""
    tiny_zoo.open_zoo()
    drawn_codec.add_to_zoo(drawn_codec.draw_content())
    for name, entry in GROUP["experiments"].items():
        model = method.build(entry["net"], entry["settings"], channels=3)
        save_weights(draw_weights(model), method.weights_path(folder / MODELS / name, BEST))
