"""What every file in recon/networks promises, whatever it computes."""

from recon.training import runtime

# isort: split
import functools
import inspect
import re
from typing import Literal, get_args, get_origin

import keras
import numpy as np
import pytest
import tensorflow as tf
from pydantic import TypeAdapter

from architectures import ARCHITECTURES, NETWORKS, SIDES, build, built, is_patchwise, noise, with_conditions
from recon.core import rooms

AUTOENCODERS = [name for name in NETWORKS if rooms.is_codec(name)]
SETTINGS = [(name, setting) for name in NETWORKS for setting in rooms.build_settings(name)]

every_network = pytest.mark.parametrize("name", NETWORKS)
every_architecture = pytest.mark.parametrize("name", ARCHITECTURES)
every_autoencoder = pytest.mark.parametrize("name", AUTOENCODERS)


@every_network
def test_build_takes_keywords_only_and_bears_the_file_s_name(name):
    parameters = inspect.signature(rooms.load("networks", name).build).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters["image_shape"].default is inspect.Parameter.empty
    assert built(name).name == name


@every_network
def test_an_optimizer_of_inner_convolutions_finds_some(name):
    """Muon leaves the first and the last kernel to Adam: with fewer than three it would be Adam."""
    assert rooms.has_convolutions(name)
    assert sum(len(variable.shape) == 4 for variable in built(name).trainable_variables) > 2


@every_network
def test_settings_have_types_and_defaults_that_params_yaml_can_give(name):
    parameters = inspect.signature(rooms.load("networks", name).build).parameters
    settings = rooms.build_settings(name)
    assert set(settings) == set(parameters) - {"image_shape"}
    for setting, (kind, default) in settings.items():
        assert (kind, default) == (parameters[setting].annotation, parameters[setting].default)
        assert TypeAdapter(kind).validate_python(default, strict=True) == default


@every_network
def test_docstrings_draw_the_shapes_and_explain_every_setting(name):
    module = rooms.load("networks", name)
    assert re.search(r"\(R\S*, C\S*, \w+\)", module.__doc__)
    for setting in ["image_shape", *rooms.build_settings(name)]:
        assert re.search(rf"^ +{setting}: \w", module.build.__doc__, re.MULTILINE)


def other_values(kind, default):
    """Return values of a setting that are not its default."""
    if get_origin(kind) is Literal:
        return [value for value in get_args(kind) if value != default]
    if kind == tuple[int, ...]:
        return [tuple(2 * value for value in default)]
    others = {bool: not default, int: 2 * default, float: 0.5, str: "tanh"}
    return [others[kind]]


def graph(name, **settings):
    """Return the network as JSON, its layers' automatic names counted from the start."""
    keras.utils.clear_session()
    return rooms.load("networks", name).build(image_shape=(None, None, 3), **settings).to_json()


default_graph = functools.cache(graph)


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_every_value_of_every_setting_makes_another_network(name, setting):
    kind, default = rooms.build_settings(name)[setting]
    others = [graph(name, **{setting: value}) for value in other_values(kind, default)]
    assert len({default_graph(name), *others}) == 1 + len(others)


@every_network
def test_equal_settings_make_equal_networks(name):
    assert graph(name) == default_graph(name)


@pytest.mark.parametrize("channels", [1, 3])
@every_architecture
def test_the_output_has_the_shape_of_the_input(name, channels):
    model = build(name, channels)
    assert model.inputs[0].shape[-1] == channels
    for sides in (SIDES, SIDES[::-1]):
        images = noise(model, count=1, sides=sides)
        assert model(with_conditions(model, images)).shape == images.shape


@every_architecture
def test_saved_weights_give_equal_outputs(name, tmp_path):
    model, other = build(name), build(name)
    model.set_weights([weights + np.float32(0.01) for weights in model.get_weights()])
    model.save_weights(tmp_path / "some.weights.h5")
    other.load_weights(tmp_path / "some.weights.h5")
    given = with_conditions(model, noise(model))
    np.testing.assert_array_equal(other(given), model(given))
    assert not np.array_equal(model(given), built(name)(given))


def loss_on_darkening(model, images):
    """Return the loss of a network that should halve every value, as training computes it."""
    return tf.reduce_mean((model(with_conditions(model, images), training=True) - images / 2) ** 2)


@every_architecture
def test_one_step_of_gradient_descent_lowers_the_loss_as_its_gradient_says(name):
    """To first order, a step of `rate` lowers the loss by rate x |gradient| ** 2; `rate` makes that 1 %.

    At least half of it must come (Armijo's condition): a gradient that is not the loss's gives less.
    """
    model = build(name)
    images = noise(model)
    with tf.GradientTape() as tape:
        before = loss_on_darkening(model, images)
    gradient = tape.gradient(before, model.trainable_variables)
    rate = 0.01 * float(before) / sum(float(tf.reduce_sum(part**2)) for part in gradient)
    keras.optimizers.SGD(rate).apply(gradient, model.trainable_variables)
    assert float(loss_on_darkening(model, images)) < (1 - 0.005) * float(before)


@every_architecture
def test_every_weight_takes_part(name):
    model = built(name)
    with tf.GradientTape() as tape:
        loss = loss_on_darkening(model, noise(model))
    assert all(part is not None for part in tape.gradient(loss, model.trainable_variables))


@every_architecture
def test_only_a_second_input_is_more_than_the_image(name):
    image, *others = built(name).inputs
    assert [other.name for other in others] == (["conditions"] if others else [])
    assert is_patchwise(built(name)) or image.shape == (None, None, None, 3)


@every_autoencoder
def test_an_autoencoder_is_its_synthesis_of_its_analysis(name):
    model = built(name)
    images = noise(model)
    latent = model.get_layer("analysis")(images)
    np.testing.assert_array_equal(model.get_layer("synthesis")(latent), model(images))


@every_autoencoder
def test_an_autoencoder_has_one_stride_along_rows_and_columns(name):
    _, rows, columns, _ = built(name).get_layer("analysis")(noise(built(name))).shape
    assert SIDES[0] / rows == SIDES[1] / columns
    assert SIDES[0] % rows == 0
