"""A few steps of training of the transform codec."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest

from pictures import picture
from recon.families.autoencoder.transform.architecture import FLAT, CodecArchitecture
from recon.families.autoencoder.transform.network import draw_weights
from recon.families.autoencoder.transform.trainer import CodecTrainer

ARCHITECTURE = CodecArchitecture(2, width=8, blocks=1, hidden=8, sharpening=4, prior=8, contexts=6)
LAMBDAS = (0.001, 0.01)
PIXELS = np.stack([picture(32, 32, 3), picture(32, 32, 3)[::-1]]) / np.float32(255)
STEPS = 20


@pytest.fixture(scope="module")
def trained():
    """Return the trainer and the costs of its steps."""
    trainer = CodecTrainer(ARCHITECTURE, LAMBDAS, steps=STEPS, seed=1)
    trainer.compile(optimizer=keras.optimizers.Adam(0.002), jit_compile=False)
    history = trainer.fit(PIXELS, batch_size=2, epochs=STEPS, verbose=0)
    return trainer, history.history["loss"]


def test_training_lowers_the_cost(trained):
    _, costs = trained
    assert np.mean(costs[-5:]) < 0.8 * np.mean(costs[:5])


def test_every_weight_is_trained(trained):
    start = CodecTrainer(ARCHITECTURE, LAMBDAS, steps=STEPS, seed=1).get_arrays()
    still = [name for name, values in trained[0].get_arrays().items() if np.array_equal(values, start[name])]
    assert still == []


@pytest.mark.parametrize("count", [1, 2, 3, 14])
def test_constant_parts_are_predicted_from_as_many_neighbors_as_there_are(count):
    """The shares of neighbors sum to 1, so that an even area is predicted exactly."""
    architecture = CodecArchitecture(2, width=4, blocks=0, hidden=4, sharpening=4, prior=4, contexts=count)
    weights = draw_weights(architecture, np.array(LAMBDAS), seed=1)
    for color in range(FLAT):
        assert weights[f"flat_{color}_context_linear"][0].sum() == 1
