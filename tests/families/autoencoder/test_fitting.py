"""Which weights of its training an autoencoder keeps."""

import json
import os
import shutil
import signal
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
import os
import signal
import sys
from pathlib import Path
from recon.training import runtime
import numpy as np
from recon.core.imageset import write_set
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import Autoencoder
from recon.settings.core import Runtime
from recon.training.batches import Photographs

class Killed(fitting.fitting.Snapshots):
    def on_train_batch_begin(self, batch, logs=None):
        if int(self.model.optimizer.iterations) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

class Prompt(fitting.Checkpoint):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs, seconds=0)

folder, seed, killed_at = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
folder.mkdir(exist_ok=True)
os.chdir(folder)
fitting.fitting.Snapshots, fitting.Checkpoint = Killed, Prompt
settings = Runtime(seed=seed, threads=2)
runtime.prepare(settings)
image = np.random.default_rng(0).random((24, 40, 3), np.float32)
write_set("data/subjects/plane", [("some", "test", (255 * image).astype(np.uint8))], source="some", color="rgb")
model = method.build("conv_autoencoder", {"filters": [4]}, channels=3)
entry = Autoencoder.model_validate(json.loads(sys.argv[1])).entry("one", epochs=5)
checkpoint = fitting.make_checkpoint(entry, entry.runs[0], settings)
fitting.train(
    model, Photographs([image]), entry.runs[0], folder=Path("weights"), seed=seed, checkpoint=checkpoint
)
"""


def start(folder, *, seed=7, killed_at=-1, **changes):
    """Train in a process of its own, which kills itself before the step `killed_at`."""
    training = {"quantization": "noise", "q_step": 0.1, "rate_weight": 0.01}
    changes = {"training": training, "points": {"epoch": [1]}, "trained_on": "subjects/plane"} | changes
    group = json.dumps(GROUP | {"experiments": {"one": GROUP["experiments"]["one"] | changes}})
    return subprocess.Popen(
        [sys.executable, "-c", TRAIN, group, str(folder), str(seed), str(killed_at)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "stages"), "PYTHONHASHSEED": str(seed)},
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """Return the exit code and what was written to stderr."""
    _, errors = process.communicate()
    return process.returncode, errors


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "weights").iterdir()}


def test_one_seed_gives_equal_bytes_and_another_seed_gives_others(tmp_path):
    """Equal weights, snapshots and losses from two processes; a second seed changes each of them."""
    folders = {tmp_path / name: seed for name, seed in (("one", 7), ("again", 7), ("other", 8))}
    trainings = [start(folder, seed=seed) for folder, seed in folders.items()]
    assert [finish(training)[0] for training in trainings] == [0, 0, 0]
    one, again, other = map(contents, folders)
    assert set(one) == {f"{name}.weights.h5" for name in ("epoch_0001", "epoch_0005", "best")} | {"losses.csv"}
    assert one == again
    assert all(other[name] != content for name, content in one.items())


def test_a_training_that_is_killed_goes_on_and_ends_with_equal_bytes(tmp_path):
    """Its files are gone, as DVC deletes them; the noise of the quantizer and the best weights go on too."""
    uncut = start(tmp_path / "uncut")
    killed = start(tmp_path / "killed", killed_at=3)
    assert finish(killed)[0] == -signal.SIGKILL
    assert "epoch_0001.weights.h5" in contents(tmp_path / "killed")
    shutil.rmtree(tmp_path / "killed/weights")
    code, errors = finish(start(tmp_path / "killed"))
    assert (code, finish(uncut)[0]) == (0, 0)
    assert "resumed at epoch 4" in errors
    assert contents(tmp_path / "killed") == contents(tmp_path / "uncut")
