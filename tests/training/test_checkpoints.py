"""A run that was cut and resumed, held to the same run uncut."""

import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.core.errors import UserError
from recon.training import checkpoints, fitting
from recon.training.batches import Patches
from recon.training.checkpoints import Checkpoint
from toys import settings

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1), np.uint8)


class CutError(Exception):
    """What a power cut is, as seen from Python."""


class Cut(keras.callbacks.Callback):
    """Ends the run within the epoch after `epochs`."""

    def __init__(self, epochs):
        super().__init__()
        self._epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self._left = epoch >= self._epochs

    def on_train_batch_end(self, batch, logs=None):
        if self._left:
            raise CutError


def network(seed):
    """A network with dropout and batch normalization, whose states are no weights that gradients move."""
    keras.utils.clear_session()  # so that names, which files hold, start anew as in another process
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    parts = [layers.Conv2D(2, 3, padding="same"), layers.BatchNormalization(), layers.Dropout(0.5)]
    parts += [layers.Conv2D(filters, 3, padding="same") for filters in (2, 1)]
    return keras.Sequential([keras.Input((None, None, 1)), *parts])


def mean_error(model):
    return {"val_psnr_db": -float(np.mean((model(PIXELS / 255.0) - PIXELS / 255) ** 2))}


def worse_and_worse(model):
    return {"val_psnr_db": -float(model.optimizer.iterations)}


def run(folder, checkpoint=None, *, seed=1, epochs=4, validate=mean_error, cut=None, **changes):
    """Train, and return the weights and the names and bytes of the files."""
    model = network(seed)
    fitting.fit(
        model,
        Patches(PIXELS, PIXELS[::-1], batch_size=2, value_range="unit", seed=1, steps=2),
        settings=settings(**changes),
        epochs=epochs,
        curves=folder / "curves.csv",
        best=folder / "best.weights.h5",
        validate=validate,
        callbacks=[Cut(cut)] if cut else [],
        checkpoint=checkpoint,
    )
    return model.get_weights(), {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def assert_equal(one, other):
    for a, b in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert one[1] == other[1]


def kept(tmp_path, name="same"):
    return Checkpoint(tmp_path / "checkpoint", fingerprint=name, seconds=0)


COSINE = {"optimizer": "adam", "schedule": "cosine", "warmup_steps": 2, "ema_momentum": 0.5, "loss": "charbonnier"}
PLATEAU = {"schedule": "plateau", "patience": 1, "momentum": 0.9, "validate": worse_and_worse, "warmup_steps": 1}
STOPPED = {"optimizer": "adamw", "schedule": "step", "early_stopping": 3, "validate": worse_and_worse, "epochs": 9}


MUON = {"optimizer": "muon", "loss": "rmse", "ema_momentum": 0.5}


@pytest.mark.parametrize("changes", [COSINE, PLATEAU, STOPPED, MUON], ids=["cosine", "plateau", "stopped", "muon"])
def test_a_resumed_run_equals_an_uninterrupted_one_to_the_bit(tmp_path, capfd, changes):
    """The curves and the best weights are gone, as after DVC; another seed shows that all else is restored."""
    uncut = run(tmp_path / "uncut", **changes)
    with pytest.raises(CutError):
        run(tmp_path / "cut", kept(tmp_path), cut=2, **changes)
    assert "resumed" not in capfd.readouterr().err
    assert_equal(run(tmp_path / "resumed", kept(tmp_path), seed=2, **changes), uncut)
    assert "resumed at epoch 3" in capfd.readouterr().err
    again = run(tmp_path / "again", kept(tmp_path), seed=3, cut=1, **changes)  # would be cut, if it trained at all
    assert_equal(again, uncut)


def test_a_checkpoint_of_other_settings_is_not_resumed_and_says_so(tmp_path, capsys):
    run(tmp_path / "other", kept(tmp_path, "other"), epochs=1)
    assert kept(tmp_path, "other").open([]) == 1
    assert capsys.readouterr().out == ""
    assert kept(tmp_path, "own").open([]) == 0
    assert (
        "state.npz: of other settings, data or code; training starts from the beginning" in capsys.readouterr().out
    )


def test_a_checkpoint_that_is_not_due_is_not_written_but_at_the_end(tmp_path):
    rarely = Checkpoint(tmp_path / "checkpoint", fingerprint="same", seconds=3600)
    with pytest.raises(CutError):
        run(tmp_path / "cut", rarely, cut=1)
    assert not (tmp_path / "checkpoint").exists()
    run(tmp_path / "whole", rarely, epochs=1)
    assert [path.name for path in (tmp_path / "checkpoint").iterdir()] == ["state.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_a_damaged_checkpoint_is_an_error_that_names_it(tmp_path, content):
    (tmp_path / "state.npz").write_bytes(content)
    with pytest.raises(UserError, match=r"state\.npz: damaged checkpoint; remove it to train from the start"):
        Checkpoint(tmp_path, fingerprint="same").open([])


def test_an_entry_s_checkpoints_are_removed_with_those_of_its_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for entry, variant in (("one", ""), ("one", "width=8"), ("two", "")):
        folder = checkpoints.folder(family="restoration", entry=entry, variant=variant)
        folder.mkdir(parents=True, exist_ok=True)
    checkpoints.remove(family="restoration", entry="one")
    checkpoints.remove(family="restoration", entry="none")
    assert [path.as_posix() for path in tmp_path.glob(".checkpoints/*/*")] == [
        (tmp_path / ".checkpoints/restoration/two").as_posix()
    ]


def test_a_fingerprint_changes_with_what_is_described_and_with_what_files_hold(tmp_path):
    path = tmp_path / "patches.npy"
    path.write_bytes(b"one")
    prints = [checkpoints.fingerprint({"a": 1, "b": 2}, path), checkpoints.fingerprint({"b": 2, "a": 1}, path)]
    prints.append(checkpoints.fingerprint({"a": 1, "b": 3}, path))
    path.write_bytes(b"two")
    prints.append(checkpoints.fingerprint({"a": 1, "b": 2}, path))
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_the_seconds_of_an_interrupted_run_are_kept(tmp_path):
    """A checkpoint opened anew knows what was spent before, a new one knows of nothing."""
    first = Checkpoint(tmp_path, fingerprint="a", seconds=0)
    run(tmp_path, first)
    second = Checkpoint(tmp_path, fingerprint="a")
    second.open([])
    assert first.spent_before == 0 < second.spent_before


@pytest.mark.parametrize("state", ["[]", "{}", '"text"', "[" * 5000, '{"fingerprint": "same", "epochs_done": []}'])
def test_a_checkpoint_that_holds_anything_but_a_state_is_damaged(tmp_path, state):
    np.savez(tmp_path / "state.npz", state=state)
    with pytest.raises(UserError, match=r"state\.npz: damaged checkpoint; remove it to train from the start"):
        Checkpoint(tmp_path, fingerprint="same").open([])


@pytest.mark.parametrize(("place", "byte"), [(4, 99), (6, 1), (8, 99)])
def test_a_checkpoint_whose_zip_asks_for_what_python_cannot_do_is_damaged(tmp_path, place, byte):
    """A later version, a password or another compression, in the archive's list of its files."""
    path = tmp_path / "state.npz"
    np.savez(path, state="{}")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + place + 2] = byte
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"state\.npz: damaged checkpoint; remove it to train from the start"):
        Checkpoint(tmp_path, fingerprint="same").open([])
