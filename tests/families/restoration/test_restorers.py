"""What a network must do to restore images: any size, no seams, and better than giving back what it was given."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest

from architectures import ARCHITECTURES, NETWORKS, build, built, is_patchwise, noise, with_conditions
from recon.core import rooms
from recon.families.restoration.method import Restorer
from recon.jpeg.conditions import COUNTS
from recon.jpeg.degradation import jpeg_encode

CONVOLUTIONAL = [name for name in ARCHITECTURES if not is_patchwise(built(name))]
PATCHWISE = [name for name in ARCHITECTURES if is_patchwise(built(name))]
CONDITIONED = [name for name in ARCHITECTURES if len(built(name).inputs) == 2]
LOCAL = [name for name in CONVOLUTIONAL if "-channel" not in name]  # a mean over the image reaches everywhere
CORRECTING = [name for name in ARCHITECTURES if name.startswith(("arcnn", "deep_conv", "space_to_depth", "unet"))]
WITH_SKIP = ["arcnn", "deep_conv", "space_to_depth"]  # whose setting `skip` is that from input to output


def with_random_weights(name, channels=3):
    """Return the network with every weight moved, those that start at zero too."""
    model, random = build(name, channels), np.random.default_rng(1)
    model.set_weights([w + random.uniform(0, 0.05, w.shape).astype(np.float32) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("sides", [(8, 8), (8, 64), (24, 40)])
@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_any_sides_that_are_multiples_of_8_will_do(name, sides):
    model = built(name)
    images = noise(model, sides=sides)
    assert model(with_conditions(model, images)).shape == images.shape


@pytest.mark.parametrize("sides", [(8, 9), (37, 53)])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_image_of_any_sides_is_restored_whole(name, sides):
    """Through padding and tiles: of its own size, and not by what lies outside, which repeats its edge."""
    pixels = np.full((*sides, 3), 128, np.uint8)
    restored = Restorer(built(name), "unit").decode(jpeg_encode(pixels, quality=50))
    assert restored.shape == pixels.shape
    if name in CORRECTING:
        np.testing.assert_array_equal(restored, pixels)


@pytest.mark.parametrize("name", CORRECTING)
def test_training_starts_from_the_degraded_image_itself(name):
    model = built(name)
    images = noise(model)
    np.testing.assert_array_equal(model(with_conditions(model, images)), images)


@pytest.mark.parametrize("name", WITH_SKIP)
@pytest.mark.parametrize("skip", [True, False])
def test_a_network_without_weights_gives_its_input_or_without_skip_nothing(name, skip):
    model = rooms.load("networks", name).build(image_shape=(None, None, 3), skip=skip)
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    images = noise(model)
    np.testing.assert_array_equal(model(images), images if skip else np.zeros_like(images))


@pytest.mark.parametrize("name", WITH_SKIP)
def test_without_skip_the_last_layer_starts_at_random(name):
    model = rooms.load("networks", name).build(image_shape=(None, None, 3), skip=False)
    assert np.std(model(noise(model))) > 0


@pytest.mark.parametrize("name", [*NETWORKS, *CONDITIONED])
def test_a_few_steps_beat_the_identity_where_the_answer_is_flat(name):
    """Noise around gray: the identity keeps its variance; giving gray whatever comes in takes it all away."""
    model = build(name)
    images = noise(model, count=4, sides=(16, 16))
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mse")
    for _ in range(30):
        model.train_on_batch(with_conditions(model, images), np.full_like(images, 0.5))
    restored = np.asarray(model(with_conditions(model, images)))
    assert np.mean((restored - 0.5) ** 2) < 0.9 * np.mean((images - 0.5) ** 2)


@pytest.mark.parametrize("name", LOCAL)
def test_a_network_follows_a_shift_by_8_pixels_so_there_are_no_seams(name):
    """Away from the borders; `margin` is more than any architecture sees to each side of a pixel."""
    model, margin = with_random_weights(name), 56
    images = noise(model, count=1, sides=(136, 136))
    whole = np.asarray(model(with_conditions(model, images)))
    shifted = np.asarray(model(with_conditions(model, images[:, 8:, 8:])))
    inside = slice(margin, -margin)
    np.testing.assert_allclose(
        shifted[:, inside, inside], whole[:, 8:, 8:][:, inside, inside], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", PATCHWISE)
def test_a_patchwise_network_takes_patches_of_the_size_that_is_set(name):
    network = rooms.load("networks", name)
    assert network.build(image_shape=(None, None, 1), patch_size=32).input_shape == (None, 32, 32, 1)
    assert network.build(image_shape=(16, None, 3), patch_size=32).input_shape == (None, 16, 32, 3)


def test_a_patch_that_cannot_be_halved_often_enough_is_refused():
    with pytest.raises(ValueError, match=r"patch_size must be a multiple of 4, .* Received: 30 x 30"):
        rooms.load("networks", "dense_latent").build(image_shape=(None, None, 1), patch_size=30, filters=(8, 8))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", CONDITIONED)
def test_a_conditioned_network_takes_what_is_read_from_a_file(name, channels):
    assert build(name, channels).inputs[1].shape == (None, COUNTS[channels])


@pytest.mark.parametrize("name", CONDITIONED)
def test_a_conditioned_network_takes_its_inputs_by_name_too(name):
    model = built(name)
    images, conditions = with_conditions(model, noise(model))
    np.testing.assert_array_equal(model({"image": images, "conditions": conditions}), model((images, conditions)))


@pytest.mark.parametrize("name", CONDITIONED)
def test_one_image_under_two_conditions_gives_two_results(name):
    model = with_random_weights(name)
    twice = np.repeat(noise(model, count=1), 2, axis=0)
    coarse, fine = np.asarray(model(with_conditions(model, twice)))
    assert not np.allclose(coarse, fine, atol=1e-3)


def test_the_7x7_layer_of_arcnn_is_one_convolution():
    model = with_random_weights("arcnn", channels=1)
    first, *quarters = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][:5]
    x = first(noise(model, count=1)) - 0.5
    kernel = np.concatenate([layer.kernel for layer in quarters], axis=2)
    whole = keras.ops.conv(x, kernel, padding="same") + quarters[0].bias
    parts = sum(layer(x[..., 16 * i : 16 * (i + 1)]) for i, layer in enumerate(quarters))
    assert kernel.shape == (7, 7, 64, 32)
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-4)
