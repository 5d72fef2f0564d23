"""Which weights of its training an autoencoder keeps."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.core import files
from recon.families.autoencoder import fitting
from recon.families.autoencoder.params import Autoencoder
from recon.networks import conv_autoencoder
from recon.training.batches import Patches, Photographs

ROOT = Path(__file__).resolve().parents[3]
EPOCHS = 11
GROUP = {
    "training": {"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"},
    "experiments": {
        "one": {
            "net": "conv_autoencoder",
            "subject": "plane",
            "trained_on": "patches",
            "training": {"batch_size": 1},
            "q_step": 0.1,
            "points": {"epoch": list(range(1, EPOCHS + 1))},
        }
    },
}
DARK_AND_LIGHT = np.stack([np.full((8, 8, 1), level, np.uint8) for level in (0, 40, 200, 255)])


@pytest.fixture
def network():
    keras.utils.set_random_seed(1)
    return conv_autoencoder.build(image_shape=(None, None, 1), filters=(4,), output_activation="sigmoid")


def train(network, data, folder):
    """Return the losses, and the epoch (from 1) whose last weights were kept."""
    (run,) = Autoencoder.model_validate(GROUP).entry("one", epochs=EPOCHS).runs
    fitting.train(network, data, run, folder=folder, seed=1)
    kept = weights(network, folder / "best.weights.h5")
    snapshots = [weights(network, folder / f"epoch_{epoch:04d}.weights.h5") for epoch in run.snapshots]
    equal = [np.array_equal(kept, snapshot) for snapshot in snapshots]
    return files.read_csv(folder / "losses.csv")["loss"].to_numpy(), 1 + equal.index(True)


def weights(network, path):
    network.load_weights(path)
    return np.concatenate([values.ravel() for values in network.get_weights()])


def test_training_on_patches_keeps_the_last_weights_whatever_their_loss(network, tmp_path):
    data = Patches(DARK_AND_LIGHT, DARK_AND_LIGHT, batch_size=1, value_range="unit", seed=1, steps=1)
    losses, epoch = train(network, data, tmp_path)
    assert losses.argmin() != EPOCHS - 1  # else this shows nothing
    assert epoch == EPOCHS


def test_training_on_photographs_keeps_the_weights_that_the_epoch_of_the_lowest_loss_began_with(network, tmp_path):
    data = Photographs([DARK_AND_LIGHT[1] / np.float32(255)])
    losses, epoch = train(network, data, tmp_path)
    assert losses.argmin() > 0
    assert epoch == losses.argmin()


TRAIN = """
import json
import sys
from pathlib import Path
from recon.training import runtime
import numpy as np
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import Autoencoder
from recon.settings.core import Runtime
from recon.training.batches import Photographs

runtime.prepare(Runtime(seed=7, threads=2))
data = Photographs([np.random.default_rng(0).random((24, 40, 3), np.float32)])
model = method.build("conv_autoencoder", {"filters": [4]}, channels=3)
(run,) = Autoencoder.model_validate(json.loads(sys.argv[1])).entry("one", epochs=3).runs
fitting.train(model, data, run, folder=Path(sys.argv[2]), seed=7)
"""


def test_one_seed_gives_equal_bytes_in_two_processes(tmp_path):
    training = {"quantization": "noise", "q_step": 0.1, "rate_weight": 0.01}
    experiment = GROUP["experiments"]["one"] | {"training": training, "points": {"epoch": [1]}}
    group = json.dumps(GROUP | {"experiments": {"one": experiment}})
    folders = [tmp_path / "one", tmp_path / "two"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", TRAIN, group, str(folder)],
            env=os.environ | {"PYTHONPATH": str(ROOT / "stages"), "PYTHONHASHSEED": str(seed)},
            stderr=subprocess.DEVNULL,
        )
        for seed, folder in enumerate(folders)
    ]
    assert [run.wait() for run in runs] == [0, 0]
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert set(contents[0]) == {f"{n}.weights.h5" for n in ("epoch_0001", "epoch_0003", "best")} | {"losses.csv"}
    assert contents[0] == contents[1]
