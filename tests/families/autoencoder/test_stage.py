"""The stage `autoencoder` end to end on a tiny project: what it writes, and what its seed decides."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
import yaml

# isort: split
import keras

import autoencoder
import drawn_codec
import tiny_zoo
from recon.core import files
from recon.core.images import read_image
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS
from recon.families.autoencoder import fitting
from recon.families.autoencoder.transform import codestream
from recon.families.autoencoder.transform.trainer import CodecTrainer
from recon.families.autoencoder.transform.weights import read_weights
from recon.training import checkpoints
from recon.training import fitting as training
from refusals import refusal

TRAINING = {"optimizer": "adam", "learning_rate": 0.01, "loss": "mse", "value_range": "unit"}
ENTRY = {
    "net": "conv_autoencoder",
    "settings": {"filters": [4], "output_activation": "sigmoid"},
    **{"subject": "small", "trained_on": "patches", "q_step": 0.1, "points": {"epoch": [1, 2]}},
}


def prepare(settings):
    """Do what a process can have done to it again; names in files of weights count from the session's start."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(settings.seed)


@pytest.fixture(autouse=True)
def _one_process_prepares_once(monkeypatch):
    monkeypatch.setattr(autoencoder.runtime, "prepare", prepare)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (12, 20, 3), np.uint8)
    write_set("data/subjects/small", [("some", "test", image)], source="small", color="rgb")
    patches = random.integers(0, 256, (6, 8, 8, 3), np.uint8)
    Path("data/patches").mkdir()
    told = {"quality": np.full(6, 10, np.uint8), "conditions": np.zeros((6, 130), np.float32)}
    for name, values in {"clean": patches, "degraded": patches, **told}.items():
        np.save(f"data/patches/{name}.npy", values)
    files.write_json("data/patches/index.json", {})


def run(seed=1, entry=ENTRY, **changes) -> dict[str, bytes]:
    """Run the entry `one`; return the files that it leaves below models/ by name."""
    group = {"training": TRAINING, "experiments": {"one": entry | changes}}
    params = {"epochs": 2, "runtime": {"seed": seed, "threads": 1}, "autoencoder": group}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    autoencoder.main("one")
    return {path.name: path.read_bytes() for path in Path("models/autoencoder/one").rglob("*.*") if path.is_file()}


def test_an_entry_leaves_weights_losses_pictures_and_payloads_and_no_checkpoint():
    assert set(run()) == {*(f"{name}.weights.h5" for name in ("epoch_0001", "epoch_0002", "best")), "losses.csv"}
    folders = [RECONSTRUCTIONS / "autoencoder/one" / f"epoch={epoch}" for epoch in (1, 2)]
    assert all({path.name for path in folder.iterdir()} == {"some.bin", "some.png"} for folder in folders)
    assert not Path(".checkpoints/autoencoder/one").exists()


@pytest.mark.parametrize("trained_on", ["patches", "subjects/small"])
def test_a_second_seed_changes_all_weights_and_the_same_seed_none(trained_on):
    first, again, other = (run(seed, trained_on=trained_on) for seed in (1, 1, 2))
    assert first == again
    assert all(first[name] != content for name, content in other.items())


@pytest.mark.parametrize("part", ["weights", "noise", "patches"])
def test_the_seed_decides_each_draw(monkeypatch, part):
    """The first weights, the quantizer's noise and the order of the patches: each alone, the others held."""
    noise = {"quantization": "noise", "q_step": 0.1}
    build, train, open_data = (getattr(fitting, name) for name in ("build", "train", "open_data"))
    if part != "weights":
        monkeypatch.setattr(fitting, "build", lambda *x, **y: build(*x, **y | {"seed": 5}))
    if part != "noise":
        monkeypatch.setattr(fitting, "train", lambda *x, **y: train(*x, **y | {"seed": 5}))
    if part != "patches":
        monkeypatch.setattr(fitting, "open_data", lambda *x, **y: open_data(*x, **y | {"seed": 5}))
    first, other = (run(seed, training=noise)["epoch_0002.weights.h5"] for seed in (1, 2))
    assert first != other


def test_a_network_does_not_depend_on_those_trained_before_it(monkeypatch):
    def run_across(*rates):
        run(points=None, across={"learning_rate": list(rates)})
        (path,) = Path("models/autoencoder/one").glob("*0.02*/best.weights.h5")
        return path.read_bytes()

    assert run_across(0.01, 0.02) == run_across(0.02, 0.03)


TRANSFORM = {
    **{"net": "transform", "subject": "small", "trained_on": "patches", "points": {"lmbda": [0.001, 0.01]}},
    "settings": {"width": 8, "blocks": 1, "hidden": 8, "sharpening": 4, "prior": 8, "contexts": 6},
    "training": {"batch_size": 2, "steps_per_epoch": 2, "lambdas": [0.001, 0.01]},
}


def run_transform(*, seed=1, **changes):
    return run(seed, TRANSFORM, **changes)


class Cut(keras.callbacks.Callback):
    """Ends a training after its first epoch, whose state is saved by then."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_a_transform_codec_is_trained_saved_and_used_and_a_cut_training_ends_with_equal_bytes(monkeypatch, capsys):
    monkeypatch.setattr(checkpoints, "monotonic", count(step=60).__next__)  # a state is saved each half a minute
    left = run_transform()
    assert set(left) == {"weights.codec", "losses.csv"}
    folders = [RECONSTRUCTIONS / "autoencoder/one" / f"lmbda={lmbda}" for lmbda in ("0.001", "0.01")]
    assert all({path.name for path in folder.iterdir()} == {"some.bin", "some.png"} for folder in folders)
    weights = read_weights(left["weights.codec"])
    decoded = codestream.decode((folders[0] / "some.bin").read_bytes(), weights)
    np.testing.assert_array_equal(decoded, read_image(folders[0] / "some.png"))
    assert not Path(".checkpoints/autoencoder/one").exists()
    with monkeypatch.context() as patch:
        fit = training.fit
        patch.setattr(training, "fit", lambda *given, **options: fit(*given, **options, callbacks=[Cut()]))
        with pytest.raises(KeyboardInterrupt):
            run_transform()
    assert run_transform() == left
    assert "resumed at epoch 2" in capsys.readouterr().err


def test_a_training_that_ends_in_weights_for_no_decoder_is_one_line(monkeypatch):
    monkeypatch.setattr(CodecTrainer, "get_arrays", lambda self: {n: v + 1e9 for n, v in self.arrays.items()})
    monkeypatch.setattr(training, "fit", lambda *given, **options: None)
    assert refusal(run_transform).startswith("training has ended in weights that float16 cannot hold; lower its ")


def test_a_transform_codec_of_the_zoo_is_not_trained():
    tiny_zoo.open_zoo()
    content = drawn_codec.draw_content()
    drawn_codec.add_to_zoo(content)
    left = run_transform(weights=drawn_codec.NAME, settings={}, training={})
    assert left == {"weights.codec": content}
