"""Weights on disk, and others held for a while."""

import pytest

from recon.training import runtime

# isort: split
from recon.training import fitting, optimizers, weights
from toys import ones, scaling, settings, weight_of


def trained(**changes):
    model = scaling()
    fitting.fit(model, ones(2), settings=settings(**changes), epochs=1)
    return model


def test_equal_weights_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        weights.save_weights(scaling(0.25), tmp_path / f"{name}.weights.h5")
    assert (tmp_path / "one.weights.h5").read_bytes() == (tmp_path / "two.weights.h5").read_bytes()


def test_a_network_is_saved_without_its_optimizer(tmp_path):
    model = trained(optimizer="adam")
    optimizer = model.optimizer
    weights.save_network(model, tmp_path / "network.weights.h5")
    weights.save_weights(scaling(weight_of(model)), tmp_path / "untrained.weights.h5")
    assert (tmp_path / "network.weights.h5").read_bytes() == (tmp_path / "untrained.weights.h5").read_bytes()
    assert model.optimizer is optimizer


def test_weights_are_held_within_the_block_only():
    model, other = scaling(0.25), scaling(0.5)
    with weights.holding(model, other.get_weights()):
        assert weight_of(model) == 0.5
    assert weight_of(model) == 0.25


def test_averaged_weights_are_held_within_the_block_only():
    """The weights of two steps are 0.2 and 0.36; `fit` ends with their average, so 0.36 is put back by hand."""
    model = trained(ema_momentum=0.5)
    model.set_weights(scaling(0.36).get_weights())
    with weights.averaged(model):
        assert weight_of(model) == pytest.approx(0.28, rel=1e-6)
    assert weight_of(model) == pytest.approx(0.36, rel=1e-6)


def test_without_averages_the_weights_stay():
    model = trained()
    with weights.averaged(model):
        assert weight_of(model) == pytest.approx(0.36, rel=1e-6)


def test_before_the_first_step_the_averages_are_the_weights():
    model = scaling(0.25)
    model.compile(optimizer=optimizers.build(settings(ema_momentum=0.5), steps=1))
    with weights.averaged(model):
        assert weight_of(model) == 0.25
