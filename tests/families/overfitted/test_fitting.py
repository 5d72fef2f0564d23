"""From pixels to a file, on a small picture."""

from recon.training import runtime

# isort: split
import numpy as np
import pytest

import overfitted_images
from mutations import HEADER
from pictures import picture
from recon.families.overfitted import codestream, fitting
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.fitting import fit_image
from recon.families.overfitted.initial_latents import LatentRegression
from recon.families.overfitted.params import FitSettings
from recon.families.overfitted.starts import Start
from recon.training.checkpoints import Checkpoint

FIT = FitSettings(steps=40, evaluate_every=20)
ARCHITECTURE = Architecture(levels=(0, 2, 4), contexts=6, width=4)
SIDES = (32, 40)


def fit(pixels, *, start=None, checkpoint=None, settings=FIT, lmbda=1e-3, seed=1):
    options = {"architecture": ARCHITECTURE, "lmbda": lmbda, "seed": seed}
    return fit_image(pixels, fit=settings, start=start, checkpoint=checkpoint, **options)


def psnr(pixels, other):
    return -10 * np.log10(np.square((pixels.astype(float) - other) / 255).mean())


@pytest.fixture(scope="module")
def pixels():
    return picture(*SIDES, 3)


@pytest.fixture(scope="module")
def fitted(pixels):
    return fit(pixels)


def test_the_picture_of_the_file_resembles_the_one_that_was_fitted(pixels, fitted):
    """After 40 steps; a plane of the mean color has 15.2 dB."""
    flat = np.broadcast_to(pixels.mean(axis=(0, 1)), pixels.shape)
    assert psnr(pixels, codestream.decode(overfitted_images.encode(fitted))) > psnr(pixels, flat) + 1


def test_the_file_takes_at_most_a_hundredth_more_than_the_entropy_of_what_was_fitted():
    """That of its latents by the model in floating point, with the bits of the weights; besides the header."""
    image = fit(picture(96, 128, 3), settings=FitSettings(steps=400), lmbda=3e-5)
    parameters = image.weights.dequantize()
    entropy = sum(overfitted_images.count_bits(parameters, grid) for grid in image.latents)
    bits = 8 * (len(overfitted_images.encode(image)) - HEADER)
    assert bits < 1.01 * (entropy + image.weights.count_bits())


def test_a_fit_has_the_bytes_that_it_has_alone(pixels, fitted):
    """All pictures of a size are fitted by one model, where nothing is left of those before."""
    other = {"pixels": pixels[::-1], "lmbda": 1e-2, "seed": 2}
    second = overfitted_images.encode(fit(**other))
    fitting.open_model.cache_clear()
    assert overfitted_images.encode(fit(**other)) == second
    assert overfitted_images.encode(fit(pixels)) == overfitted_images.encode(fitted) != second


def test_a_bright_picture_does_not_become_flat():
    """A clamp in the graph would stop the gradient of all that is brighter than white."""
    bright = 255 - picture(*SIDES, 3) // 8
    settings = FitSettings(steps=240, evaluate_every=80)
    decoded = codestream.decode(overfitted_images.encode(fit(bright, settings=settings, lmbda=1e-4)))
    assert psnr(bright, decoded) > psnr(bright, np.broadcast_to(bright.mean(axis=(0, 1)), bright.shape))


def test_a_start_saves_bits_and_begins_near_the_end(pixels, fitted):
    parameters = fitted.weights.dequantize()
    regression = LatentRegression.fit(pixels, fitted.latents, ARCHITECTURE.levels, 1e-3)
    start = Start.of(parameters, regression)
    continued = fit(pixels, start=start)
    data = overfitted_images.encode(continued, start)
    assert continued.weights.count_bits() < fitted.weights.count_bits()
    assert psnr(pixels, codestream.decode(data, start)) > psnr(
        pixels, codestream.decode(overfitted_images.encode(fitted))
    )


def test_a_fit_that_diverges_ends_in_its_best_state(pixels):
    settings = FitSettings(steps=40, evaluate_every=20, learning_rate=1e30)
    image = fit(pixels, settings=settings)
    assert np.isfinite(image.weights.dequantize().flat()).all()
    assert codestream.decode(overfitted_images.encode(image)).shape == pixels.shape


class Interrupting(Checkpoint):
    """Ends the process when it has saved the first state."""

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        raise KeyboardInterrupt


def test_an_interrupted_fit_is_resumed_to_the_same_bytes(pixels, fitted, tmp_path):
    options = {"fingerprint": "one", "seconds": 0}
    with pytest.raises(KeyboardInterrupt):
        fit(pixels, checkpoint=Interrupting(tmp_path, **options))
    resumed = fit(pixels, checkpoint=Checkpoint(tmp_path, **options))
    assert overfitted_images.encode(resumed) == overfitted_images.encode(fitted)


def test_weights_to_begin_with_are_0_but_for_outputs():
    start = fitting.draw_parameters(Architecture(), 0)
    random = {name for name, values in start.arrays.items() if values.any()}
    assert random == {"context_out", "context_linear", "pixel_hidden", "pixel_out", "pixel_linear"}
