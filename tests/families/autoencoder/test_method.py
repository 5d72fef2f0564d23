"""The autoencoder's codec around a network that loses nothing, so that only the codec can err."""

import numpy as np
import pytest

# isort: split
import keras
from keras import layers

from recon.coding.payload import model_id
from recon.families.autoencoder import method

MODEL_ID = model_id(b"some weights")


def lossless(channels):
    """A network whose latent holds the four pixels of each 2 x 2 block as channels."""
    block = np.eye(4 * channels, dtype=np.float32).reshape(2, 2, channels, 4 * channels)
    options = {"strides": 2, "use_bias": False, "kernel_initializer": keras.initializers.Constant(block)}
    analysis = keras.Sequential(
        [keras.Input((None, None, channels)), layers.Conv2D(4 * channels, 2, **options)], name="analysis"
    )
    synthesis = keras.Sequential(
        [keras.Input((None, None, 4 * channels)), layers.Conv2DTranspose(channels, 2, **options)], name="synthesis"
    )
    image = keras.Input((None, None, channels))
    return keras.Model(image, synthesis(analysis(image)))


@pytest.mark.parametrize("value_range", ["unit", "symmetric"])
@pytest.mark.parametrize("shape", [(37, 53, 3), (8, 9, 1), (16, 10, 3)])
def test_what_the_network_keeps_comes_back_pixel_by_pixel(shape, value_range):
    """A step of 1/255 is a gray level of one range and half a level of the other: every level is on its grid."""
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    autoencoder = method.TrainedAutoencoder(lossless(shape[-1]), value_range, MODEL_ID)
    payload = autoencoder.encode(pixels, q_step=1 / 255)
    np.testing.assert_array_equal(autoencoder.decode(payload), pixels)


def test_a_coarser_step_errs_by_half_of_it_at_most_and_costs_less():
    """A step of 8 gray levels errs by 4."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    codec = method.AutoencoderCodec(method.TrainedAutoencoder(lossless(3), "unit", MODEL_ID), pixels)
    coarse, fine = (codec.rebuild(levels / 255) for levels in (8, 1))
    assert np.abs(coarse.pixels.astype(int) - pixels).max() <= 4
    assert len(coarse.payload) < len(fine.payload)
