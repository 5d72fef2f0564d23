"""What a worker does with one job, besides the fit itself."""

import keras
import numpy as np
import pytest

import overfitted_images
from recon.core import files
from recon.families.overfitted import fitting, worker
from recon.families.overfitted.jobs import FitJob
from recon.families.overfitted.params import FitRun, FitSettings, Networks
from recon.families.overfitted.refinement import UncodableError
from recon.settings.core import Runtime
from refusals import refusal

RUN = FitRun(None, None, None, None, networks=Networks(), fit=FitSettings(steps=4, evaluate_every=1))
RUNTIME = Runtime(seed=1, threads=1)
EPOCH, AFTER = 10.0, 7.0  # CPU seconds
INTERRUPTED_IN = 3  # epochs


class Clock(keras.callbacks.Callback):
    """CPU seconds that pass by epochs; training may be interrupted in the midst of one."""

    now = 100.0
    interrupts = False

    def on_epoch_end(self, epoch, logs=None):
        Clock.now += EPOCH
        logs.update(bpp=1.0, psnr_db=30.0)
        if self.interrupts and epoch + 1 == INTERRUPTED_IN:
            raise KeyboardInterrupt


@pytest.fixture
def job(tmp_path, monkeypatch):
    """A job whose fit is a training of nothing, then something that is not part of a checkpoint."""

    def fit_image(pixels, *, checkpoint, **_):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile(loss="mse")
        done, some = checkpoint.open([]), np.zeros((1, 1))
        checkpoint._seconds = 0  # save after each epoch
        watch = [Clock(), checkpoint]
        model.fit(some, some, epochs=4, initial_epoch=done, verbose=0, callbacks=watch)
        Clock.now += AFTER
        return overfitted_images.draw_image(*pixels.shape[:2])

    monkeypatch.setattr(Clock, "now", 100.0)
    monkeypatch.setattr(Clock, "interrupts", False)
    monkeypatch.setattr(worker, "process_time", lambda: Clock.now)
    monkeypatch.setattr(fitting, "fit_image", fit_image)
    return FitJob("some", np.zeros((9, 8, 3), np.uint8), RUN, 0.01, None, RUNTIME, tmp_path / "fit")


def fit(job):
    return worker.fit(job, lambda _: None)


def test_seconds_of_encoding_are_those_of_the_cpu(job):
    assert fit(job).encode_seconds == 4 * EPOCH + AFTER
    assert fit(job).encode_seconds == 4 * EPOCH + AFTER  # those that were kept


def test_seconds_of_interrupted_runs_are_added_as_far_as_they_are_not_repeated(job):
    """The epoch in which the first run was interrupted is done again."""
    Clock.interrupts = True
    with pytest.raises(KeyboardInterrupt):
        fit(job)
    Clock.interrupts = False
    assert fit(job).encode_seconds == 4 * EPOCH + AFTER


def test_what_another_version_has_kept_is_no_damage(job):
    files.write_json(job.folder / "fit.json", {"fingerprint": "of another", "payload": "00"})
    assert fit(job).encode_seconds == 4 * EPOCH + AFTER


def test_a_kept_payload_that_is_damaged_is_named(job):
    payload = fit(job).payload.hex()
    path = job.folder / "fit.json"
    kept = files.read_json(path)
    files.write_json(path, kept | {"payload": payload[:-2] + ("00" if payload[-2:] != "00" else "01")})
    assert f"{path}: damaged; remove it to fit again" in refusal(fit, job)


def test_a_fit_that_no_decoder_takes_is_named_in_a_line(job, monkeypatch):
    def fit_image(*_, **__):
        raise UncodableError("context_0: weights that no decoder takes")

    monkeypatch.setattr(fitting, "fit_image", fit_image)
    line = refusal(fit, job)
    assert line.startswith("some at lmbda=0.01: the fit has ended in context_0: weights that no decoder takes; ")
