"""The autoencoder's codec around a lossless network, so that only the codec can err, and what networks cost."""

import numpy as np
import pytest

from recon.training import runtime

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


def test_the_64_32_16_network_by_hand():
    """Each pooling leaves a quarter of the positions, each upsampling gives four times as many."""
    analysis = [(3, 64, 1), (64, 32, 4), (32, 16, 16)]  # channels in, out, image pixels for each position
    synthesis = [(16, 16, 64), (16, 32, 16), (32, 64, 4), (64, 3, 1)]
    about = method.describe("conv_autoencoder", {}, channels=3)
    assert about == {
        "num_params": sum(9 * i * o + o for i, o, _ in analysis + synthesis),
        "macs_per_pixel": sum(9 * i * o / pixels for i, o, pixels in analysis + synthesis),
        "latents_per_pixel": 16 / 64,
        "decoder_bytes": 4 * sum(9 * i * o + o for i, o, _ in synthesis),
    }
    assert (about["num_params"], about["macs_per_pixel"]) == (52_067, 13_284)


def test_the_residual_network_by_hand():
    """With width 6, 1 block and 2 latents: kernel area, channels in, out, image pixels for each position."""
    block = [(9, 6, 6, 16)] * 2
    analysis = [(16, 3, 6, 16), *block, (9, 6, 2, 64)]
    synthesis = [(4, 2, 6, 64), *block, (16, 6, 3, 16)]  # a transposed convolution is applied at its inputs
    settings = {"width": 6, "blocks": 1, "latents": 2}
    assert method.describe("residual_autoencoder", settings, channels=3) == {
        "num_params": sum(k * i * o + o for k, i, o, _ in analysis + synthesis),
        "macs_per_pixel": sum(k * i * o / pixels for k, i, o, pixels in analysis + synthesis),
        "latents_per_pixel": 2 / 64,
        "decoder_bytes": 4 * sum(k * i * o + o for k, i, o, _ in synthesis),
    }
