"""Restorers of the zoo: in params.yaml, and for a picture of your own."""

import shutil
from functools import partial
from hashlib import sha256
from io import BytesIO

import h5py
import numpy as np
import pytest

import rebuild
import tiny_zoo
from invented import project
from rebuild_project import SIDES, entered, picture, run_rebuild
from recon.check.schema import check, read_project
from recon.core import files, images
from recon.core.sources import ROOT
from recon.families.restoration import method, pretrained
from recon.families.restoration.rebuilder import Rebuilder
from recon.families.shared import zoo
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.rebuilding.overlay import load_project
from recon.settings.core import read_params
from recon.training import weights
from refusals import refusal

ENTRY = {"weights": "jpeg_color", "settings": tiny_zoo.SETTINGS}


# --- params.yaml ---


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Return a function that checks params.yaml with an entry `one`, beside a zoo of one network."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    tiny_zoo.open_zoo()
    tiny_zoo.add_network()

    def check_entry(entry, **groups):
        params = project(trained={}, one=entry)
        experiments = params["autoencoder"]["experiments"]
        for name in [name for name, other in experiments.items() if other.get("weights")]:
            del experiments[name]  # this zoo has no others
        for group, changes in groups.items():
            params[group] |= changes
        return check(params)

    return check_entry


@pytest.mark.parametrize("subject", ["test", "plane"])
def test_an_entry_may_take_its_weights_from_the_zoo(checked, subject):
    typed = checked(ENTRY | {"subject": subject, "sweep": {"ensemble": [True]} if subject == "test" else {}})
    assert typed.families["restoration"].experiments["one"].weights == "jpeg_color"


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            {"weights": "jpeg"},
            "one.weights: models/zoo/index.json: no network `jpeg` of restoration; known: jpeg_",
        ),
        ({"net": "unet", "settings": {}}, "one.net: the weights of jpeg_color are of space_to_depth; write that"),
        ({"settings": {}}, "one.settings.width: the weights of jpeg_color need 4 (got "),
        (
            {"settings": tiny_zoo.SETTINGS | {"skip": False}},
            "one.settings.skip: the weights of jpeg_color need True",
        ),
        ({"sweep": {"width": [8]}}, "one.settings.width: the weights of jpeg_color need 4 (got 8)"),
        (
            {"sweep": {"learning_rate": [0.1]}},
            "one.sweep: with `weights` nothing is trained; vary `inference` only",
        ),
        ({"training": {"epochs": 1}}, "one: with `weights` nothing is trained: no `training`, `blind: false` or "),
        ({"blind": False}, "one: with `weights` nothing is trained: no `training`, `blind: false` or `direction`"),
        ({"direction": "degrade"}, "one: with `weights` nothing is trained: no `training`, `blind: false` or "),
    ],
)
def test_what_the_weights_are_not_of_is_one_line(checked, entry, complaint):
    assert complaint in refusal(checked, ENTRY | entry)


def test_a_network_is_not_scored_on_the_dataset_that_it_was_trained_on(checked):
    tiny_zoo.add_network(data="embedded")
    for subject, setting in {"test": "data.test_source", "plane": "subjects.plane.source"}.items():
        assert refusal(checked, ENTRY | {"subject": subject}).endswith(
            "one.weights: jpeg_color was trained on images of embedded, on which the entry is scored; "
            f"set {setting} to another dataset, or remove the entry"
        )


def test_but_the_photographs_that_are_trained_on_here_are_as_new_to_it_as_any(checked):
    """The plane's images may be those of `data`: they teach other entries, not this one."""
    plane = {"source": "embedded", "images": ["astronaut"], "fit": "resize", "rows": 64, "columns": 64}
    checked(ENTRY | {"subject": "plane"}, subjects={"plane": plane})
    line = refusal(partial(checked, subjects={"plane": plane}), {"subject": "plane"})
    assert "is a training photograph of restoration.experiments.one" in line


def test_a_damaged_file_is_found_before_anything_runs(checked):
    network = zoo.find_network("jpeg_color", family="restoration")
    network.path.write_bytes(b"damaged")
    line = refusal(checked, ENTRY)
    assert line.startswith(f"params.yaml: restoration.experiments.one.weights: {network.path}: its SHA-256 is ")
    assert line.endswith(f"; this restores it: {zoo.RESTORE}")


WRONG_ROWS = pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"net": "nothing"}, "jpeg_color.net: "),
        ({"settings": {"width": "wide"}}, "jpeg_color.settings.width: "),
        ({"inference": {"foo": 1}}, "jpeg_color.inference.foo: unknown key; known keys: ensemble, projection; "),
        ({"augment": {}}, "jpeg_color.augment.qualities: missing; "),
    ],
)


def spoil_row(change):
    network = zoo.find_network("jpeg_color", family="restoration")
    files.write_json(zoo.INDEX, [network.model_dump() | change])


@WRONG_ROWS
def test_a_wrong_row_of_the_index_is_named_as_the_index_s(checked, change, complaint):
    spoil_row(change)
    line = refusal(checked, ENTRY)
    assert line.startswith(f"params.yaml: restoration.experiments.one.weights: {zoo.INDEX}: {complaint}")
    assert line.endswith(f"; this restores it: {zoo.RESTORE}")


# --- Pictures of your own ---


