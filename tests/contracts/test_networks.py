"""What every file in recon/networks promises, whatever it computes."""

import functools
import inspect
import re

import numpy as np
import pytest
from pydantic import TypeAdapter

from recon import runtime  # noqa: F401  (it configures what follows)

# isort: split
import keras
import tensorflow as tf

from recon import rooms

NETWORKS = rooms.names("networks")
AUTOENCODERS = [name for name in NETWORKS if name.endswith("autoencoder")]
SIDES = (32, 64)  # multiples of every stride so far


def build(name, channels=3):
    """Return the network as its defaults make it, with weights that are the same on every call."""
    keras.utils.set_random_seed(1)
    return rooms.load("networks", name).build(image_shape=(None, None, channels))


built = functools.cache(build)  # for tests that change no weights


def batch(count=2, channels=3):
    return np.random.default_rng(0).random((count, *SIDES, channels), np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_build_takes_keywords_only_and_bears_the_file_s_name(name):
    parameters = inspect.signature(rooms.load("networks", name).build).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters["image_shape"].default is inspect.Parameter.empty
    assert built(name).name == name


@pytest.mark.parametrize("name", NETWORKS)
def test_settings_have_types_and_defaults_that_params_yaml_can_give(name):
    parameters = inspect.signature(rooms.load("networks", name).build).parameters
    settings = rooms.build_settings(name)
    assert set(settings) == set(parameters) - {"image_shape"}
    for setting, (kind, default) in settings.items():
        assert (kind, default) == (parameters[setting].annotation, parameters[setting].default)
        assert TypeAdapter(kind).validate_python(default, strict=True) == default


@pytest.mark.parametrize("name", NETWORKS)
def test_docstrings_draw_the_shapes_and_explain_every_setting(name):
    module = rooms.load("networks", name)
    assert re.search(r"\(R\S*, C\S*, \w+\)", module.__doc__)
    for setting in ["image_shape", *rooms.build_settings(name)]:
        assert re.search(rf"^ +{setting}: \w", module.build.__doc__, re.MULTILINE)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_output_has_the_shape_of_the_input(name, channels):
    model = built(name, channels)
    assert model.input_shape == (None, None, None, channels)
    for images in (batch(2, channels), batch(1, channels).transpose(0, 2, 1, 3)):
        assert model(images).shape == images.shape


@pytest.mark.parametrize("name", NETWORKS)
def test_saved_weights_give_equal_outputs(name, tmp_path):
    model, other = build(name), build(name)
    model.save_weights(tmp_path / "some.weights.h5")
    other.set_weights([np.zeros_like(weights) for weights in other.get_weights()])
    other.load_weights(tmp_path / "some.weights.h5")
    np.testing.assert_array_equal(other(batch()), model(batch()))


@pytest.mark.parametrize("name", NETWORKS)
def test_one_step_of_gradient_descent_lowers_the_loss_as_its_gradient_says(name):
    """To first order, a step of `rate` lowers the loss by rate x |gradient| ** 2; `rate` makes that 1 %.

    At least half of it must come (Armijo's condition): a gradient that is not the loss's gives less.
    """
    model, images = build(name), batch()
    with tf.GradientTape() as tape:
        before = tf.reduce_mean((model(images) - images) ** 2)
    gradient = tape.gradient(before, model.trainable_variables)
    rate = 0.01 * float(before) / sum(float(tf.reduce_sum(part**2)) for part in gradient)
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    model.train_on_batch(images, images)
    assert float(tf.reduce_mean((model(images) - images) ** 2)) < (1 - 0.005) * float(before)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_weight_takes_part(name):
    model, images = built(name), batch()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(images) - images) ** 2)
    assert all(part is not None for part in tape.gradient(loss, model.trainable_variables))


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_an_autoencoder_is_its_synthesis_of_its_analysis(name):
    model = built(name)
    latent = model.get_layer("analysis")(batch())
    np.testing.assert_array_equal(model.get_layer("synthesis")(latent), model(batch()))


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_an_autoencoder_has_one_stride_along_rows_and_columns(name):
    _, rows, columns, _ = built(name).get_layer("analysis")(batch()).shape
    assert SIDES[0] / rows == SIDES[1] / columns
    assert SIDES[0] % rows == 0
