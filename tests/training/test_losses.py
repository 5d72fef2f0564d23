"""Losses against their closed forms."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras
import tensorflow as tf

from recon.training import losses

EPSILON = losses.CHARBONNIER_EPSILON


def charbonnier(*errors):
    return float(losses.charbonnier(np.zeros(len(errors), np.float32), np.array(errors, np.float32)))


@pytest.mark.parametrize("error", [0, EPSILON, -0.25, 1])
def test_charbonnier_is_the_hypotenuse_of_error_and_epsilon(error):
    assert charbonnier(error) == pytest.approx(np.hypot(error, EPSILON), rel=1e-6)


def test_charbonnier_is_the_mean_over_the_last_axis():
    assert charbonnier(0, 1) == pytest.approx((charbonnier(0) + charbonnier(1)) / 2, rel=1e-6)
    batch = np.zeros((2, 4, 4, 3), np.float32)
    assert losses.charbonnier(batch, batch).shape == (2, 4, 4)


def test_charbonnier_is_the_square_near_zero():
    """sqrt(1 + x) is 1 + x / 2 - x^2 / 8 and less; x is 1/100 here."""
    error = EPSILON / 10
    assert charbonnier(error) - EPSILON == pytest.approx(error**2 / (2 * EPSILON), rel=0.01)


def test_charbonnier_is_the_absolute_error_far_from_zero():
    assert charbonnier(-1) == pytest.approx(1, abs=EPSILON**2)


@pytest.mark.parametrize(("name", "cost"), [("mse", 0.25), ("mae", 0.5), ("charbonnier", np.hypot(0.5, EPSILON))])
def test_every_name_is_a_loss_that_keras_takes(name, cost):
    loss = keras.losses.get(losses.get_loss(name))
    assert float(loss(np.zeros(4, np.float32), np.full(4, 0.5, np.float32))) == pytest.approx(cost, rel=1e-6)


def test_rmse_is_the_root_of_each_image_s_mean_square():
    errors = np.array([0.1, 0.5], np.float32).reshape(2, 1, 1, 1)
    batch = np.zeros((2, 4, 4, 3), np.float32)
    np.testing.assert_allclose(losses.rmse(batch, batch + errors), [0.1, 0.5], rtol=1e-4)


def test_rmse_moves_images_alike_whatever_their_errors():
    """By the chain rule the gradient is error / rmse / pixels: its length is 1 over the root of their number."""
    batch = np.zeros((2, 4, 4, 1), np.float32)
    answer = tf.Variable(batch + np.array([0.01, 0.5], np.float32).reshape(2, 1, 1, 1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(losses.rmse(batch, answer))
    lengths = np.linalg.norm(np.reshape(tape.gradient(loss, answer), (2, -1)), axis=1)
    np.testing.assert_allclose(lengths, [0.25, 0.25], rtol=1e-3)


def test_rmse_of_a_perfect_answer_has_a_gradient_of_zero():
    answer = tf.Variable(np.zeros((1, 4, 4, 1), np.float32))
    with tf.GradientTape() as tape:
        loss = losses.rmse(np.zeros((1, 4, 4, 1), np.float32), answer)
    assert not np.any(tape.gradient(loss, answer))
