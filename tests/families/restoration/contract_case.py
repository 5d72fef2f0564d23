"""Restoration, for the tests of all families: see tests/contracts/case.py."""

from recon.training import runtime

# isort: split
from pathlib import Path
from typing import Any

import tiny_zoo
from case import Case, draw_weights
from recon.data.params import Degrade
from recon.families.restoration import method
from recon.families.restoration.params import MODELS, WEIGHTS, Inference
from recon.training.weights import save_weights

_DEGRADE = Degrade(qualities=[30], subsampling="4:2:0", progressive=True)
_ENTRY = {"net": "space_to_depth", "subject": "test", "settings": {"width": 4, "blocks": 1}}


def _case(net: str, settings: dict[str, Any], **inference: Any) -> Case:
    def share(folder: Path, channels: int, seed: int) -> None:
        model = method.build(net, settings, channels=channels)
        save_weights(draw_weights(model, seed=seed), folder / WEIGHTS)

    def load(folder: Path, channels: int) -> method.Restorer:
        model = method.build(net, settings, channels=channels)
        model.load_weights(folder / WEIGHTS)
        return method.Restorer(model, "unit", Inference(**inference))

    return Case(
        lambda folder, pixels: method.RestorationCodec(load(folder, pixels.shape[-1]), pixels, _DEGRADE),
        30,
        lambda folder, channels: load(folder, channels).decode,
        share,
        has_checksum=False,
    )


CASES = {
    "restoration": _case("space_to_depth", {"width": 8, "blocks": 1, "conditioned": True}),
    "restoration_ensemble": _case("space_to_depth", {"width": 4, "blocks": 1}, ensemble=True, projection=0.6),
    "restoration_patchwise": _case("dense_latent", {"patch_size": 16, "filters": [4, 4], "latents": 8}),
}
GROUP = {
    "export": "one",
    "training": {
        **{"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"},
        **{"epochs": 1, "steps_per_epoch": 1, "batch_size": 1},
    },
    "experiments": {
        "one": _ENTRY,
        "conditioned": _ENTRY | {"settings": {"width": 4, "blocks": 1, "conditioned": True}},
        "backwards": _ENTRY | {"direction": "degrade"},
        "by_quality": _ENTRY | {"blind": False},
        "pretrained": _ENTRY | {"weights": "jpeg_color"},
    },
}
USUAL = {"restoration": ("quality", "40")}
NEEDS = ("models/zoo/jpeg_color-*.weights.h5", "git checkout -- models/zoo")


def save_models(folder: Path) -> None:
    """Draw the weights of a zoo of one network, and those of the conditioned one."""
    tiny_zoo.open_zoo()
    tiny_zoo.add_network()
    entry = GROUP["experiments"]["conditioned"]
    model = method.build(entry["net"], entry["settings"], channels=3)
    save_weights(draw_weights(model), folder / MODELS / "conditioned" / WEIGHTS)
