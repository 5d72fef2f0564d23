"""Which payloads of coordinate networks are refused."""

from recon.training import runtime

# isort: split
import json
import struct

import keras
import numpy as np
import pytest

from recon.coding import payload, rate
from recon.core.errors import UserError
from recon.families.coordinates import method
from recon.families.coordinates.method import FieldCodec, NeuralField, decode
from recon.families.coordinates.params import InputMapping
from recon.settings.networks import network_settings
from refusals import refusal

NET = ["mlp", {"width": 6, "depth": 1}, ["gaussian", 4, 2.0, 1], "unit"]
SHAPES = [(8, 6), (6,), (6, 3), (3,)]
STEPS = [0.01, 0.02, 0.03, 0.04]


def forged(description=None, *, steps=STEPS, shapes=SHAPES, rows=9, columns=11, text=None):
    """Return a payload with a correct checksum, whatever it describes; its weights are random."""
    coded = json.dumps(NET if description is None else description).encode() if text is None else text
    rng = np.random.default_rng(0)
    groups = [rng.integers(-99, 99, np.prod(shape)) for shape in shapes]
    body = struct.pack("<H", len(coded)) + coded + np.array(steps, "<f4").tobytes() + rate.encode_groups(groups)
    return payload.pack(family="coordinates", rows=rows, columns=columns, channels=3, body=body)


def with_settings(**settings):
    return ["mlp", NET[1] | settings, *NET[2:]]


def with_mapping(*mapping, net="mlp"):
    return [net, {}, list(mapping), "unit"]


def test_the_forger_s_bare_tools_make_a_payload():
    pixels = decode(forged())
    assert (pixels.shape, pixels.dtype) == ((9, 11, 3), np.uint8)


DESCRIPTIONS = {
    "a number": 7,
    "a word": "abcd",
    "nothing": [],
    "too little": NET[:3],
    "too much": [*NET, "float32", 1],
    "a path": ["../methods/pixels", {}, ["none"], "unit"],
    "a network of images": ["unet", {}, ["none"], "unit"],
    "a list for a name": [["mlp"], {}, ["none"], "unit"],
    "a list for settings": ["mlp", [], ["none"], "unit"],
    "an unknown setting": with_settings(wide=3),
    "a setting of two lines": with_settings(**{"wi\nde": 3}),
    "no width": with_settings(width=0),
    "a negative width": with_settings(width=-6),
    "half a unit": with_settings(width=6.5),
    "truth for a width": with_settings(width=True),
    "more units than there may be": with_settings(width=2**21),
    "more weights than there may be": with_settings(width=2**20, depth=2),
    "more layers than there may be": with_settings(depth=65),
    "an unknown activation": with_settings(activation="os.system"),
    "a list for an activation": with_settings(activation=["relu"]),
    "no frequency of waves": ["siren", {"frequency": 0.0}, ["none"], "unit"],
    "endless frequencies of waves": ["siren", {"first_frequency": float("inf")}, ["none"], "unit"],
    "a frequency of waves that is no number": ["siren", {"frequency": float("nan")}, ["none"], "unit"],
    "a grid of no cells": ["grid", {"coarsest": 0}, ["none"], "unit"],
    "a grid that does not grow": ["grid", {"growth": 1.0}, ["none"], "unit"],
    "a grid too fine": ["grid", {"growth": 1000.0}, ["none"], "unit"],
    "a grid of features": with_mapping("basic", net="grid"),
    "no mapping": with_mapping(),
    "an unknown mapping": with_mapping("fourier", 4, 2.0, 1),
    "a mapping cut short": with_mapping("gaussian", 4),
    "no frequencies": with_mapping("gaussian", 0, 2.0, 1),
    "more frequencies than there may be": with_mapping("gaussian", 2**40, 2.0, 1),
    "an odd number along two axes": with_mapping("positional", 5, 2.0, 1),
    "no scale": with_mapping("gaussian", 4, 0.0, 1),
    "a scale that is no number": with_mapping("gaussian", 4, float("nan"), 1),
    "a scale without end": with_mapping("gaussian", 4, float("inf"), 1),
    "no seed": with_mapping("gaussian", 4, 2.0, None),
    "a negative seed": with_mapping("gaussian", 4, 2.0, -1),
    "a list of seeds": with_mapping("gaussian", 4, 2.0, [1, 2]),
    "truth for a seed": with_mapping("gaussian", 4, 2.0, True),
    "an unknown range": [*NET[:3], "percent"],
    "unknown mathematics": [*NET, "float8"],
}


