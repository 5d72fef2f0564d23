"""Restoration, for the tests of all families: see tests/contracts/case.py."""

from recon.training import runtime

# isort: split
from pathlib import Path
from typing import Any

from case import Case, draw_weights
from recon.data.params import Degrade
from recon.families.restoration import method
from recon.families.restoration.params import EXPORTED, MODELS, WEIGHTS, Inference
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
    },
}
USUAL = {"restoration": ("quality", "40")}
NEEDS = ("models/image_compression_model.weights.h5", "dvc repro export")


def save_models(folder: Path) -> None:
    """Draw the weights of the exported network and of the conditioned one."""
    for name, path in (("one", EXPORTED), ("conditioned", MODELS / "conditioned" / WEIGHTS)):
        entry = GROUP["experiments"][name]
        model = method.build(entry["net"], entry["settings"], channels=3)
        save_weights(draw_weights(model), folder / path)
