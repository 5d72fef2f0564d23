"""Codes and decoders fitted together, held to what is known of linear ones."""

from recon.training import runtime

# isort: split
from pathlib import Path

import keras
import numpy as np
import pytest

from recon.core import files
from recon.families.latent_decoder import fitting
from recon.families.latent_decoder.fitting import find_codes, train
from recon.families.latent_decoder.method import WEIGHTS, decode_codes
from recon.families.latent_decoder.params import CodeTraining, DecoderRun
from recon.families.latent_decoder.pca import bound, principal_components
from recon.settings.core import Runtime
from recon.training import checkpoints

IMAGES, ROWS, COLUMNS, LATENTS = 12, 6, 4, 3
TRAINING = {
    **{"epochs": 20, "report_every": 10, "batch_size": None, "fit_epochs": 100, "fit_learning_rate": 0.1},
    **{"optimizer": "adam", "learning_rate": 0.05, "loss": "mse", "value_range": "unit", "schedule": "cosine"},
}
LINEAR = {"output_activation": "linear"}


def toys():
    """Return images, uint8, of as many wide directions as there are latents, and a little of all others."""
    generator = np.random.default_rng(0)
    wide = generator.normal(size=(IMAGES, LATENTS)) @ generator.normal(size=(LATENTS, ROWS * COLUMNS))
    values = 128 + 20 * wide + generator.normal(0, 3, (IMAGES, ROWS * COLUMNS))
    return np.clip(np.rint(values), 0, 255).astype(np.uint8).reshape(IMAGES, ROWS, COLUMNS, 1)


PIXELS = toys()
UNIT = PIXELS / 255


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def make_run(*, net="linear", settings=LINEAR, start="random", latents=LATENTS, width=None, **training):
    place = ("width", width) if width else (None, None)
    return DecoderRun(*place, None, None, net, settings, latents, start, CodeTraining(**TRAINING | training))


def fit(*, runtime_seed=1, **changes):
    return train(make_run(**changes), PIXELS, runtime=Runtime(seed=runtime_seed, threads=1), entry="one")


def mse(trained, images=UNIT):
    return float(np.mean((decode_codes(trained.network, trained.codes) - images) ** 2))


@pytest.mark.parametrize("start", ["random", "orthogonal"])
def test_a_linear_decoder_reaches_the_bound_and_never_beats_it(start):
    """To 0.1 %, since it is a limit. Below it there is only the rounding of float32."""
    error = mse(fit(start=start, epochs=300, optimizer="sgd", learning_rate=10, momentum=0.9))
    assert -1e-4 < error / bound(UNIT, LATENTS) - 1 < 1e-3


@pytest.mark.parametrize("latents", [1, 3, 11])
@pytest.mark.parametrize(("net", "settings"), [("linear", LINEAR), ("mlp", {"width": 8})], ids=["linear", "mlp"])
def test_principal_components_begin_at_the_bound(net, settings, latents):
    """Steps of 1e-9 change no float32; values of about 1 are rounded to 1e-7, their errors to less than 1e-12."""
    trained = fit(net=net, settings=settings, start="pca", latents=latents, optimizer="sgd", learning_rate=1e-9)
    assert mse(trained) == pytest.approx(bound(UNIT, latents), rel=1e-4, abs=1e-12)


def test_from_principal_components_a_deeper_decoder_goes_below_the_bound():
    assert (
        mse(fit(net="mlp", settings={"width": 16}, start="pca", epochs=200, learning_rate=0.01))
        < bound(UNIT, LATENTS) / 2
    )


def test_a_sigmoid_keeps_a_single_layer_s_start_in_the_codes_only():
    """There the directions are put into the layer too, but what it gives is bent."""
    trained = fit(settings={}, start="pca", optimizer="sgd", learning_rate=1e-9)
    components = principal_components(UNIT, LATENTS)
    straight = components.mean + components.scores @ components.directions
    expected = 1 / (1 + np.exp(-straight))
    np.testing.assert_allclose(
        decode_codes(trained.network, trained.codes).reshape(IMAGES, -1), expected, atol=1e-6
    )


def test_orthogonal_codes_begin_at_right_angles_with_the_size_of_random_ones():
    codes = fit(start="orthogonal", optimizer="sgd", learning_rate=1e-9).codes
    np.testing.assert_allclose(codes.T @ codes, IMAGES * np.eye(LATENTS), atol=1e-4)


def test_the_curve_counts_passes_and_ends_near_the_decoder_s_error():
    """With steps of 1e-9 nothing changes, so that the mean over ten passes is the error of the last."""
    trained = fit(start="pca", optimizer="sgd", learning_rate=1e-9, epochs=30)
    curve = files.read_csv("models/latent_decoder/one/curve.csv")
    assert curve["epoch"].tolist() == [10, 20, 30]
    assert curve["mse"].to_numpy() == pytest.approx(mse(trained), rel=1e-5)
    assert [epoch for epoch, _ in trained.elapsed] == [10, 20, 30]
    seconds = [seconds for _, seconds in trained.elapsed]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0


def test_the_saved_weights_are_the_decoder_s():
    trained = fit(width="8")
    codes = trained.codes
    expected = decode_codes(trained.network, codes)
    keras.utils.set_random_seed(2)
    other = fitting.build("linear", LINEAR, latents=LATENTS, image_shape=(ROWS, COLUMNS, 1))
    other.load_weights(Path("models/latent_decoder/one/width=8") / WEIGHTS)
    np.testing.assert_array_equal(decode_codes(other, codes), expected)


