"""The quantizer in training: the bits of the latent, and what replaces rounding."""

import numpy as np
import pytest
from scipy.stats import laplace

from recon.training import runtime

# isort: split
import keras
import tensorflow as tf

from recon.coding import rate
from recon.families.autoencoder.quantizer import Quantizer, insert_quantizer
from recon.networks import residual_autoencoder
from recon.training.laplace import laplace_bits

LATENT = np.random.default_rng(0).laplace(0.3, 0.7, (1, 40, 50, 4)).astype(np.float32)


def bits(symbols, location, scale):
    return np.asarray(laplace_bits(np.float32(symbols), np.float32(location), np.float32(scale)))


@pytest.mark.parametrize("scale", [0.1, 0.5, 2.0, 30.0])
@pytest.mark.parametrize("location", [0.0, 0.25, -3.5])
def test_bits_are_those_of_the_probability_within_half_of_a_symbol(location, scale):
    symbols = location + np.linspace(-8 * scale - 0.7, 8 * scale + 0.7, 81)
    exact = laplace(location, scale)
    probability = exact.cdf(symbols + 0.5) - exact.cdf(symbols - 0.5)
    np.testing.assert_allclose(bits(symbols, location, scale), -np.log2(probability), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_the_probabilities_of_all_whole_numbers_make_one(scale):
    """Those left out, beyond 200, have less than exp(-200 / scale)."""
    assert (2.0 ** -bits(np.arange(-200, 201), 0.2, scale).astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)


def test_a_symbol_far_out_costs_its_distance_and_not_infinity():
    """1 / ln 2 bits for each scale that it is further away."""
    near, far = bits(np.array([1000.0, 2000.0]), 0.0, 0.5)
    assert far - near == pytest.approx(1000 / 0.5 / np.log(2), rel=1e-5)


def test_a_channel_of_zeros_costs_nothing():
    assert bits(0.0, 0.0, 0.02) == pytest.approx(0, abs=1e-6)


def quantizer(quantization, *, rate_weight=0.0, q_step=0.25):
    return Quantizer(quantization, q_step=q_step, rate_weight=rate_weight, pixels=64, seed=1)


@pytest.mark.parametrize("quantization", ["noise", "straight_through"])
def test_what_is_not_trained_is_rounded_as_the_coder_does(quantization):
    seen = np.asarray(quantizer(quantization)(LATENT, training=False))
    np.testing.assert_array_equal(seen, rate.dequantize(rate.quantize(LATENT, 0.25), 0.25))


def test_noise_fills_the_quantizers_cell():
    """Of 8,000 errors drawn evenly the smallest and the largest lie within 1 % of the ends."""
    error = (np.asarray(quantizer("noise")(LATENT, training=True)) - LATENT) / 0.25
    assert error.min() == pytest.approx(-0.5, abs=0.01)
    assert error.max() == pytest.approx(0.5, abs=0.01)
    assert len(np.unique(error)) > 0.9 * error.size


def test_straight_through_rounds_and_passes_the_gradient_on():
    layer, latent = quantizer("straight_through"), tf.constant(LATENT)
    with tf.GradientTape() as tape:
        tape.watch(latent)
        seen = layer(latent, training=True)
    np.testing.assert_allclose(seen, np.asarray(layer(LATENT, training=False)), atol=1e-6)
    np.testing.assert_array_equal(tape.gradient(seen, latent), np.ones_like(LATENT))


def test_what_training_pays_for_is_what_the_coder_sends():
    """The coder's table is of a scale to an eighth of an octave, which costs less than 1 % of the bits."""
    layer = quantizer("straight_through", rate_weight=0.5)
    layer(LATENT, training=True)
    (paid,) = layer.losses
    symbols = rate.quantize(LATENT, 0.25).reshape(-1, LATENT.shape[-1]).T
    sent = 8 * len(rate.encode_symbols(symbols)) / (64 * LATENT.shape[1] * LATENT.shape[2])
    assert float(paid) == pytest.approx(0.5 * sent, rel=0.02)


def test_training_between_analysis_and_synthesis_trains_both_and_adds_no_weight():
    keras.utils.set_random_seed(1)
    network = residual_autoencoder.build(image_shape=(None, None, 3), width=8, blocks=1, latents=4)
    before = network.get_weights()
    model = insert_quantizer(network, quantizer("noise", rate_weight=0.01))
    assert model.count_params() == network.count_params()
    model.compile(optimizer="sgd", loss="mse")
    image = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    model.fit(image, image, verbose=0)
    assert all((one != other).any() for one, other in zip(network.get_weights(), before, strict=True))


def test_batches_in_towers_pay_as_the_whole_batch_does():
    """The quantizer sees all of it: loss and weights are equal but for the order of sums, 100 roundings."""
    images = np.random.default_rng(0).random((4, 32, 32, 3), np.float32)
    paid = {}
    for batched in (False, True):
        keras.utils.set_random_seed(1)
        network = residual_autoencoder.build(image_shape=(None, None, 3), width=8, blocks=1, latents=4)
        model = insert_quantizer(network, quantizer("straight_through", rate_weight=0.01), batched=batched)
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", jit_compile=False)
        paid[batched] = float(model.train_on_batch(images, images)), network.get_weights()
    assert paid[True][0] == pytest.approx(paid[False][0], rel=1e-5)
    for one, other in zip(paid[True][1], paid[False][1], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_heavier_rate_leaves_fewer_bits():
    """Nothing but the rate: the latent shrinks towards its mean."""
    keras.utils.set_random_seed(1)
    network = residual_autoencoder.build(image_shape=(None, None, 3), width=8, blocks=1, latents=4)
    image = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    analysis = network.get_layer("analysis")
    spread = float(np.std(analysis(image)))
    model = insert_quantizer(network, quantizer("noise", rate_weight=10.0))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    model.fit(image, image, epochs=30, verbose=0)
    assert float(np.std(analysis(image))) < spread / 2
