"""A tiny project with an entry for each family, for the tests of `rebuild.py`; networks are drawn, not trained."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import yaml

from recon.training import runtime

# isort: split
import keras

from recon.core import images
from recon.families.autoencoder import method
from recon.families.autoencoder.params import BEST
from recon.families.latent_decoder import method as latent_decoder
from recon.families.restoration import method as restoration
from recon.settings.networks import network_settings
from recon.training import fitting

_ADAM = {"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"}
_CODES = {"report_every": 10, "batch_size": None, "fit_epochs": 20, "fit_learning_rate": 0.1}
_RESTORER = {"net": "space_to_depth", "subject": "test", "settings": {"width": 4, "blocks": 1}}
SIDES = (37, 53)  # of the pictures: no multiple of any stride or block
PARAMS = {
    "runtime": {"seed": 1, "threads": 1},
    "data": {"color": "rgb"},
    "degrade": {"qualities": [10, 40], "subsampling": "4:2:0", "progressive": True},
    "plane": {"source": "some", "images": "all", "fit": "resize", "rows": 64, "columns": 64},
    "classical": {
        "experiments": {
            "jpeg": {"codec": "jpeg", "subject": "plane", "sweep": {"quality": [10, 30, 50]}},
            "jpeg2000": {"codec": "jpeg2000", "subject": "plane", "sweep": {"target_bpp": [1, 2]}},
            "webp": {"codec": "webp", "subject": "plane", "sweep": {"quality": [10, 30, 50]}},
            "avif": {"codec": "avif", "subject": "plane", "sweep": {"quality": [10, 30, 50]}},
        }
    },
    "autoencoder": {
        "training": _ADAM,
        "experiments": {
            name: {
                "net": "conv_autoencoder",
                "subject": "plane",
                "trained_on": "subjects/plane",
                "settings": {"filters": filters},
                "sweep": {"q_step": [0.01, 0.02, 0.05]},
            }
            for name, filters in (("autoencoder_shared", [8, 4]), ("other", [6, 4]))
        },
    },
    "deblocking": {
        "experiments": {"shift_average_clipped": {"filter": "shift_average_clipped", "subject": "plane"}}
    },
    "restoration": {
        "export": "one",
        "training": {**_ADAM, "epochs": 1, "steps_per_epoch": 1, "batch_size": 1},
        "experiments": {
            "one": _RESTORER,
            "told": _RESTORER | {"settings": {"width": 4, "blocks": 1, "conditioned": True}},
            "backwards": _RESTORER | {"direction": "degrade"},
            "by_quality": _RESTORER | {"blind": False},
        },
    },
    "augment": {
        **{"patch_size": 16, "patches_per_image": 1, "qualities": [10, 40], "subsampling": "4:2:0"},
        **{"aligned_fraction": 0.5, "flips": True, "rotations": True},
    },
    "coordinates": {
        "masks": {"even": {"kind": "even"}},
        "mapping": {"kind": "none", "num_frequencies": 8, "scale": 2},
        "training": {**_ADAM, "epochs": 2, "steps_per_epoch": 5, "batch_size": 64},
        "experiments": {
            "plane": {"net": "siren", "subject": "plane", "bits": [8], "across": {"width": [6, 8, 10]}},
            "masked": {"net": "siren", "subject": "small", "mask": "even", "bits": [8]},
        },
    },
    "latent_decoder": {
        "subject": {"source": "some", "images": "all", "fit": "resize", "rows": 16, "columns": 16},
        "training": {**_ADAM, **_CODES, "epochs": 10},
        "experiments": {
            "plane": {"net": "mlp", "subject": "plane", "patch_size": 8, "latents": 4, "q_step": [0.1, 0.2, 0.4]},
            "whole": {"net": "linear", "subject": "latent_decoder", "latents": 2, "q_step": [0.1]},
        },
    },
    "pixels": {
        "descent": {"optimizer": "sgd", "step_size": 0.5, "steps": 20, "shown_steps": [0]},
        "experiments": {"plane": {"subject": "plane", "descent": {"tolerance": 1}}},
    },
    "fractal": {
        "coding": {
            **{"largest": 8, "smallest": 4, "domain_step": 4, "max_contrast": 0.9, "contrast_steps": 7},
            **{"brightness_step": 4, "tolerance": 8, "chroma_tolerance": 0.5},
        },
        "experiments": {
            "plane": {"subject": "plane", "sweep": {"tolerance": [4, 8, 16]}},
            "coarse": {"subject": "plane", "coding": {"largest": 16}},
        },
    },
}


_LINE = re.compile(
    r"\S+: (?P<rows>\d+) x (?P<columns>\d+) pixels (in|from) (?P<bytes>[\d,]+) bytes, (?P<bpp>[\d.]+) bpp, "
    r"(?P<psnr>[\d.]+) dB against \S+ \((?P<setting>\w+)=(?P<value>[\d.]+).*; "
    r"encoded in [\d.]+ s, decoded in [\d.]+ s\)"
)


@contextmanager
def entered(folder: Path) -> Iterator[Path]:
    """Work in the project in `folder`, with a picture in color and a gray one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(runtime, "prepare", lambda settings, math="float32": None)  # may be done once in a process
        _make(folder)
        images.write_png("photo.png", picture(*SIDES))
        images.write_png("gray.png", picture(*SIDES, channels=1))
        yield folder


def told(line: str) -> dict[str, str]:
    """Return what the last line of compressing says, by name; numbers without commas."""
    return {name: value.replace(",", "") for name, value in _LINE.fullmatch(line).groupdict().items()}


def _make(folder: Path) -> None:
    """Write params.yaml and all weights that the families look for."""
    (folder / "params.yaml").write_text(yaml.safe_dump(PARAMS, sort_keys=False))
    for name, entry in PARAMS["autoencoder"]["experiments"].items():
        model = method.build(entry["net"], entry["settings"], channels=3)
        path = method.weights_path(folder / "models/autoencoder" / name, BEST)
        fitting.save_weights(_drawn(model), path)
    for name, side in (("plane", 8), ("whole", 16)):
        entry = PARAMS["latent_decoder"]["experiments"][name]
        settings = network_settings(entry["net"], {}, "test", room="families/latent_decoder/networks")
        shape = (side, side, 3)
        model = latent_decoder.build(entry["net"], settings, latents=entry["latents"], image_shape=shape)
        fitting.save_weights(_drawn(model), folder / "models/latent_decoder" / name / latent_decoder.WEIGHTS)
    for name, path in (
        ("one", "image_compression_model.weights.h5"),
        ("told", "restoration/told/best.weights.h5"),
    ):
        entry = PARAMS["restoration"]["experiments"][name]
        model = restoration.build(entry["net"], entry["settings"], channels=3)
        fitting.save_weights(_drawn(model), folder / "models" / path)


def _drawn(model: keras.Model) -> keras.Model:
    """Give every layer something to say: a last one of zeros would hide what the others do."""
    for seed, weights in enumerate(model.weights):
        weights.assign(keras.random.normal(weights.shape, stddev=0.1, seed=seed))
    return model


def picture(rows: int, columns: int, channels: int = 3) -> np.ndarray:
    """Return a smooth pattern with noise, uint8: something to keep and something to lose."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)
