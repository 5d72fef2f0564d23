"""The contract of every coordinate network; each file of the room is found without a list."""

from recon.training import runtime

# isort: split
import inspect

import keras
import numpy as np
import pytest

from case import small_settings
from recon.core import rooms
from recon.families.coordinates.mappings import coordinate_grid
from recon.families.coordinates.params import ROOM
from recon.settings.networks import network_settings
from recon.training import complexity
from recon.training.towers import in_towers
from recon.training.weights import save_weights

NETWORKS = rooms.names(ROOM)
SMALL = {net: small_settings(net, room=ROOM, most=16) for net in NETWORKS}
PIXELS = coordinate_grid(6, 9).astype(np.float32)


def build(net, channels=3):
    keras.utils.set_random_seed(1)
    return rooms.load(ROOM, net).build(features=2, channels=channels, **SMALL[net])


every_network = pytest.mark.parametrize("net", NETWORKS)


@every_network
@pytest.mark.parametrize("channels", [1, 3])
def test_a_color_for_each_pixel(net, channels):
    colors = np.asarray(build(net, channels)(PIXELS))
    assert (colors.shape, colors.dtype) == ((54, channels), np.float32)
    assert np.isfinite(colors).all()


@every_network
def test_pixels_do_not_affect_each_other(net):
    model = build(net)
    together = np.asarray(model(PIXELS))
    alone = np.concatenate([np.asarray(model(PIXELS[i : i + 1])) for i in range(0, 54, 7)])
    np.testing.assert_allclose(alone, together[::7], atol=1e-6)  # sums of another order


@every_network
def test_saved_weights_give_the_same_answers(net, tmp_path):
    model, other = build(net), build(net)
    for weights in model.weights:
        weights.assign(keras.random.normal(weights.shape, stddev=0.2, seed=3))
    save_weights(model, tmp_path / "some.weights.h5")
    other.load_weights(tmp_path / "some.weights.h5")
    np.testing.assert_array_equal(np.asarray(model(PIXELS)), np.asarray(other(PIXELS)))


@every_network
def test_learning_lowers_the_loss_below_that_of_one_color(net):
    """The bar is the variance: what the best single color for all pixels reaches."""
    target = np.stack([PIXELS[:, 0] > 0.3, PIXELS[:, 1] > 0.5, PIXELS.sum(-1) > 0.8], -1).astype(np.float32)
    model = build(net)
    model.compile(
        optimizer=keras.optimizers.Adam(rooms.constant(ROOM, net, "LEARNING_RATE") or 0.01),
        loss="mse",
        jit_compile=False,
    )
    for _ in range(200):
        loss = model.train_on_batch(PIXELS, target)
    assert loss < target.var(axis=0).mean() / 2


@every_network
def test_towers_take_the_same_step(net):
    """To 1e-5: two halves sum in another order."""
    target = np.random.default_rng(0).random((54, 3)).astype(np.float32)
    weights = []
    for wrap in (lambda model: model, in_towers):
        model = build(net)
        trained = wrap(model)
        trained.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", jit_compile=False)
        trained.train_on_batch(PIXELS, target)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@every_network
def test_multiply_adds_are_counted_and_every_setting_has_a_default(net):
    assert complexity.macs(build(net)) > 0
    settings = inspect.signature(rooms.load(ROOM, net).build).parameters
    assert {name for name, p in settings.items() if p.default is p.empty} == {"features", "channels"}
    assert set(rooms.build_settings(net, room=ROOM)) == settings.keys() - {"features", "channels"}


@every_network
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_shapes_of_all_weights_are_listed_without_building_it(net, channels, depth):
    module, sizes = rooms.load(ROOM, net), {"features": 2, "channels": channels}
    depths = {"depth": depth} if "depth" in rooms.build_settings(net, room=ROOM) else {}
    settings = network_settings(net, SMALL[net] | depths, "case", room=ROOM)
    assert list(module.shapes(**sizes, **settings)) == [w.shape for w in module.build(**sizes, **settings).weights]


def test_weights_and_multiply_adds_of_an_mlp_by_hand():
    """2 x 16 + 16, 16 x 16 + 16 twice, 16 x 3 + 3; a multiply-add for each entry of a kernel."""
    model = build("mlp")
    assert model.count_params() == 48 + 2 * 272 + 51
    assert complexity.macs(model) == 32 + 2 * 256 + 48


def test_a_siren_begins_with_arguments_of_one_size_in_every_layer():
    """Sitzmann et al.: arguments of all sines but the first deviate by about 1; 0.5 to 1.5 is allowed."""
    keras.utils.set_random_seed(1)
    model = rooms.load(ROOM, "siren").build(features=2, channels=3, width=256, depth=4)
    x = 2 * coordinate_grid(32, 32) - 1
    kernels = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    x = np.sin(30 * (x @ kernels[0].kernel.numpy()))
    for layer in kernels[1:-1]:
        argument = 30 * (x @ layer.kernel.numpy())
        assert 0.5 < argument.std() < 1.5
        x = np.sin(argument)


def test_a_grid_is_bilinear_between_its_corners():
    """The table holds a function of the corner that is linear in each axis; so are the features in between."""
    layer = rooms.load(ROOM, "grid").GridFeatures(cells=4, rows=100, features=1)
    layer.build((None, 2))
    down, right = np.divmod(np.arange(25), 5)
    layer.table.assign((1 + 2 * down + 3 * right + 5 * down * right)[:, np.newaxis])
    coordinates = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    i, j = 4 * coordinates.T
    np.testing.assert_allclose(np.asarray(layer(coordinates))[:, 0], 1 + 2 * i + 3 * j + 5 * i * j, rtol=1e-5)


def test_a_grid_with_more_corners_than_rows_shares_them():
    layer = rooms.load(ROOM, "grid").GridFeatures(cells=40, rows=64, features=2)
    layer.build((None, 2))
    assert layer.table.shape == (64, 2)
    corners = np.stack(np.meshgrid(np.arange(41), np.arange(41)), -1).reshape(-1, 2)
    rows = np.asarray(layer._row(keras.ops.convert_to_tensor(corners, "int64")))
    assert set(rows) == set(range(64))  # all of them, and by as many corners each as a fair hash would give
    assert np.bincount(rows).max() < 2 * 41**2 / 64


@pytest.mark.parametrize("growth", [8.0, 1000.0])
def test_a_grid_too_fine_for_float32_is_refused(growth):
    """8 x 8^7 cells along a side are 2^24: as many as float32 has numbers between 0.5 and 1, twice."""
    settings = network_settings("grid", {"growth": growth, "levels": 8}, "case", room=ROOM)
    for make in ("build", "shapes"):
        with pytest.raises(ValueError, match="the finest grid has"):
            list(getattr(rooms.load(ROOM, "grid"), make)(features=2, channels=3, **settings))
