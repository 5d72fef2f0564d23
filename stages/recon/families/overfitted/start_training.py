"""Training a shared start: networks and latents fitted to mosaics of photographs."""

import shutil
from collections.abc import Callable, Sequence

import numpy as np

from recon.core.reconstruction import CHECKPOINTS
from recon.data.manifest import pixels_sha256
from recon.families.overfitted import grids
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.fitting import draw_parameters, open_model, train_model
from recon.families.overfitted.image_model import GAIN
from recon.families.overfitted.initial_latents import LatentRegression
from recon.families.overfitted.params import StartTraining
from recon.families.overfitted.starts import Start
from recon.training import checkpoints
from recon.training.checkpoints import Checkpoint

FOLDER = CHECKPOINTS / "overfitted_start"  # its state, until it is done


def train_start(
    photographs: Sequence[np.ndarray], *, training: StartTraining, architecture: Architecture, seed: int
) -> Start:
    """Return a shared start, resuming an interrupted run to equal weights.

    Each mosaic begins with the networks of the one before it, and with the latents that a regression on that one
    predicts. So the networks suit photographs that they were not fitted to.

    Args:
        photographs: uint8 (rows, columns, channels), of any sizes.
        training: mosaics and fits.
        architecture: of the networks.
        seed: of the mosaics, of the noise and of the weights to begin with, unless the training has its own.
    """
    fit, lmbda = training.training, training.lmbda
    seed = seed if fit.seed is None else fit.seed
    open_checkpoint = _open_checkpoints(photographs, training, architecture, seed)
    parameters, regression = draw_parameters(architecture, seed), None
    for number in range(training.mosaics):
        mosaic = make_mosaic(photographs, tiles=training.tiles, tile=training.tile, seed=seed + number)
        model = open_model(*mosaic.shape[:2], architecture, fit)
        latents = regression and regression.predict(mosaic, lmbda)
        model.begin(mosaic, lmbda=lmbda, seed=seed + number, start=parameters, latents=latents)
        train_model(model, fit, lmbda, open_checkpoint(number))
        parameters = model.get_parameters()
        latents = grids.split(np.array(model.latents, np.float64) * GAIN, model.shapes)
        regression = LatentRegression.fit(mosaic, latents, architecture.levels, lmbda)
    return Start.of(parameters, regression)


def make_mosaic(photographs: Sequence[np.ndarray], *, tiles: int, tile: int, seed: int) -> np.ndarray:
    """Return tiles x tiles parts of photographs, each cut at random from the next one in a random order.

    The parts have `tile` pixels along each side or, where no photograph is that large, as many as the largest has.
    """
    rng = np.random.default_rng(seed)
    tile = min(tile, max(min(photograph.shape[:2]) for photograph in photographs))
    large = [photograph for photograph in photographs if min(photograph.shape[:2]) >= tile]
    order = np.resize(rng.permutation(len(large)), (tiles, tiles))

    def cut(photograph: np.ndarray) -> np.ndarray:
        top, left = (rng.integers(side - tile + 1) for side in photograph.shape[:2])
        return photograph[top : top + tile, left : left + tile]

    return np.concatenate([np.concatenate([cut(large[number]) for number in row], axis=1) for row in order])


def forget() -> None:
    """Remove the state of the fits: the stage is done."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def _open_checkpoints(
    photographs: Sequence[np.ndarray], training: StartTraining, architecture: Architecture, seed: int
) -> Callable[[int], Checkpoint]:
    """Return what opens the state of a mosaic's fit, from the mosaic's number."""
    decides = [training.model_dump(), architecture.pack().hex(), seed, *map(pixels_sha256, photographs)]
    fingerprint = checkpoints.fingerprint(decides)
    return lambda number: Checkpoint(FOLDER / f"{number}", fingerprint=fingerprint)