def test_codes_found_for_a_frozen_linear_decoder_are_those_of_least_squares():
    """And the decoder's weights are what they were. To 1e-3 of codes about 1: the last steps of the cosine."""
    decoder = fit(start="pca", learning_rate=1e-9, optimizer="sgd").network
    before = decoder.get_weights()
    unseen = np.clip(PIXELS[::-1].astype(int) + 40 * (np.arange(COLUMNS) > 1)[:, np.newaxis], 0, 255)
    unseen = unseen.astype(np.uint8)
    settings = CodeTraining(**TRAINING | {"fit_epochs": 200})
    codes, seconds, errors = find_codes(decoder, unseen, np.zeros(LATENTS, np.float32), training=settings, seed=1)
    kernel, bias = before
    targets = unseen.reshape(IMAGES, -1) / 255 - bias
    expected = np.linalg.lstsq(kernel.T, targets.T, rcond=None)[0].T
    np.testing.assert_allclose(codes, expected, atol=1e-3)
    assert seconds > 0
    assert len(errors) == 200
    assert errors[0] == pytest.approx(np.mean(targets**2), rel=1e-5)
    for one, other in zip(decoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert decoder.trainable


def test_codes_of_an_image_do_not_depend_on_the_others_that_are_found_with_it():
    """Adam knows no scale, but for its epsilon of 1e-7: a mean over twelve images divides gradients by 12."""
    decoder = fit(start="pca", learning_rate=1e-9, optimizer="sgd").network
    settings, start = CodeTraining(**TRAINING), np.zeros(LATENTS, np.float32)
    together, *_ = find_codes(decoder, PIXELS, start, training=settings, seed=1)
    alone, *_ = find_codes(decoder, PIXELS[4:5], start, training=settings, seed=1)
    np.testing.assert_allclose(alone[0], together[4], atol=1e-3)


def test_equal_runs_are_equal_to_the_bit_and_another_seed_is_another_run():
    one, other, third = fit(batch_size=5), fit(batch_size=5), fit(batch_size=5, seed=2)
    np.testing.assert_array_equal(one.codes, other.codes)
    for weights, same in zip(one.network.get_weights(), other.network.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)
    assert np.abs(one.codes - third.codes).max() > 0.1


@pytest.mark.parametrize("start", ["random", "orthogonal"])
def test_another_seed_of_the_runtime_changes_codes_and_weights(start):
    """After two steps of all images: neither their order nor other weights can move a code so far."""
    short = {
        "net": "mlp",
        "settings": {"width": 8},
        "start": start,
        "epochs": 2,
        "report_every": 2,
        "fit_epochs": 2,
    }
    one, other = fit(**short), fit(**short, runtime_seed=2)
    assert np.abs(one.codes - other.codes).max() > 1
    for weights, others in zip(one.network.get_weights(), other.network.get_weights(), strict=True):
        assert weights.ndim == 1 or np.abs(weights - others).max() > 0.1  # biases begin at zero


def test_a_seed_of_the_training_overrides_that_of_the_runtime():
    one, other = (fit(epochs=2, report_every=2, fit_epochs=2, seed=3, runtime_seed=seed) for seed in (1, 2))
    np.testing.assert_array_equal(one.codes, other.codes)


class CutError(Exception):
    """What a power cut is, as seen from Python."""


class CutAfter(fitting.Elapsed):
    """Ends the run within its third point."""

    def on_epoch_begin(self, epoch, logs=None):
        self._left = epoch >= 2

    def on_train_batch_end(self, batch, logs=None):
        if self._left:
            raise CutError


@pytest.mark.parametrize("batch_size", [None, 5])
def test_an_interrupted_run_is_resumed_and_ends_as_an_uninterrupted_one(monkeypatch, capsys, batch_size):
    changes = {"epochs": 40, "batch_size": batch_size, "width": "8"}
    uncut = fit(**changes)
    written = {path.name: path.read_bytes() for path in Path("models/latent_decoder/one/width=8").iterdir()}
    checkpoints.remove(family="latent_decoder", entry="one")
    folder, checkpoint = Path("models"), checkpoints.Checkpoint
    with monkeypatch.context() as patch:
        patch.setattr(fitting, "Elapsed", CutAfter)
        patch.setattr(checkpoints, "Checkpoint", lambda *where, **what: checkpoint(*where, **what, seconds=0))
        with pytest.raises(CutError):
            fit(**changes)
    (folder / "latent_decoder/one/width=8/curve.csv").unlink()
    capsys.readouterr()
    resumed = fit(**changes)
    assert "resumed at epoch 3" in capsys.readouterr().err
    np.testing.assert_array_equal(resumed.codes, uncut.codes)
    assert {
        path.name: path.read_bytes() for path in Path("models/latent_decoder/one/width=8").iterdir()
    } == written
    assert [epoch for epoch, _ in resumed.elapsed] == [30, 40]
    again = fit(**changes)  # trains no more
    np.testing.assert_array_equal(again.codes, uncut.codes)
    assert [epoch for epoch, _ in again.elapsed] == [40]
    assert again.elapsed[0][1] > 0


@pytest.mark.parametrize("value_range", ["unit", "symmetric"])
def test_the_curve_s_error_is_in_the_units_of_the_value_range(value_range):
    """Twice as wide a range, four times the error."""
    fit(start="pca", optimizer="sgd", learning_rate=1e-9, value_range=value_range)
    last = files.read_csv("models/latent_decoder/one/curve.csv")["mse"].iloc[-1]
    peak = 2 if value_range == "symmetric" else 1
    assert last / peak**2 == pytest.approx(bound(UNIT, LATENTS), rel=1e-4)
