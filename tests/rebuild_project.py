"""A tiny project with an entry for each family, for the tests of `rebuild.py`; networks are drawn, not trained."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

import rebuild
from cases import MODULES
from recon.core import images
from recon.rebuilding import overlay
from recon.settings.core import read_params
from recon.training import runtime

SIDES = (37, 53)  # of the pictures: no multiple of any stride or block
_SUBJECT = {"source": "some", "images": "all", "fit": "resize"}
_GROUPS = {  # over those of the project's own params.yaml
    "epochs": 1,
    "runtime": {"seed": 1, "threads": 1},
    "degrade": {"qualities": [10, 40], "subsampling": "4:2:0", "progressive": True},
    "augment": {
        **{"patch_size": 16, "patches_per_image": 1, "qualities": [10, 40]},
        **{"subsamplings": ["4:2:0"], "encoders": ["libjpeg"], "tables": ["standard"]},
        **{"aligned_fraction": 0.5, "flips": True, "rotations": True},
    },
    "subjects": {
        "plane": _SUBJECT | {"rows": 64, "columns": 64},
        "small": _SUBJECT | {"rows": 16, "columns": 16},
    },
    **{family: module.GROUP for family, module in MODULES.items()},
}
PARAMS = read_params(Path(__file__).parents[1] / "params.yaml") | _GROUPS
USUAL = {method: usual for module in MODULES.values() for method, usual in module.USUAL.items()}

_LINE = re.compile(
    r".+: (?P<rows>\d+) x (?P<columns>\d+) pixels (in|from) (?P<bytes>[\d,]+) bytes, (?P<bpp>[\d.]+) bpp, "
    r"(?P<psnr>[\d.]+) dB against .+ \((?P<setting>\w+)=(?P<value>[\d.]+).*; "
    r"encoded in [\d.]+ s, decoded in [\d.]+ s\)(; .*)?"
)


@contextmanager
def entered(folder: Path) -> Iterator[Path]:
    """Work in the project in `folder`, with a picture in color and a gray one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(overlay, "ROOT", folder.resolve())
        patch.setattr(runtime, "prepare", lambda settings, math="float32": None)  # may be done once in a process
        (folder / "params.yaml").write_text(json.dumps(PARAMS, indent=2))
        for module in MODULES.values():
            if hasattr(module, "save_models"):
                module.save_models(folder)
            if hasattr(module, "speed_up"):
                module.speed_up(patch)
        images.write_png("photo.png", picture(*SIDES))
        images.write_png("gray.png", picture(*SIDES, channels=1))
        yield folder


def run_rebuild(*words: object) -> str:
    """Run the script on words, and return the line that it ends with."""
    with redirect_stdout(StringIO()) as output:
        rebuild.main(*map(str, words))
    return output.getvalue().splitlines()[-1]


def parsed(line: str) -> dict[str, str]:
    """Return the parts of the line that compressing prints, by name; numbers without commas."""
    return {name: value.replace(",", "") for name, value in _LINE.fullmatch(line).groupdict().items()}


def picture(rows: int, columns: int, channels: int = 3) -> np.ndarray:
    """Return a smooth pattern with noise, uint8: something to keep and something to lose."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)
