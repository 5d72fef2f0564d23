"""Files of weights: equal to those of Keras, whole or not at all, and believed only as far as they fit."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.core.errors import UserError
from recon.training import weights
from toys import scaling

STAGES = Path(__file__).resolve().parents[2] / "stages"
NAME = "layers/conv2d/vars/0"  # the one array of a `scaling`


@pytest.fixture
def path(tmp_path):
    """The weights of a network, as a file that a test changes."""
    weights.save_weights(scaling(0.25), tmp_path / "some.weights.h5")
    return tmp_path / "some.weights.h5"


def change(path, replace):
    with h5py.File(path, "r+") as file:
        del file[NAME]
        replace(file)


@pytest.mark.parametrize("optimizer", [None, "adam"])
def test_the_bytes_are_those_that_keras_writes(tmp_path, optimizer):
    """With batch normalization and dropout, whose states are no weights that gradients move."""
    layers = keras.layers
    parts = [layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Dropout(0.5), layers.Conv2D(1, 3)]
    model = keras.Sequential([keras.Input((9, 9, 1)), *parts])
    if optimizer:
        model.compile(optimizer=optimizer, loss="mse")
        model.optimizer.build(model.trainable_variables)
    model.save_weights(tmp_path / "keras.weights.h5")
    assert weights.to_bytes(model) == (tmp_path / "keras.weights.h5").read_bytes()


def test_what_was_saved_is_loaded(path):
    model = scaling(0.5)
    weights.load_weights(model, path)
    assert model.get_weights()[0].item() == 0.25


def test_what_was_read_already_is_loaded(path):
    """So that the bytes whose SHA-256 was checked are those that are loaded, whatever the file holds by then."""
    model = scaling(0.5)
    weights.load_weights(model, path.read_bytes())
    assert model.get_weights()[0].item() == 0.25


def test_rounded_weights_take_half_the_bytes_and_are_those_that_the_network_holds(tmp_path):
    """1/3 becomes the nearest of float16, whose mantissa has 10 bits: 1365 / 4096."""
    model = keras.Sequential([keras.Input((4, 4, 64)), keras.layers.Conv2D(64, 3, use_bias=False)])
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.build(model.trainable_variables)
    model.set_weights([np.full((3, 3, 64, 64), 1 / 3, np.float32)])
    weights.save_network(model, tmp_path / "whole.weights.h5")
    weights.save_rounded(model, tmp_path / "rounded.weights.h5")
    (held,) = model.get_weights()
    assert held.dtype == np.float32
    assert (held == 1365 / 4096).all()
    assert model.optimizer is not None
    whole, rounded = ((tmp_path / f"{name}.weights.h5").stat().st_size for name in ("whole", "rounded"))
    assert whole - rounded == 2 * held.size
    for load in (lambda model, path: model.load_weights(path), weights.load_weights):  # by Keras alone too
        model.set_weights([np.zeros_like(held)])
        model.optimizer = None
        load(model, tmp_path / "rounded.weights.h5")
        np.testing.assert_array_equal(model.get_weights()[0], held)


def test_what_is_rounded_already_is_saved_to_the_same_bytes(tmp_path):
    model = scaling(1 / 3)
    contents = []
    for _ in range(2):
        weights.save_rounded(model, tmp_path / "some.weights.h5")
        contents.append((tmp_path / "some.weights.h5").read_bytes())
    assert contents[0] == contents[1]


def test_weights_that_float16_can_t_hold_are_not_rounded_to_infinity(tmp_path):
    weights.save_rounded(scaling(65519.0), tmp_path / "some.weights.h5")
    with pytest.raises(UserError, match=f"array {NAME} has values beyond the range of float16; train with `half_"):
        weights.save_rounded(scaling(65520.0), tmp_path / "other.weights.h5")
    assert not (tmp_path / "other.weights.h5").exists()


# A process of its own, whose files may not grow beyond 4 KB: its disk is full.
FULL = """
import resource, signal, sys
sys.path[:0] = sys.argv[1:3]
from recon.core.errors import run
from recon.training import checkpoints, weights
from toys import scaling
from pathlib import Path
import numpy as np

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
sys.argv = sys.argv[:1]
run(lambda: %s)
"""


@pytest.mark.parametrize(
    "save",
    [
        "weights.save_weights(scaling(), Path('some.weights.h5'))",
        "checkpoints._write(Path('state.npz'), {'variables': [np.zeros(9999)]})",
    ],
)
def test_a_full_disk_is_one_line_and_leaves_nothing_behind(tmp_path, save):
    tests = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", FULL % save, str(STAGES), str(tests)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.strip().splitlines()[-1].startswith("error: ")
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_a_full_disk_s_line_says_how_much_room_is_needed(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    needed = len(weights.to_bytes(scaling()))
    with pytest.raises(UserError, match=rf"some\.weights\.h5: .*\({needed:,} bytes are needed\)"):
        weights.save_weights(scaling(), tmp_path / "some.weights.h5")


def test_a_compressed_array_is_refused_before_it_is_read(path):
    """Of 400 MB in 0.4 MB; also one of the right shape, since only plain arrays are known to be small."""
    big = {"shape": (10_000, 10_000), "dtype": "f4", "chunks": (1000, 1000), "compression": "gzip"}
    small = {"shape": (1, 1, 1, 1), "dtype": "f4", "compression": "gzip"}
    for options in (big, small):
        change(path, lambda file, options=options: file.create_dataset(NAME, **options))
        with pytest.raises(ValueError, match=f"array {NAME} is not of"):
            weights.load_weights(scaling(), path)


@pytest.mark.parametrize(
    "replace",
    [
        lambda file: file.__setitem__(NAME, h5py.SoftLink("/layers")),
        lambda file: file.__setitem__(NAME, h5py.ExternalLink("/etc/passwd", "/")),
        lambda file: file.__setitem__(NAME, np.zeros((1, 1, 1, 2), "f4")),
        lambda file: file.__setitem__(NAME, np.zeros((1, 1, 1, 1), "f8")),
        lambda file: file.__setitem__(NAME, np.dtype("f4")),
        lambda file: file.create_group(NAME),
        lambda file: file.create_dataset(NAME, (1, 1, 1, 1), h5py.string_dtype()),
        lambda file: file.create_dataset(NAME, (1, 1, 1, 1), "f4", external=[("/etc/passwd", 0, 4)]),
        lambda file: file.create_virtual_dataset(NAME, h5py.VirtualLayout((1, 1, 1, 1), "f4")),
        lambda file: None,
    ],
    ids=["soft", "external", "shape", "dtype", "type", "group", "object", "outside", "virtual", "missing"],
)
def test_anything_but_a_plain_array_of_the_network_s_own_shape_is_refused(path, replace):
    change(path, replace)
    with pytest.raises(ValueError, match=f"array {NAME}"):
        weights.load_weights(scaling(), path)


def test_a_group_that_holds_itself_is_no_endless_search(path):
    with h5py.File(path, "r+") as file:
        file["layers/conv2d/again"] = file["layers"]
    weights.load_weights(scaling(), path)
