"""Overfitted codecs, for the tests of all families: see tests/contracts/case.py."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import overfitted_images
import tiny_zoo
from case import Case, share_nothing
from recon.core import files
from recon.core.reconstruction import Reconstruction
from recon.families.overfitted import codestream, pool, starts
from recon.families.overfitted.jobs import FitJob
from recon.families.overfitted.method import OverfittedCodec
from recon.families.overfitted.params import FitRun, FitSettings, Networks
from recon.families.overfitted.starts import Start

_LMBDA = 0.001
_SETTINGS = {"levels": [0, 2, 5], "contexts": 6, "context_layers": 1, "width": 4, "residuals": 1}
_NETWORKS, _FIT = Networks(**_SETTINGS), FitSettings(steps=2, evaluate_every=1)
_RUN = FitRun(None, None, None, None, networks=_NETWORKS, fit=_FIT)
_START = "shared.start"


def _share(folder: Path, channels: int, seed: int) -> None:
    files.write_bytes(folder / _START, _draw_start(channels, seed))


def _draw_start(channels: int, seed: int) -> bytes:
    return starts.format_start(overfitted_images.draw_parameters(_NETWORKS.architecture(channels), seed))


def _load(folder: Path) -> Start | None:
    path = folder / _START
    return starts.read_start(path.read_bytes()) if path.is_file() else None


def _codec(folder: Path, pixels: np.ndarray) -> OverfittedCodec:
    """Return one that draws networks and latents in place of fitting them, which takes seconds."""
    start, (rows, columns, channels) = _load(folder), pixels.shape
    codec = OverfittedCodec(pixels, _RUN, seed=0, start=start)
    tiles = overfitted_images.draw_tiles(rows, columns, _NETWORKS.architecture(channels), start=start)
    codec.encode = lambda setting: codestream.encode(tiles, rows, columns, start)
    return codec


def _case(share=share_nothing) -> Case:
    return Case(
        _codec,
        _LMBDA,
        lambda folder, channels: lambda data: codestream.decode(data, _load(folder)),
        share,
    )


CASES = {"overfitted_with_a_start": _case(_share), "overfitted_alone": _case()}
GROUP = {
    "presets": {"fast": {"steps": 2, "evaluate_every": 1}, "slow": {"steps": 4, "evaluate_every": 2}},
    "networks": _SETTINGS,
    "start": {
        "lmbda": _LMBDA,
        "tiles": 1,
        "tile": 32,
        "mosaics": 1,
        "training": {"steps": 1, "evaluate_every": 1},
    },
    "experiments": {
        "fast": {
            **{"subject": "plane", "preset": "fast", "shared_start": "trained"},
            "points": {"lmbda": [0.001, 0.004, 0.016]},
        },
        "fast_alone": {
            **{"subject": "plane", "preset": "fast", "shared_start": None},
            "points": {"lmbda": [0.001, 0.004]},
        },
    },
}
USUAL = {"overfitted": ("lmbda", "0.004")}


def save_models(folder: Path) -> None:
    """Draw the start of the zoo."""
    tiny_zoo.open_zoo()
    overfitted_images.add_to_zoo(_draw_start(3, seed=0))


def speed_up(patch: pytest.MonkeyPatch) -> None:
    """Fit in this process; that another one gives the same bytes is tested in test_rebuilder.py."""

    def fit_all(jobs: Sequence[FitJob], **_: object) -> Iterator[Reconstruction]:
        from recon.families.overfitted import worker

        return (worker.fit(job, lambda _: None) for job in jobs)

    patch.setattr(pool, "fit_all", fit_all)
