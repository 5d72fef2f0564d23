"""Training in two halves of the batch is training on the batch."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.families.restoration.method import build
from recon.training import fitting
from recon.training.batches import Patches
from recon.training.towers import in_towers
from recon.training.weights import save_network
from toys import settings

RNG = np.random.default_rng(7)


def network(**settings):
    keras.utils.clear_session()
    keras.utils.set_random_seed(3)
    return build("space_to_depth", {"width": 8, "blocks": 1} | settings, channels=1)


def batch(size, *, conditioned=False):
    pixels, target = RNG.random((2, size, 16, 16, 1), np.float32)
    return ((pixels, RNG.random((size, 64), np.float32)) if conditioned else pixels), target


def trained(model, inputs, target):
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", jit_compile=False)
    for _ in range(3):
        model.train_on_batch(inputs, target)


@pytest.mark.parametrize("size", [2, 5, 8])
@pytest.mark.parametrize("conditioned", [False, True])
def test_the_weights_move_as_on_the_whole_batch(size, conditioned):
    """Up to the order of sums: 1e-5 is 100 roundings of float32 at values of about 1."""
    whole, halves = (network(conditioned=conditioned) for _ in range(2))
    inputs, target = batch(size, conditioned=conditioned)
    start = whole.get_weights()
    trained(whole, inputs, target)
    trained(in_towers(halves), inputs, target)
    assert any(np.abs(a - b).max() > 1e-3 for a, b in zip(start, whole.get_weights(), strict=True))
    for one, other in zip(whole.get_weights(), halves.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_outside_training_it_is_the_network_to_the_bit():
    model = network()
    pixels, _ = batch(3)
    np.testing.assert_array_equal(in_towers(model)(pixels, training=False), model(pixels, training=False))


@pytest.mark.parametrize("net", ["space_to_depth", "dense_latent", "conv_autoencoder"])
def test_the_network_reads_what_its_towers_saved(net, tmp_path):
    model = build(net, {}, channels=1)
    towers = in_towers(model)
    towers.compile(optimizer="adam", loss="mse")
    save_network(towers, tmp_path / "some.weights.h5")
    other = build(net, {}, channels=1)
    other.load_weights(tmp_path / "some.weights.h5")
    for one, same in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)


def test_batch_normalization_sees_half_a_batch_at_a_time():
    """Its moving mean, from 0, is moved by a tenth of the rest towards each half's mean, one after the other."""
    image = keras.Input((None, None, 1))
    norm = keras.layers.BatchNormalization(momentum=0.9)
    pixels, target = batch(4)
    model = keras.Model(image, norm(image))
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse", jit_compile=False)
    towers = in_towers(model)
    towers.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse", jit_compile=False)
    towers.train_on_batch(pixels, target)
    first, second = pixels[:2].mean(), pixels[2:].mean()
    np.testing.assert_allclose(norm.moving_mean.numpy(), [0.09 * first + 0.1 * second], rtol=1e-5)


def test_averages_of_the_weights_are_what_is_validated_saved_and_kept(tmp_path):
    """With a memory of 0.9 they lag behind the weights that training moves; the best epoch is the last."""
    pixels = np.repeat(np.arange(8, dtype=np.uint8)[:, None, None, None] * 30, 16, axis=1).repeat(16, axis=2)
    data = Patches(pixels, pixels // 2, batch_size=4, value_range="unit", seed=1, steps=3)
    model, validated, moved = network(), [], []

    def validate(towers):
        validated.append(towers.get_weights())
        return {"val_psnr_db": len(validated)}

    last = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: moved.append(model.get_weights()))
    training = settings(optimizer="muon", learning_rate=0.01, ema_momentum=0.9)
    best = tmp_path / "best.weights.h5"
    fitting.fit(
        in_towers(model), data, settings=training, epochs=2, validate=validate, best=best, callbacks=[last]
    )
    other = network()
    other.load_weights(best)
    for kept, seen, saved in zip(model.get_weights(), validated[-1], other.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, seen)
        np.testing.assert_array_equal(kept, saved)
    assert any(np.any(kept != now) for kept, now in zip(model.get_weights(), moved[-1], strict=True))
