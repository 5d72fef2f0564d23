import numpy as np
import pytest

import overfitted_images
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.synthesis import Synthesis

ARCHITECTURES = {
    "default": Architecture(),
    "gray": Architecture(channels=1),
    "coarse": Architecture(levels=(2, 5)),
    "finest alone": Architecture(levels=(0,)),
    "no convolution": Architecture(residuals=0),
    "four convolutions": Architecture(residuals=4, width=3),
}
SIDES = [(8, 8), (37, 53), (9, 130)]


def images(architecture, sides):
    parameters = overfitted_images.draw_parameters(architecture)
    return parameters, overfitted_images.draw_latents(*sides, architecture.levels)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("sides", SIDES)
def test_it_is_the_network_in_floating_point_to_a_thousandth_of_a_gray_level(architecture, sides):
    """So only halves between two gray levels may be rounded to another one."""
    parameters, latents = images(architecture, sides)
    pixels = Synthesis(parameters).render(latents, *sides)
    colors = 255 * np.clip(overfitted_images.render(parameters, latents, *sides), 0, 1)
    assert pixels.shape == (*sides, architecture.channels)
    assert np.abs(pixels - colors).max() < 0.52
    assert (pixels != np.rint(colors)).mean() < 0.02


def test_a_network_of_zeros_gives_its_bias():
    parameters = Parameters.zeros(Architecture())
    parameters["pixel_out_bias"][:] = 0, 0.5, 2
    latents = overfitted_images.draw_latents(16, 24, range(7))
    pixels = Synthesis(parameters).render(latents, 16, 24)
    np.testing.assert_array_equal(np.unique(pixels.reshape(-1, 3), axis=0), [[0, 128, 255]])


def test_upsampling_keeps_a_constant():
    """Of a grid of level 6, one latent of 7 in an image of 40 x 50."""
    parameters = Parameters.zeros(Architecture(levels=(6,)))
    parameters["pixel_linear"][:] = 1 / 255
    pixels = Synthesis(parameters).render([np.full((1, 1), 7)], 40, 50)
    assert (pixels == 7).all()


def test_a_bright_picture_is_clipped_once_and_for_all():
    parameters = Parameters.zeros(Architecture())
    parameters["pixel_out_bias"][:] = 1e4
    latents = overfitted_images.draw_latents(16, 24, range(7))
    assert (Synthesis(parameters).render(latents, 16, 24) == 255).all()


@pytest.mark.parametrize("strip", [1, 60, 400, 10**6])
@pytest.mark.parametrize("residuals", [0, 1, 4])
def test_strips_and_blocks_leave_no_trace(monkeypatch, strip, residuals):
    parameters, latents = images(Architecture(residuals=residuals), (33, 47))
    expected = Synthesis(parameters).render(latents, 33, 47)
    monkeypatch.setattr("recon.families.overfitted.synthesis._STRIP", strip)
    monkeypatch.setattr("recon.families.overfitted.synthesis._BLOCK", 100)
    np.testing.assert_array_equal(Synthesis(parameters).render(latents, 33, 47), expected)


@pytest.mark.parametrize("name", ["pixel_hidden", "pixel_linear", "residual_1"])
def test_weights_beyond_exact_sums_are_refused(name):
    parameters = Parameters.zeros(Architecture())
    parameters[name].flat[0] = 2.0**25
    with pytest.raises(ValueError, match="would be rounded"):
        Synthesis(parameters)