@pytest.fixture
def no_network(monkeypatch):
    """Fail where a network is built, which would take time and memory."""

    def build(field):
        raise AssertionError("a network was built")

    monkeypatch.setattr(NeuralField, "build", build)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_of_no_network_is_refused(no_network, name):
    assert "describes no coordinate network" in refusal(decode, forged(DESCRIPTIONS[name]))


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"a":' * 10_000, b"9" * 5000, b'["mlp",' + b"9" * 5000 + b"]"],
    ids=["empty", "cut", "no text", "lists in lists", "objects in objects", "a long number", "and in a list"],
)
def test_a_description_that_is_none_is_refused(no_network, text):
    assert "describes no coordinate network" in refusal(decode, forged(text=text))


def test_a_description_longer_than_the_body_is_refused(no_network):
    data = payload.pack(family="coordinates", rows=9, columns=11, channels=3, body=b"\xff\xff[")
    assert "describes no coordinate network" in refusal(decode, data)


def test_a_picture_takes_so_many_products_at_most(no_network):
    """2^24 pixels may have 2^18 products each: 6 for a unit, 3 for the colors, and 2 x 512 for the features."""
    for width, is_refused in ((2**18 // 6 - 171, False), (2**18 // 6 - 170, True)):
        products = 6 * width + 3 + 1024
        assert (products > 2**18) == is_refused
        wide = forged(["mlp", {"width": width, "depth": 1}, ["none"], "unit"], rows=4096, columns=4096)
        text = refusal(decode, wide)
        assert (f"4398046511104 products (here {products * 2**24})" in text) == is_refused


def test_features_of_a_small_network_count_too(no_network):
    """8,200 weights at 2^24 pixels would be few, but 2^37 sines and cosines take half an hour."""
    many = forged(["mlp", {"width": 1, "depth": 1}, ["gaussian", 4096, 2.0, 1], "unit"], rows=4096, columns=4096)
    assert "8199 weights for 4096 x 4096 pixels" in refusal(decode, many)


def test_features_that_are_concatenated_count_by_their_sum(monkeypatch):
    """64 grids of 512 features each, of which a batch holds all: 8192 pixels of 32,768 would be a gigabyte."""
    taken = []
    monkeypatch.setattr(NeuralField, "features", lambda field, places: taken.append(len(places)) or places)
    settings = {"levels": 64, "growth": 1.1, "level_features": 512, "table_rows": 1, "width": 1, "depth": 1}
    shapes = [(1, 512)] * 64 + [(64 * 512, 1), (1,), (1, 3), (3,)]
    decode(forged(["grid", settings, ["none"], "unit"], steps=[0.01] * 68, shapes=shapes, rows=40, columns=40))
    assert max(taken) * 64 * 512 <= 2**25


@pytest.mark.parametrize("step", [0.0, -1.0, float("nan"), float("inf"), 3e38])
def test_a_step_that_is_none_is_refused(no_network, step):
    assert "impossible quantizer step" in refusal(decode, forged(steps=[0.01, step, 0.03, 0.04]))


@pytest.mark.parametrize("shapes", [SHAPES[:3], [*SHAPES, (3,)]], ids=["fewer", "more"])
def test_other_weights_than_described_are_refused(no_network, shapes):
    refusal(decode, forged(steps=[0.01] * len(shapes), shapes=shapes))


def test_steps_cut_short_are_refused(no_network):
    data = payload.unpack(forged(), family="coordinates").body
    start = 2 + int.from_bytes(data[:2], "little")
    for kept in range(start + 4 * len(STEPS)):
        shorter = payload.pack(family="coordinates", rows=9, columns=11, channels=3, body=data[:kept])
        refusal(decode, shorter)


def test_colors_that_are_not_finite_are_refused():
    """Weights of 3e38 are finite; their sums are not."""
    grand = forged(with_settings(output_activation="linear"), steps=[3e36] * 4)
    assert "not finite" in refusal(decode, grand)


def test_no_network_is_encoded_that_would_not_be_decoded(monkeypatch):
    monkeypatch.setattr(method, "_MAX_WEIGHTS", 98)
    settings = network_settings("mlp", {"width": 16, "depth": 1}, "case", room="families/coordinates/networks")
    field = NeuralField("mlp", settings, InputMapping(kind="none", num_frequencies=1, scale=1), 1, 3, "unit")
    keras.utils.set_random_seed(1)
    with pytest.raises(UserError, match="99 weights for 8 x 8 pixels; at most 98"):
        FieldCodec(field, field.build(), rows=8, columns=8).encode(8)


def test_wide_layers_take_fewer_pixels_at_once(monkeypatch):
    """The picture is the same, but for sums of another order."""
    data = forged()
    whole = decode(data).astype(int)
    monkeypatch.setattr(method, "_VALUES_AT_ONCE", 8 * 7)
    assert np.abs(decode(data) - whole).max() <= 1
