"""Optimizers, held to steps computed by hand."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.training import fitting, optimizers
from toys import Watch, ones, scaling, settings, weight_of


def fit(model, *, steps=1, **changes):
    fitting.fit(model, ones(steps), settings=settings(**changes), epochs=1)
    return weight_of(model)


every_loss = pytest.mark.parametrize("loss", ["mse", "mae", "charbonnier", "huber", "rmse"])


@every_loss
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_every_optimizer_lowers_every_loss(optimizer, loss):
    """From 0 towards 1, and not past it: three steps of 0.01, or of 0.01 times a gradient of at most 2."""
    assert 0 < fit(scaling(), steps=3, optimizer=optimizer, loss=loss, learning_rate=0.01) < 0.1


@every_loss
def test_muon_lowers_every_loss_by_steps_of_its_own_length(loss):
    """An inner kernel of one weight moves by 0.2 of the learning rate, times 0.7 to 1.2; by Adam by all."""
    layers = [
        keras.layers.Conv2D(1, 1, use_bias=False, kernel_initializer=first) for first in ("ones", "zeros", "ones")
    ]
    model = keras.Sequential([keras.Input((None, None, 1)), *layers])
    fitting.fit(model, ones(3), settings=settings(optimizer="muon", loss=loss, learning_rate=0.01), epochs=1)
    assert 0.65 < layers[1].get_weights()[0].item() / (3 * 0.2 * 0.01) < 1.25


def test_momentum_adds_a_part_of_the_step_before():
    """Gradients are 2 (w - 1): steps 0.2, then 0.5 x 0.2 + 0.16."""
    assert fit(scaling(), steps=2, momentum=0.5) == pytest.approx(0.46, rel=1e-6)


def test_weight_decay_takes_its_part_off_before_the_step():
    """AdamW's first step is the learning rate; a perfect weight has no gradient, and only decays."""
    assert fit(scaling(1), optimizer="adamw", weight_decay=0.5) == pytest.approx(1 - 0.1 * 0.5, rel=1e-6)


def test_beta_2_is_the_memory_of_the_squared_gradient():
    """The second of two steps, with gradients g and h, by Adam's formula with the default beta_1 of 0.9."""
    g, h = -2.0, 2 * (0.1 - 1)
    first, second = 0.1 * (0.9 * g + h) / 0.19, (0.5 * 0.5 * g**2 + 0.5 * h**2) / 0.75
    wanted = 0.1 - 0.1 * first / second**0.5
    assert fit(scaling(), steps=2, optimizer="adam", beta_2=0.5) == pytest.approx(wanted, rel=1e-5)


def test_a_gradient_is_cut_to_the_longest_allowed():
    assert fit(scaling(), clip_norm=0.5) == pytest.approx(0.1 * 0.5, rel=1e-6)


def test_the_average_of_the_weights_starts_at_the_first_and_moves_by_a_part():
    watch, model = Watch(), scaling()
    fitting.fit(model, ones(4), settings=settings(ema_momentum=0.75), epochs=1, callbacks=[watch])
    weights = [1 - 0.8**step for step in range(5)]
    assert watch.weights == pytest.approx(weights[:4], rel=1e-6)
    average = weights[1]
    for weight in weights[2:]:
        average = 0.75 * average + 0.25 * weight
    assert weight_of(model) == pytest.approx(average, rel=1e-6)


def kernels(*shapes):
    random = np.random.default_rng(4)
    return [keras.Variable(random.normal(size=shape).astype(np.float32)) for shape in shapes]


def step(variables, gradients, **changes):
    """Return how far one step of Muon, with a learning rate of 1, moves each variable."""
    optimizer = optimizers.build(settings(optimizer="muon", learning_rate=1, **changes), steps=1)
    before = [np.array(variable) for variable in variables]
    optimizer.build(variables)
    optimizer.apply(gradients)
    return [old - np.array(variable) for old, variable in zip(before, variables, strict=True)]


def test_muon_moves_an_inner_kernel_by_a_matrix_of_nearly_equal_singular_values():
    """Newton and Schulz's iteration leaves 0.7 to 1.2; times 0.2 sqrt(72), Adam's length for 72 x 16 weights."""
    variables = kernels((3, 3, 4, 8), (3, 3, 8, 16), (3, 3, 16, 4))
    _, moved, _ = step(variables, kernels((3, 3, 4, 8), (3, 3, 8, 16), (3, 3, 16, 4)))
    values = np.linalg.svd(moved.reshape(72, 16), compute_uv=False) / (0.2 * 72**0.5)
    assert 0.65 < values.min() < values.max() < 1.25


def test_muon_does_not_turn_the_singular_vectors():
    """The product of the step and the gradient, of one singular basis, is symmetric and positive definite."""
    shapes = ((3, 3, 4, 8), (3, 3, 8, 16), (3, 3, 16, 4))
    gradients = kernels(*shapes)
    _, moved, _ = step(kernels(*shapes), gradients)
    product = moved.reshape(72, 16).T @ np.array(gradients[1]).reshape(72, 16)
    np.testing.assert_allclose(product, product.T, atol=1e-4 * np.abs(product).max())
    assert np.linalg.eigvalsh(product).min() > 0


def test_muon_leaves_the_first_and_last_kernel_and_all_that_is_none_to_adam():
    """Adam's first step is the learning rate, whatever the gradient."""
    shapes = ((3, 3, 4, 8), (16,), (32, 8), (3, 3, 8, 8), (3, 3, 8, 4))
    gradients = kernels(*shapes)
    for n, moved in enumerate(step(kernels(*shapes), gradients)):
        assert np.allclose(moved, np.sign(gradients[n]), atol=0.05) == (n != 3)