@pytest.fixture
def folder(tmp_path):
    with entered(tmp_path) as folder:
        yield folder


@pytest.fixture
def photo(folder):
    path = folder / "photo.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES), quality=30))
    return path


def restored(path, *words):
    run_rebuild(path, "-m", "restoration", *words, "-o", "restored.png")
    return images.read_image("restored.png")


def test_a_jpeg_is_restored_with_nothing_there_but_the_zoo(photo, folder):
    """No pipeline has run: there is nothing of data/, and nothing but the zoo in models/."""
    for path in (folder / "models").iterdir():
        if path.name != "zoo":
            shutil.rmtree(path)
    assert not (folder / "data").exists()
    pixels = restored(photo)
    assert (pixels != jpeg_decode(photo.read_bytes())).any()
    for entry in ("jpeg_color", "pretrained"):  # by its name in the zoo, and as an entry of params.yaml
        np.testing.assert_array_equal(restored(photo, "--entry", entry), pixels)


def test_another_network_of_the_zoo_is_used_by_its_name(photo):
    tiny_zoo.add_network("other", seed=9)
    assert (restored(photo, "--entry", "other") != restored(photo)).any()


def test_an_entry_of_params_yaml_goes_before_a_network_of_the_same_name(photo):
    before = restored(photo, "--entry", "conditioned")
    tiny_zoo.add_network("conditioned", seed=9)
    np.testing.assert_array_equal(restored(photo, "--entry", "conditioned"), before)


def test_without_entry_the_zoo_s_network_is_used_whatever_entry_has_its_name(photo):
    params = read_params()
    params["restoration"]["experiments"]["jpeg_color"] = {"net": "deep_conv", "subject": "test"}
    typed = read_project(params)
    assert Rebuilder(typed, "restoration")._source.remedy == zoo.RESTORE
    line = refusal(Rebuilder, typed, "restoration", "jpeg_color")  # which is not trained yet
    assert line.startswith("models/restoration/jpeg_color/best.weights.h5: not there yet")


def test_a_network_is_used_as_the_index_says(photo):
    tiny_zoo.add_network(inference={"ensemble": True, "projection": 0.5})
    typed = load_project([])
    restorer = Rebuilder(typed, "restoration")._restorer
    assert (restorer.inference.ensemble, restorer.inference.projection) == (True, 0.5)
    restorer = Rebuilder(typed, "restoration", "pretrained")._restorer  # as params.yaml says
    assert (restorer.inference.ensemble, restorer.inference.projection) == (False, None)


def test_a_network_is_held_back_on_finer_files_than_its_own_training_s(folder, capsys):
    """Whatever params.yaml trains on."""
    tiny_zoo.add_network("low", augment=tiny_zoo.draw_from(10))
    family = Rebuilder(load_project([]), "restoration", "low")
    family.decode(jpeg_encode(picture(*SIDES), quality=40))
    assert "finer than that of quality 10, the finest that" in capsys.readouterr().err


def test_a_name_that_is_nowhere_is_refused_with_both_lists(folder):
    line = refusal(rebuild.main, "photo.png", "-m", "restoration", "--entry", "best", "-o", "x.png")
    assert line == (
        "models/zoo/index.json: no network `best` of restoration; known: jpeg_color; --entry takes entries of "
        "params.yaml too: one, conditioned, backwards, by_quality, pretrained"
    )


@WRONG_ROWS
def test_no_network_is_used_whose_row_is_wrong(folder, change, complaint):
    spoil_row(change)
    line = refusal(Rebuilder, load_project([]), "restoration")
    assert line.startswith(f"{zoo.INDEX}: {complaint}")
    assert line.endswith(f"; this restores it: {zoo.RESTORE}")


def nothing(content):
    return b"no weights"


def numbers_that_are_none(content):
    memory = BytesIO(content)
    with h5py.File(memory, "r+") as file:
        arrays = []
        file.visititems(lambda _, node: arrays.append(node) if isinstance(node, h5py.Dataset) else None)
        arrays[0][...] = np.nan
    return memory.getvalue()


def another_network(content):
    model = method.build("deep_conv", {"depth": 3, "width": 4}, channels=3)
    return weights.to_bytes(model)


@pytest.mark.parametrize("change", [nothing, numbers_that_are_none, another_network])
def test_a_file_with_its_own_sum_that_is_not_the_network_s_is_refused(folder, change):
    """As one would be that somebody has put there, with its row."""
    network = zoo.find_network("jpeg_color", family="restoration")
    content = change(network.read_weights())
    digest = sha256(content).hexdigest()
    row = network.model_dump() | {"sha256": digest, "file": f"jpeg_color-{digest[:8]}.weights.h5"}
    files.write_json(zoo.INDEX, [row])
    (zoo.ZOO / row["file"]).write_bytes(content)
    line = refusal(pretrained.load, zoo.find_network("jpeg_color", family="restoration"))
    assert line == (
        f"models/zoo/{row['file']}: not the weights of `jpeg_color` in models/zoo/index.json; this restores them: "
        f"{zoo.RESTORE}"
    )


def test_a_picture_that_is_no_jpeg_is_sent_as_one(folder):
    """At the middle of the qualities of `degrade`."""
    assert "quality=40" in run_rebuild("photo.png", "-m", "restoration", "-o", "x.png")
