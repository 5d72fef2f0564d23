import sys
from typing import Literal

import pytest

from recon.core import rooms
from recon.core.errors import UserError
from recon.families.autoencoder.params import settings_of


def test_names_are_the_files_of_a_room():
    assert set(rooms.names("networks")) >= {"conv_autoencoder", "residual_autoencoder"}
    assert set(rooms.families()) >= {"autoencoder", "classical"}


@pytest.mark.parametrize(
    ("room", "words"),
    [
        ("networks", "unknown network `nobody`; known: .*conv_autoencoder, "),
        ("methods", "unknown method `nobody`; known: "),
    ],
)
@pytest.mark.parametrize("function", [rooms.check_name, rooms.load])
def test_an_unknown_name_is_refused_with_the_known_ones(room, words, function):
    with pytest.raises(UserError, match=words):
        function(room, "nobody")


@pytest.mark.parametrize("name", ["__init__", "../methods/classical", "conv_autoencoder.py", ""])
def test_only_modules_of_the_room_are_names(name):
    with pytest.raises(UserError, match="unknown network"):
        rooms.load("networks", name)


def test_load_returns_the_module():
    assert rooms.load("methods", "classical") is sys.modules["recon.families.classical.method"]


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
    entry = {
        "net": "space_to_depth",
        "subject": "plane",
        "trained_on": "subjects/plane",
        "settings": given,
        "sweep": {"q_step": [1]},
    }
    with pytest.raises(UserError, match=words):
        settings_of({"autoencoder": {"experiments": {"some": entry}}}, "some")
