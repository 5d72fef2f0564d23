"""Training, held to gradient descent by hand and to itself."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recon import runtime  # noqa: F401  (it configures what follows)

# isort: split
import keras

from recon import training
from recon.errors import UserError
from recon.params.training import Training

ROOT = Path(__file__).resolve().parents[1]
ONES = np.ones((4, 4, 1), np.float32)


def settings(**changes):
    fields = {"optimizer": "sgd", "learning_rate": 0.1, "loss": "mse", "value_range": "unit"}
    return Training(**fields | changes)


def scaling(weight=0.0):
    """A network of one weight, which multiplies its image; on an image of ones the right one is 1."""
    initial = keras.initializers.Constant(weight)
    layer = keras.layers.Conv2D(1, 1, use_bias=False, kernel_initializer=initial, name="scale")
    return keras.Sequential([keras.Input((None, None, 1)), layer], name="scaling")


def weight_of(model):
    return float(model.get_weights()[0].item())


def fit(model, folder, *, epochs=3, photographs=(ONES,), callbacks=(), **changes):
    training.fit(
        model,
        training.Photographs(photographs),
        settings=settings(**changes),
        epochs=epochs,
        losses=folder / "losses.csv",
        callbacks=callbacks,
    )
    return pd.read_csv(folder / "losses.csv")


def test_a_photograph_is_its_own_target_in_a_batch_of_one():
    photographs = training.Photographs([ONES, 2 * ONES[:, :2]])
    assert len(photographs) == 2
    batch, target = photographs[1]
    assert batch.shape == (1, 4, 2, 1)
    np.testing.assert_array_equal(batch, target)


def test_each_epoch_is_a_step_of_gradient_descent_for_each_photograph(tmp_path):
    """The error's derivative is 2 (w - 1), so that a step of 0.1 leaves 0.8 of the distance to 1."""
    model = scaling()
    fit(model, tmp_path, epochs=3, photographs=[ONES, ONES[:2]])
    assert weight_of(model) == pytest.approx(1 - 0.8**6, rel=1e-6)


def test_the_losses_have_a_row_for_each_epoch(tmp_path):
    """The loss of an epoch is that of the weights before its step: (1 - w) ** 2."""
    losses = fit(scaling(), tmp_path, epochs=4)
    assert losses["epoch"].tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(losses["loss"], 0.64 ** np.arange(4), rtol=1e-5)


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_the_loss_is_the_one_of_the_settings(tmp_path, loss):
    assert fit(scaling(0.9), tmp_path, epochs=1, loss=loss)["loss"].tolist() == pytest.approx(
        [{"mse": 0.01, "mae": 0.1}[loss]], rel=1e-5
    )


@pytest.mark.parametrize(("optimizer", "kind"), [("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD")])
def test_optimizer_and_learning_rate_are_those_of_the_settings(tmp_path, optimizer, kind):
    model = scaling()
    fit(model, tmp_path, epochs=1, optimizer=optimizer, learning_rate=0.003)
    assert type(model.optimizer).__name__ == kind
    assert float(model.optimizer.learning_rate) == pytest.approx(0.003, rel=1e-6)


def test_adam_s_first_step_is_the_learning_rate(tmp_path):
    """Its first step is the sign of the gradient, since both moments are of one gradient."""
    model = scaling()
    fit(model, tmp_path, epochs=1, optimizer="adam", learning_rate=0.003)
    assert weight_of(model) == pytest.approx(0.003, rel=1e-5)


def test_a_snapshot_is_the_network_at_that_epoch(tmp_path):
    fit(scaling(), tmp_path, epochs=5, callbacks=[training.Snapshots(tmp_path, [2, 5])])
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == [
        "epoch_0002.weights.h5",
        "epoch_0005.weights.h5",
    ]
    stopped, snapshot = scaling(), scaling()
    fit(stopped, tmp_path, epochs=2)
    snapshot.load_weights(tmp_path / "epoch_0002.weights.h5")
    assert weight_of(snapshot) == weight_of(stopped) == pytest.approx(0.36, rel=1e-6)


def test_a_snapshot_above_the_last_epoch_is_not_there(tmp_path):
    fit(scaling(), tmp_path, epochs=2, callbacks=[training.Snapshots(tmp_path, [3])])
    assert list(tmp_path.glob("*.h5")) == []


def test_a_learning_rate_that_is_too_large_leaves_the_weights_of_the_start(tmp_path):
    """Steps of 10 multiply the distance to 1 by -19."""
    model = scaling(0.5)
    losses = fit(model, tmp_path, learning_rate=10, callbacks=[training.BestWeights()])["loss"]
    assert losses.is_monotonic_increasing
    assert weight_of(model) == 0.5


def test_the_best_weights_are_those_before_the_loss_rises(tmp_path):
    model = scaling()
    rates = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 if epoch < 3 else 10.0)
    callbacks = [rates, training.Snapshots(tmp_path, [3]), training.BestWeights()]
    losses = fit(model, tmp_path, epochs=6, callbacks=callbacks)["loss"]
    assert losses.idxmin() == 3
    assert weight_of(model) == pytest.approx(1 - 0.8**3, rel=1e-6)
    snapshot = scaling()
    snapshot.load_weights(tmp_path / "epoch_0003.weights.h5")
    assert weight_of(model) == weight_of(snapshot)


def test_training_that_diverges_is_a_clear_error(tmp_path):
    """The distance to 1 grows 19-fold a step, so that its square leaves float32 after 15: 19 ** 32 is 8e40."""
    words = r"training diverged in epoch 1\d: .*; lower learning_rate \(now 10\)"
    with pytest.raises(UserError, match=words):
        fit(scaling(), tmp_path, epochs=20, learning_rate=10)


def test_equal_weights_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        training.save_weights(scaling(0.25), tmp_path / f"{name}.weights.h5")
    assert (tmp_path / "one.weights.h5").read_bytes() == (tmp_path / "two.weights.h5").read_bytes()


TRAIN = """
import sys
from pathlib import Path
from recon import runtime
import numpy as np
from recon.methods import autoencoder
from recon.params.core import Runtime
from recon.params.training import Training

runtime.prepare(Runtime(seed=7, threads=2))
pixels = np.random.default_rng(0).integers(0, 256, (24, 40, 3), np.uint8)
model = autoencoder.build("conv_autoencoder", {"filters": [4]}, channels=3)
settings = Training(optimizer="adam", learning_rate=0.001, loss="mse", value_range="unit")
autoencoder.train(model, [pixels], settings=settings, epochs=3, snapshots=[1, 3], folder=Path(sys.argv[1]))
"""


def test_one_seed_gives_equal_bytes_in_two_processes(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", TRAIN, str(folder)],
            env=os.environ | {"PYTHONPATH": str(ROOT / "stages"), "PYTHONHASHSEED": str(seed)},
            stderr=subprocess.DEVNULL,
        )
        for seed, folder in enumerate(folders)
    ]
    assert [run.wait() for run in runs] == [0, 0]
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert set(contents[0]) == {f"{n}.weights.h5" for n in ("epoch_0001", "epoch_0003", "best")} | {"losses.csv"}
    assert contents[0] == contents[1]
