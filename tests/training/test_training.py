"""Training, held to gradient descent by hand and to itself."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.core.errors import UserError
from recon.training import fitting
from recon.training.batches import Batches, Photographs
from toys import ONES, ones, scaling, settings, weight_of

ROOT = Path(__file__).resolve().parents[2]


def fit(model, *, epochs=3, data=None, curves=None, callbacks=(), **changes):
    fitting.fit(
        model, data or ones(), settings=settings(**changes), epochs=epochs, curves=curves, callbacks=callbacks
    )


def test_each_epoch_is_a_step_of_gradient_descent_for_each_photograph():
    """The error's derivative is 2 (w - 1), so that a step of 0.1 leaves 0.8 of the distance to 1."""
    model = scaling()
    fit(model, data=Photographs([ONES, ONES[:2]]))
    assert weight_of(model) == pytest.approx(1 - 0.8**6, rel=1e-6)


class Noting(Batches):
    """Two steps of ones; notes the epoch in which each is asked for."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def __len__(self):
        return 2

    def __getitem__(self, index):
        self.epochs.append(self.epoch)
        return ONES[np.newaxis], ONES[np.newaxis]


def test_the_data_knows_the_epoch():
    """Keras looks at two batches before it begins, and asks for some that it never takes."""
    data = Noting()
    fit(scaling(), data=data)
    assert data.epochs[2:8] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_a_step_is_traced_once(steps_per_execution):
    """A second time would be for what the first made: the optimizer's moments, and the sums of metrics."""
    traced = []

    class Tracing(keras.Model):
        def call(self, inputs):
            traced.append(keras.config.backend())
            return super().call(inputs)

    network = scaling()
    fitting.fit(
        Tracing(network.inputs, network.outputs),
        ones(),
        settings=settings(optimizer="adam"),
        epochs=2,
        metrics=[keras.metrics.MeanSquaredError("mse")],
        steps_per_execution=steps_per_execution,
    )
    assert len(traced) == 1


def test_the_loss_of_an_epoch_is_that_of_the_weights_before_its_step(tmp_path):
    fit(scaling(), epochs=4, curves=tmp_path / "curves.csv")
    np.testing.assert_allclose(pd.read_csv(tmp_path / "curves.csv")["loss"], 0.64 ** np.arange(4), rtol=1e-5)


@pytest.mark.parametrize(("loss", "cost"), [("mse", 0.01), ("mae", 0.1), ("charbonnier", 0.100005)])
def test_the_loss_is_the_one_of_the_settings(tmp_path, loss, cost):
    fit(scaling(0.9), epochs=1, loss=loss, curves=tmp_path / "curves.csv")
    assert pd.read_csv(tmp_path / "curves.csv")["loss"].tolist() == pytest.approx([cost], rel=1e-5)


@pytest.mark.parametrize(("optimizer", "kind"), [("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD")])
def test_optimizer_and_learning_rate_are_those_of_the_settings(optimizer, kind):
    model = scaling()
    fit(model, epochs=1, optimizer=optimizer, learning_rate=0.003)
    assert type(model.optimizer).__name__ == kind
    assert float(model.optimizer.learning_rate) == pytest.approx(0.003, rel=1e-6)


def test_adam_s_first_step_is_the_learning_rate():
    """Its first step is the sign of the gradient, since both moments are of one gradient."""
    model = scaling()
    fit(model, epochs=1, optimizer="adam", learning_rate=0.003)
    assert weight_of(model) == pytest.approx(0.003, rel=1e-5)


def test_a_snapshot_is_the_network_at_that_epoch(tmp_path):
    model = scaling()
    fit(model, epochs=5, callbacks=[fitting.Snapshots(model, tmp_path, [2, 5])])
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == [
        "epoch_0002.weights.h5",
        "epoch_0005.weights.h5",
    ]
    stopped, snapshot = scaling(), scaling()
    fit(stopped, epochs=2)
    snapshot.load_weights(tmp_path / "epoch_0002.weights.h5")
    assert weight_of(snapshot) == weight_of(stopped) == pytest.approx(0.36, rel=1e-6)


def test_a_snapshot_above_the_last_epoch_is_not_there(tmp_path):
    model = scaling()
    fit(model, epochs=2, callbacks=[fitting.Snapshots(model, tmp_path, [3])])
    assert list(tmp_path.glob("*.h5")) == []


def test_training_that_diverges_is_a_clear_error():
    """The distance to 1 grows 19-fold a step, so that its square leaves float32 after 15: 19 ** 32 is 8e40."""
    words = r"training diverged in epoch 1\d: .*; lower learning_rate \(now 10\)"
    with pytest.raises(UserError, match=words):
        fit(scaling(), epochs=20, learning_rate=10)
