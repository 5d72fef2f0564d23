"""The oracle is right, by numbers; and Keras follows it step by step."""

from functools import cache
from itertools import count, pairwise, product

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

import numpy_mlp
from recon.families.coordinates.mappings import coordinate_grid, draw_frequencies, map_coordinates
from recon.families.coordinates.networks import grid, mlp, siren
from recon.training import losses
from recon.training.losses import HUBER_DELTA

MAPPINGS = {
    "none": (0, 0.0),
    "basic": (0, 0.0),
    "positional": (4, 3.0),
    "gaussian": (4, 2.0),
}


def toy(mapping):
    """Return features and colors of a 4 x 5 picture, float64."""
    count, scale = MAPPINGS[mapping]
    places = coordinate_grid(4, 5)
    frequencies = draw_frequencies(mapping, num_frequencies=count, scale=scale, seed=1)
    return map_coordinates(places, frequencies).astype(float), np.random.default_rng(2).random((20, 3))


def random_weights(generator, *units):
    pairs = [
        (generator.normal(size=(i, o)) / np.sqrt(i), 0.3 * generator.normal(size=o)) for i, o in pairwise(units)
    ]
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
    generator = np.random.default_rng(5)
    while True:
        weights = random_weights(generator, x.shape[1], 5, 4, 3)
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


FEATURES = 8  # of the largest mapping; what a smaller one lacks is 0, and its weights must stay


@cache
def trainer(activation, loss, optimizer):
    """Return a compiled network, traced once for all mappings, and its optimizer's first state."""
    model = network(activation)
    model.compile(optimizer=OPTIMIZERS[optimizer][1](), loss=losses.get_loss(loss), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model, [variable.numpy() for variable in model.optimizer.variables]


def network(activation):
    return mlp.build(features=FEATURES, channels=3, width=6, depth=2, activation=activation)


def trained(activation, loss, optimizer, weights, x, y, *, steps=20):
    """Return the weights after so many steps of Keras."""
    model, state = trainer(activation, loss, optimizer)
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    for _ in range(steps):
        model.train_on_batch(x.astype(np.float32), y.astype(np.float32))
    return model.get_weights()


def oracle_path(weights, x, y, activations, loss, optimizer, *, steps=20):
    """Return the weights after so many steps, and how near any of them came to a kink."""
    nearest = np.inf
    for _ in range(steps):
        nearest = min(nearest, distance_from_kinks(weights, x, y, activations, loss))
        weights = optimizer.step(weights, numpy_mlp.gradient(weights, x, y, activations, loss))
    return weights, nearest


def pair_up():
    """Yield each choice of the other three with one of four mappings, so that each two things meet somewhere."""
    choices = product(enumerate(["tanh", "relu", "sigmoid", "linear"]), enumerate(numpy_mlp.LOSSES), OPTIMIZERS)
    for (row, activation), (column, loss), optimizer in choices:
        yield [*MAPPINGS][(row + column) % 4], activation, loss, optimizer


@pytest.mark.parametrize(("mapping", "activation", "loss", "optimizer"), list(pair_up()))
def test_keras_takes_the_oracle_s_steps(mapping, activation, loss, optimizer):
    """To 1e-5 after 20 steps: float32 rounds each of some weights of about 1 by 6e-8 a step.

    Adam divides a gradient by its own size: where that is small, its rounding error may be a hundredth of it, and
    move the weight by as much of Adam's step of 0.01; 1e-4 is allowed there. So it is with Charbonnier's loss,
    whose slope turns within 1e-3: an error's rounding by 1e-7 is 1e-4 of it. A path that comes within 1e-6 of a
    kink, where rounding may decide for another slope, is left for one from other weights.
    """
    x, y = toy(mapping)
    x = np.pad(x, ((0, 0), (0, FEATURES - x.shape[1])))
    activations = [activation, activation, "sigmoid"]
    for seed in count(1):
        keras.utils.set_random_seed(seed)
        start = network(activation).get_weights()
        weights = [values.astype(float) for values in start]
        expected, nearest = oracle_path(weights, x, y, activations, loss, OPTIMIZERS[optimizer][0]())
        if nearest > 1e-6:
            break
    tolerance = 1e-4 if optimizer == "adam" or loss == "charbonnier" else 1e-5
    for wanted, found in zip(expected, trained(activation, loss, optimizer, start, x, y), strict=True):
        np.testing.assert_allclose(found, wanted, atol=tolerance)


def test_a_siren_s_gradient_is_the_oracle_s():
    """The factor before a sine as part of the kernel: w0 K and w0 b. To 1e-4 of the largest, in float32.

    By the chain rule the network's own gradient is w0 times that of the oracle's kernel.
    """
    keras.utils.set_random_seed(1)
    model = siren.build(features=2, channels=3, width=5, depth=2, first_frequency=6.0, frequency=4.0)
    x, y = toy("none")
    factors = [6.0, 6.0, 4.0, 4.0, 1.0, 1.0]
    inside = [factor * values.astype(float) for factor, values in zip(factors, model.get_weights(), strict=True)]
    expected = numpy_mlp.gradient(inside, 2 * x - 1, y, ["sine", "sine", "linear"], "mse")
    moved = [values.copy() for values in model.get_weights()]
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse", jit_compile=False)
    model.train_on_batch(x.astype(np.float32), y.astype(np.float32))
    for before, after, gradient, factor in zip(moved, model.get_weights(), expected, factors, strict=True):
        np.testing.assert_allclose(before - after, factor * gradient, atol=1e-4 * np.abs(factor * gradient).max())


def test_a_grid_s_gradient_is_that_of_differences():
    """The loss is a parabola in each feature, so central differences are exact but for rounding.

    Steps of 0.1 on a mean of about 0.1 in float32 (6e-8 of it) leave 1e-7 / 0.1; 1e-5 is allowed.
    """
    keras.utils.set_random_seed(1)
    layer = grid.GridFeatures(cells=3, rows=100, features=2)
    model = keras.Sequential([keras.Input((2,)), layer])
    x, y = toy("none")
    x, y = x.astype(np.float32), y[:, :2].astype(np.float32)
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse", jit_compile=False)
    before = layer.table.numpy()
    model.train_on_batch(x, y)
    step = before - layer.table.numpy()
    for place in np.ndindex(before.shape):
        ends = []
        for sign in (1, -1):
            moved = before.copy()
            moved[place] += sign * 0.1
            layer.table.assign(moved)
            ends.append(np.mean((np.asarray(model(x), np.float64) - y) ** 2))
        assert step[place] == pytest.approx((ends[0] - ends[1]) / 0.2, abs=1e-5)
