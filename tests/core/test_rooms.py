import sys
from typing import Literal

import pytest

from recon.core import rooms
from recon.core.errors import UserError
from recon.settings.networks import network_settings


def test_names_are_the_files_of_a_room():
    assert set(rooms.names("networks")) >= {"conv_autoencoder", "residual_autoencoder"}


def test_families_are_the_folders_that_have_the_part():
    assert set(rooms.families()) >= {"autoencoder", "classical"}
    assert "shared" not in rooms.families()
    assert "classical" not in rooms.families("checks")


def test_a_family_s_part_is_imported_by_its_name():
    assert rooms.load_part("classical", "params") is sys.modules["recon.families.classical.params"]


def test_an_unknown_family_is_refused_with_those_that_have_the_part():
    with pytest.raises(UserError, match=r"unknown family `nobody`; known: .*autoencoder, .*coordinates"):
        rooms.load_part("nobody", "params")


@pytest.fixture
def one_file(tmp_path, monkeypatch):
    """A family whose only module is method.py, with two of the parts."""
    (tmp_path / "families" / "tiny").mkdir(parents=True)
    source = 'GROUP = object\nMETHODS = {"tiny": (".rcn",)}\n\n\nclass Rebuilder:\n    pass\n'
    (tmp_path / "families" / "tiny" / "method.py").write_text(source)
    monkeypatch.setattr(rooms, "RECON", tmp_path)
    monkeypatch.setattr(rooms, "FAMILIES", tmp_path / "families")


def test_a_family_of_one_file_has_the_parts_that_it_defines(one_file):
    having = {part for part in rooms.PARTS if rooms.families(part) == ["tiny"]}
    assert having == {"params", "rebuilder"}
    assert rooms.part_constant("tiny", "rebuilder", "METHODS") == {"tiny": (".rcn",)}


@pytest.mark.parametrize("function", [rooms.check_name, rooms.load])
def test_an_unknown_name_is_refused_with_the_known_ones(function):
    with pytest.raises(UserError, match=r"unknown network `nobody`; known: .*conv_autoencoder, "):
        function("networks", "nobody")


@pytest.mark.parametrize("name", ["__init__", "../core/files", "conv_autoencoder.py", ""])
def test_only_modules_of_the_room_are_names(name):
    with pytest.raises(UserError, match="unknown network"):
        rooms.load("networks", name)


def test_a_network_is_a_codec_if_it_declares_to_be_one():
    assert rooms.is_codec("conv_autoencoder")
    assert not rooms.is_codec("unet")


def test_settings_are_the_keywords_of_build_that_have_a_default():
    assert rooms.build_settings("conv_autoencoder") == {
        "filters": (tuple[int, ...], (64, 32, 16)),
        "activation": (str, "relu"),
        "output_activation": (str, "relu"),
    }


def test_settings_of_an_unknown_network_list_the_known_ones():
    with pytest.raises(UserError, match=r"known: .*conv_autoencoder, .*residual_autoencoder"):
        rooms.build_settings("nobody")


def test_a_setting_may_be_one_of_a_few_values():
    settings = rooms.build_settings("space_to_depth")
    assert settings["attention"] == (Literal["none", "channel", "spatial"], "none")
    assert settings["factor"] == (Literal[2, 4, 8], 2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"attention": "chanel"}, "settings.attention: .*'none', 'channel' or 'spatial' .*'chanel'"),
        ({"factor": 3}, "settings.factor: .*2, 4 or 8 .*3"),
    ],
)
def test_another_value_is_refused_with_those_there_are(given, words):
    with pytest.raises(UserError, match=words):
        network_settings("space_to_depth", given, "some")
