"""The contract of every decoder of codes: each file of families/latent_decoder/networks is tested here."""

from recon.training import runtime

# isort: split
import inspect
import re

import keras
import numpy as np
import pytest
from pydantic import TypeAdapter

from case import small_settings
from recon.core import rooms
from recon.families.latent_decoder.method import describe
from recon.training import complexity
from recon.training.weights import save_weights

ROOM = "families/latent_decoder/networks"
DECODERS = rooms.names(ROOM)
SHAPE, LATENTS = (8, 16, 3), 8  # sides that differ, so that none takes the place of the other
SMALL = {net: small_settings(net, room=ROOM, most=16) for net in DECODERS} | {
    "conv": {"width": 4, "levels": 2},
    "coordinate": {"width": 16, "octaves": 3},
}
CODES = np.random.default_rng(0).normal(size=(6, LATENTS)).astype(np.float32)

# Multiply-adds by hand: the pixels are 8 x 16, a code has 8 values, and the sizes are those of SMALL.
MACS = {
    "linear": 8 * 384,
    "mlp": 8 * 16 + 16 * 16 + 16 * 384 + 8 * 384,
    "conv": 8 * (2 * 4 * 4) + 9 * (4 * 8 * 4 * 4 + 8 * 16 * 4 * 4 + 8 * 16 * 4 * 3),
    "coordinate": 128 * (12 * 16 + 16 * 16 + 16 * 16 + 16 * 3) + 8 * 16,
}


def build(net, shape=SHAPE, **settings):
    keras.utils.set_random_seed(1)
    return rooms.load(ROOM, net).build(latents=LATENTS, image_shape=shape, **SMALL[net] | settings)


def awake(net):
    """Return a decoder none of whose weights are zeros, which would hide what the rest does."""
    model = build(net)
    for seed, weights in enumerate(model.weights):
        weights.assign(keras.random.normal(weights.shape, stddev=0.2, seed=seed))
    return model


every_decoder = pytest.mark.parametrize("net", DECODERS)


@every_decoder
@pytest.mark.parametrize("channels", [1, 3])
def test_an_image_for_each_code(net, channels):
    images = np.asarray(build(net, (*SHAPE[:2], channels))(CODES))
    assert (images.shape, images.dtype) == ((6, *SHAPE[:2], channels), np.float32)
    assert np.isfinite(images).all()


@every_decoder
def test_images_do_not_depend_on_each_other(net):
    """To 1e-5 of values about 1: sums of another order."""
    model = awake(net)
    alone = np.concatenate([np.asarray(model(CODES[i : i + 1])) for i in range(6)])
    np.testing.assert_allclose(alone, np.asarray(model(CODES)), atol=1e-5)


@every_decoder
def test_other_codes_give_other_images_and_every_latent_counts(net):
    model = awake(net)
    first = np.asarray(model(CODES[:1]))
    moved = np.asarray(model(CODES[:1] + np.eye(LATENTS, dtype=np.float32)))
    assert (np.abs(moved - first).max(axis=(1, 2, 3)) > 1e-4).all()


@every_decoder
def test_saved_weights_give_the_same_images(net, tmp_path):
    model, other = awake(net), build(net)
    save_weights(model, tmp_path / "some.weights.h5")
    other.load_weights(tmp_path / "some.weights.h5")
    np.testing.assert_array_equal(np.asarray(model(CODES)), np.asarray(other(CODES)))


@every_decoder
def test_learning_lowers_the_loss_below_that_of_the_mean_image(net):
    """The bar is the variance: what the best single image for all codes reaches."""
    coarse = np.random.default_rng(1).random((6, 2, 4, 3)) > 0.5
    target = coarse.repeat(4, axis=1).repeat(4, axis=2).astype(np.float32)
    model = build(net)
    model.compile(
        optimizer=keras.optimizers.Adam(rooms.constant(ROOM, net, "LEARNING_RATE") or 0.01),
        loss="mse",
        jit_compile=False,
    )
    for _ in range(200):
        loss = model.train_on_batch(CODES, target)
    assert loss < target.var(axis=0).mean() / 2


@pytest.mark.parametrize("net", MACS)
def test_multiply_adds_are_those_counted_by_hand(net):
    assert complexity.macs(build(net)) == MACS[net]


@every_decoder
def test_the_cost_of_a_decoder_is_described_for_each_pixel(net):
    model, pixels = build(net), SHAPE[0] * SHAPE[1]
    weights = sum(weights.size for weights in model.get_weights())
    assert describe(model) == {
        "num_params": weights,
        "macs_per_pixel": complexity.macs(model) / pixels,
        "latents_per_pixel": LATENTS / pixels,
        "decoder_bytes": 4 * weights,
    }
    assert complexity.macs(model) > 0


@every_decoder
def test_settings_have_types_and_defaults_that_params_yaml_can_give(net):
    parameters = inspect.signature(rooms.load(ROOM, net).build).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    settings = rooms.build_settings(net, room=ROOM)
    assert set(settings) == set(parameters) - {"latents", "image_shape"}
    for kind, default in settings.values():
        assert TypeAdapter(kind).validate_python(default, strict=True) == default


@every_decoder
def test_docstrings_explain_every_setting(net):
    module = rooms.load(ROOM, net)
    for setting in ["latents", "image_shape", *rooms.build_settings(net, room=ROOM)]:
        assert re.search(rf"^ +{setting}: \w", module.build.__doc__, re.MULTILINE)


@every_decoder
@pytest.mark.parametrize(("activation", "least", "most"), [("sigmoid", 0, 1), ("tanh", -1, 1)])
def test_the_output_activation_bounds_the_values(net, activation, least, most):
    images = np.asarray(build(net, output_activation=activation)(100 * CODES))
    assert (least <= images.min()) & (images.max() <= most)


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((9, 16, 1), {}),
        ((8, 18, 1), {}),
        (SHAPE, {"levels": 4}),
        (SHAPE, {"grid": 3}),
        (SHAPE, {"levels": 1, "grid": 4}),
    ],
    ids=["rows", "columns", "levels", "grid", "latents"],
)
def test_a_convolutional_decoder_refuses_what_does_not_divide(shape, settings):
    with pytest.raises(ValueError, match=r"`levels` and `grid` must divide the sides \d+ x \d+.* \(got levels"):
        build("conv", shape, **settings)


def test_with_a_grid_a_latent_moves_the_pixels_about_its_place_only():
    """Of 2 x 2 places with 2 latents each: a corner's convolutions do not reach the other corner."""
    model = build("conv", grid=2, levels=1)
    code = np.zeros((2, LATENTS), np.float32)
    code[1, :2] = 3
    difference = np.abs(np.diff(np.asarray(model(code)), axis=0))[0].max(axis=-1)
    assert difference[:2, :4].max() > 1e-4
    assert difference[-1, -1] == 0


def test_a_perceptron_begins_as_its_linear_path():
    skipping, linear = build("mlp"), build("linear", output_activation="linear")
    linear.get_layer("linear").set_weights(skipping.get_layer("linear").get_weights())
    np.testing.assert_allclose(np.asarray(skipping(CODES)), np.asarray(linear(CODES)), atol=1e-6)
