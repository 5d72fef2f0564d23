"""What a forger may try with each decoder whose payload is in the project's container, checksum and all."""

import functools
import struct

import numpy as np
import pytest

from cases import CASES
from mutations import HEADER, MAGIC, SHAPE, reshaped, sealed
from pictures import picture
from recon.coding.payload import PayloadError
from recon.jpeg.degradation import jpeg_encode
from refusals import outcome

SIDES = (19, 27)
CONTAINED = [name for name, case in CASES.items() if case.has_checksum]
MODEL_ID = 8


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function from a case's name to its decoder and a payload, made once."""

    @functools.cache
    def make(name):
        folder = tmp_path_factory.mktemp(name)
        CASES[name].share(folder, 3, 1)
        payload = CASES[name].rebuild(folder, picture(*SIDES, 3)).payload
        return CASES[name].decoder(folder, 3), payload

    return make


every_container = pytest.mark.parametrize("name", CONTAINED)
with_a_step = pytest.mark.parametrize("name", [name for name in CONTAINED if CASES[name].has_q_step])


def refused(decode, data):
    with pytest.raises(PayloadError) as caught:
        decode(data)
    return str(caught.value)


def with_step(payload, q_step):
    start = HEADER + MODEL_ID
    return sealed(payload[:start] + struct.pack("<f", q_step) + payload[start + 4 :])


@every_container
def test_a_right_checksum_is_no_pass(made, name):
    """So the tools of this file forge what they should."""
    decode, payload = made(name)
    assert sealed(payload) == payload
    assert reshaped(payload, *SIDES, 3) == payload
    assert decode(payload).shape == (*SIDES, 3)


@every_container
@pytest.mark.parametrize("sides", [(8192, 8192), (4097, 4096), (65535, 65535), (7, 8), (0, 0)])
def test_impossible_sides_are_refused(made, name, sides):
    decode, payload = made(name)
    complaint = refused(decode, reshaped(payload, *sides, 3))
    assert "claims" in complaint or "holds" in complaint  # where pixels are sent as they are


@every_container
def test_another_number_of_channels_is_refused(made, name):
    """Or makes a picture of as many, where nothing in the payload tells how many there are."""
    decode, payload = made(name)
    for channels in (0, 2, 4, 127):
        assert "channels" in refused(decode, reshaped(payload, *SIDES, channels))
    found = outcome(decode, reshaped(payload, *SIDES, 1))
    assert isinstance(found, PayloadError) or found.shape == (*SIDES, 1)


@every_container
@pytest.mark.parametrize("kind", ["zeros", "noise"])
def test_what_follows_the_body_is_refused(made, name, kind):
    decode, payload = made(name)
    refused(decode, sealed(payload + (bytes(64) if kind == "zeros" else np.random.default_rng(0).bytes(64))))


@every_container
def test_a_body_cut_anywhere_is_refused(made, name):
    """With a right checksum; of some codes the last words could be done without."""
    decode, payload = made(name)
    start = HEADER + (MODEL_ID if payload[SHAPE.stop - 1] & 0x80 else 0)
    for kept in np.linspace(start, len(payload) - 12, 20, dtype=int):
        refused(decode, sealed(payload[:kept]))


@with_a_step
@pytest.mark.parametrize("q_step", [0.0, -0.1, float("nan"), float("inf"), float("-inf")])
def test_a_quantizer_step_that_is_none_is_refused(made, name, q_step):
    decode, payload = made(name)
    assert "impossible quantizer step" in refused(decode, with_step(payload, q_step))


@with_a_step
@pytest.mark.parametrize("q_step", [1e-45, 1e30, 3e36])
def test_an_extreme_quantizer_step_gives_a_picture_or_an_error(made, name, q_step):
    decode, payload = made(name)
    found = outcome(decode, with_step(payload, q_step))
    if isinstance(found, PayloadError):
        assert "no numbers" in str(found) or "impossible quantizer step" in str(found)
    else:
        assert found.shape == (*SIDES, 3)


def test_the_file_of_a_codec_in_the_container_s_header_is_none(made):
    assert "not a payload" in refused(made(CONTAINED[0])[0], jpeg_encode(picture(*SIDES, 3), quality=30))
    assert not jpeg_encode(picture(*SIDES, 3), quality=30).startswith(MAGIC)
