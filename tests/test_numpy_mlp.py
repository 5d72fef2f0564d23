"""The oracle is right, by numbers; and Keras follows it step by step."""

from itertools import pairwise, product

import numpy as np
import pytest

from recon import runtime  # noqa: F401  (it configures what follows)

# isort: split
import keras

import numpy_mlp
from recon import losses
from recon.fields import mlp
from recon.losses import HUBER_DELTA
from recon.mappings import coordinates, frequencies, mapped

RNG = np.random.default_rng(5)
MAPPINGS = {
    "none": (0, 0.0),
    "basic": (0, 0.0),
    "positional": (4, 3.0),
    "gaussian": (4, 2.0),
}


def toy(mapping):
    """Return features and colors of a 4 x 5 picture, float64."""
    count, scale = MAPPINGS[mapping]
    places = coordinates(4, 5)
    x = mapped(places, frequencies(mapping, num_frequencies=count, scale=scale, seed=1)).astype(float)
    return x, np.random.default_rng(2).random((20, 3))


def random_weights(*units):
    pairs = [(RNG.normal(size=(i, o)) / np.sqrt(i), 0.3 * RNG.normal(size=o)) for i, o in pairwise(units)]
    return [part for pair in pairs for part in pair]


def distance_from_kinks(weights, x, y, activations, loss):
    """Return how near any argument of a ReLU, or any error of mae or huber, is to where its slope jumps."""
    passed = numpy_mlp.forward(weights, x, activations)
    near = [np.abs(z).min() for (z, _), name in zip(passed, activations, strict=True) if name == "relu"]
    error = np.abs(passed[-1][1] - y)
    near += {"mae": [error.min()], "huber": [np.abs(error - HUBER_DELTA).min()]}.get(loss, [])
    return min(near, default=np.inf)


@pytest.mark.parametrize("loss", numpy_mlp.LOSSES)
@pytest.mark.parametrize("activation", numpy_mlp.ACTIVATIONS)
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_the_gradient_is_that_of_central_differences(mapping, activation, loss):
    """A step of 1e-6 errs by about 1e-10 (rounding, 1e-16 / 1e-6) in numbers of about 0.1; 1e-7 is allowed.

    Where a slope jumps within reach of the step there is nothing to compare with: such weights are drawn again.
    """
    step, activations = 1e-6, [activation, activation, "linear"]
    x, y = toy(mapping)
    while True:
        weights = random_weights(x.shape[1], 5, 4, 3)
        if distance_from_kinks(weights, x, y, activations, loss) > 1e-4:
            break
    exact = numpy_mlp.gradient(weights, x, y, activations, loss)
    for place, values in enumerate(weights):
        for index in product(*map(range, values.shape)):
            ends = []
            for sign in (1, -1):
                moved = [w.copy() for w in weights]
                moved[place][index] += sign * step
                ends.append(numpy_mlp.loss(moved, x, y, activations, loss))
            assert exact[place][index] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-7)


OPTIMIZERS = {
    "sgd": (lambda: numpy_mlp.SGD(0.5), lambda: keras.optimizers.SGD(0.5)),
    "momentum": (lambda: numpy_mlp.SGD(0.1, 0.9), lambda: keras.optimizers.SGD(0.1, momentum=0.9)),
    "adam": (lambda: numpy_mlp.Adam(0.01), lambda: keras.optimizers.Adam(0.01)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", numpy_mlp.LOSSES)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_keras_takes_the_oracle_s_steps(mapping, activation, loss, optimizer):
    """To 1e-5 after 20 steps: float32 rounds each of some weights of about 1 by 6e-8 a step."""
    keras.utils.set_random_seed(1)
    x, y = toy(mapping)
    model = mlp.build(features=x.shape[1], channels=3, width=6, depth=2, activation=activation)
    weights = [values.astype(float) for values in model.get_weights()]
    ours, theirs = (make() for make in OPTIMIZERS[optimizer])
    model.compile(optimizer=theirs, loss=losses.named(loss), jit_compile=False)
    for _ in range(20):
        activations = [activation, activation, "sigmoid"]
        weights = ours.step(weights, numpy_mlp.gradient(weights, x, y, activations, loss))
        model.train_on_batch(x.astype(np.float32), y.astype(np.float32))
    for expected, found in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5 if optimizer != "adam" else 1e-4)
