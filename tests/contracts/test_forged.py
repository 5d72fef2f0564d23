"""What a forger may try with each decoder whose payload is in the project's container, checksum and all."""

import struct

import numpy as np
import pytest
from cases import CASES
from mutations import HEADER, MAGIC, SHAPE, reshaped, sealed
from pictures import picture

from refusals import outcome

# isort: split
import keras

from recon.coding.payload import PayloadError
from recon.families.autoencoder.method import Codec as Autoencoder
from recon.families.latent_decoder import method
from recon.families.restoration import method as restoration
from recon.jpeg.degradation import jpeg_encode

SIDES = (19, 27)
CONTAINED = [name for name, case in CASES.items() if case.has_checksum]
MODEL_ID = 8


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function from a case's name to its decoder and a payload, made once."""
    known = {}

    def make(name):
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            CASES[name].share(folder, 3, 1)
            payload = CASES[name].rebuild(folder, picture(*SIDES, 3)).payload
            known[name] = CASES[name].decoder(folder, 3), payload
        return known[name]

    return make


every_container = pytest.mark.parametrize("name", CONTAINED)
with_a_step = pytest.mark.parametrize(
    "name", [name for name in CONTAINED if CASES[name].method in ("autoencoder", "latent_decoder")]
)


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
    assert ("claims" if name != "pixels" or 0 in sides else "pay") in refused(decode, reshaped(payload, *sides, 3))


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
    assert "not a payload" in refused(made("fractal_fixed")[0], jpeg_encode(picture(*SIDES, 3), quality=30))
    assert not jpeg_encode(picture(*SIDES, 3), quality=30).startswith(MAGIC)


def test_a_latent_that_the_network_turns_into_no_numbers_is_refused():
    latent, image = keras.Input((None, None, 1)), keras.Input((None, None, 1))
    synthesis = keras.Model(latent, keras.layers.Rescaling(float("nan"))(latent), name="synthesis")
    analysis = keras.Model(image, keras.layers.Conv2D(1, 1)(image), name="analysis")
    codec = Autoencoder(keras.Model(image, synthesis(analysis(image))), "unit", b"12345678")
    with pytest.raises(PayloadError, match="no numbers"):
        codec.decode(codec.encode(picture(*SIDES, 1), q_step=0.1))


def test_a_decoder_of_oblong_images_gives_these_and_no_others():
    """Pictures of other sides are cut into squares, which it has none of."""
    decoder = method.build("linear", {}, latents=4, image_shape=(8, 16, 3))
    codec = method.Codec(decoder, "unit", b"12345678")
    codes = np.ones((1, 4), np.float32)
    payload = codec.encode(codes, q_step=0.1, rows=8, columns=16)
    assert codec.decode(payload).shape == (8, 16, 3)
    other = codec.encode(np.ones((6, 4), np.float32), q_step=0.1, rows=16, columns=24)
    assert "does not fit" in refused(codec.decode, other)


def test_a_gray_file_is_nothing_for_a_network_of_color():
    model = restoration.build("space_to_depth", {"width": 4, "blocks": 1}, channels=3)
    gray = jpeg_encode(picture(*SIDES, 1), quality=30)
    assert "gray" in refused(restoration.Restorer(model, "unit").decode, gray)


def test_a_file_without_a_quantizer_is_nothing_to_restore():
    """A step of 0, of which networks are told the logarithm."""
    content = bytearray(jpeg_encode(picture(*SIDES, 3), quality=30))
    content[content.index(b"\xff\xdb") + 9] = 0
    model = restoration.build("space_to_depth", {"width": 4, "blocks": 1, "conditioned": True}, channels=3)
    assert "step is 0" in refused(restoration.Restorer(model, "unit").decode, bytes(content))
