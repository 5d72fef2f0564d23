"""A zoo of a tiny restorer in the working folder, its weights drawn, not trained."""

from pathlib import Path
from typing import Any

from recon.training import runtime

# isort: split
from case import draw_weights
from recon.core import files
from recon.families.restoration import method
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.training import weights

SETTINGS = {"width": 4, "blocks": 1}


def draw_from(*qualities: int) -> dict[str, Any]:
    """Return what a network was trained on: plain JPEG files of these qualities."""
    return {"qualities": qualities, "encoders": ["libjpeg"], "tables": ["standard"], "subsamplings": ["4:2:0"]}


def open_zoo(folder: Path = Path()) -> None:
    """Write an index without networks, unless there is one."""
    if not (folder / zoo.INDEX).is_file():
        files.write_json(folder / zoo.INDEX, [])


def row(name: str = "jpeg_color", **changes: Any) -> dict[str, Any]:
    """Return the row of a tiny network for color, but for its file."""
    fields = {
        **{"name": name, "purpose": "Restores.", "family": "restoration", "net": "space_to_depth"},
        **{"settings": SETTINGS, "channels": 3, "value_range": "unit", "inference": {}, "scores": {}},
        **{"half_precision": False},
        **{
            "augment": draw_from(10, 40),
            "recipe": "restoration-kodak",
            "data": "bsds500",
            "license": "none",
        },
    }
    return fields | changes


def add_network(name: str = "jpeg_color", *, seed: int = 0, **changes: Any) -> ZooNetwork:
    """Draw the weights of a tiny network, and add it to the zoo."""
    described = row(name, **changes)
    model = method.build(described["net"], described["settings"], channels=described["channels"])
    return zoo.add(weights.to_bytes(draw_weights(model, seed=seed)), **described)
