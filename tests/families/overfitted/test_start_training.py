"""The training of a shared start, on small photographs."""

from recon.training import runtime

# isort: split
import numpy as np
import pytest

from pictures import picture
from recon.families.overfitted import start_training
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import FitSettings, StartTraining
from recon.training.checkpoints import Checkpoint

ARCHITECTURE = Architecture(levels=(0, 2, 4), contexts=6, width=4)
FIT = FitSettings(steps=40, evaluate_every=20)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def train_start(**changes):
    photographs = [picture(40, 50, 3), picture(64, 33, 3), picture(20, 20, 3)]
    training = StartTraining(**{"lmbda": 1e-3, "mosaics": 2, "tiles": 2, "tile": 32, "training": FIT} | changes)
    return start_training.train_start(photographs, training=training, architecture=ARCHITECTURE, seed=1)


class Interrupting(Checkpoint):
    """Ends the process when it has saved the first state of the second mosaic."""

    def __init__(self, folder, **options):
        super().__init__(folder, **options, seconds=0)
        self._mosaic = folder.name

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if self._mosaic == "1":
            raise KeyboardInterrupt


def test_a_start_is_learned_from_mosaics():
    one, two = train_start(mosaics=1), train_start()
    assert two.parameters.architecture == ARCHITECTURE
    assert [grid.shape for grid in two.regression.predict(picture(40, 50, 3), 1e-3)] == [
        (40, 50),
        (10, 13),
        (3, 4),
    ]
    assert two.model_id != one.model_id


def test_an_interrupted_start_is_resumed_to_the_same_weights(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(start_training, "Checkpoint", Interrupting)
        with pytest.raises(KeyboardInterrupt):
            train_start()
    resumed = train_start()
    start_training.forget()
    assert train_start().model_id == resumed.model_id


def test_a_mosaic_takes_its_parts_from_all_photographs_that_are_large_enough():
    photographs = [np.full((side, side + 1, 3), side, np.uint8) for side in (8, 9, 10, 7)]
    mosaic = start_training.make_mosaic(photographs, tiles=3, tile=8, seed=0)
    assert mosaic.shape == (24, 24, 3)
    values, counts = np.unique(mosaic[::8, ::8, 0], return_counts=True)
    assert (list(values), list(counts)) == ([8, 9, 10], [3, 3, 3])


def test_the_parts_of_a_mosaic_are_as_large_as_the_photographs_allow():
    photographs = [np.full((side, 2 * side, 3), side, np.uint8) for side in (8, 12, 10)]
    assert start_training.make_mosaic(photographs, tiles=2, tile=100, seed=0).shape == (24, 24, 3)
