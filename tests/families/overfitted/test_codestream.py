"""The whole file of an overfitted image."""

import struct

import numpy as np
import pytest

import overfitted_images
from mutations import HEADER, MAGIC, Payload, mutated, reshaped, sealed
from overfitted_images import encode
from recon.coding.payload import PayloadError, pack
from recon.families.overfitted import codestream
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.codestream import CodedImage, decode, read
from recon.families.overfitted.starts import Start
from recon.families.overfitted.synthesis import Synthesis
from recon.families.overfitted.weights import QuantizedParameters
from refusals import outcome, refusal

SIDES = {"smallest": (8, 8), "odd": (37, 53), "wide": (9, 130), "tall": (130, 9)}
ARCHITECTURES = {
    "default": Architecture(),
    "gray": Architecture(channels=1),
    "without the finest grid": Architecture(levels=(1, 2, 3, 4, 5, 6)),
    "20 contexts": Architecture(contexts=20),
}


@pytest.fixture(scope="module")
def image():
    return overfitted_images.draw_image(37, 53)


@pytest.fixture(scope="module")
def payload(image):
    return encode(image)


@pytest.fixture(scope="module")
def start():
    return Start.of(overfitted_images.draw_parameters(Architecture(), seed=1))


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize("sides", SIDES.values(), ids=SIDES)
def test_a_file_gives_back_all_that_went_into_it(architecture, sides):
    image = overfitted_images.draw_image(*sides, architecture)
    [decoded] = read(encode(image))
    assert (decoded.rows, decoded.columns) == sides
    assert decoded.weights.architecture == architecture
    assert decoded.weights.steps == image.weights.steps
    for name, symbols in image.weights.symbols.items():
        np.testing.assert_array_equal(decoded.weights.symbols[name], symbols)
    for grid, expected in zip(decoded.latents, image.latents, strict=True):
        np.testing.assert_array_equal(grid, expected)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_its_picture_is_that_of_the_networks_it_holds(architecture):
    image = overfitted_images.draw_image(37, 53, architecture)
    colors = overfitted_images.render(image.weights.dequantize(), image.latents, 37, 53)
    pixels = decode(encode(image))
    assert (pixels.shape, pixels.dtype) == ((37, 53, architecture.channels), np.uint8)
    assert np.abs(pixels - 255 * np.clip(colors, 0, 1)).max() < 0.52


def test_decoding_reports_all_latents(image, payload):
    reported = []
    decode(payload, report=reported.append)
    assert sum(reported) == sum(grid.size for grid in image.latents)


def test_the_most_pixels_may_be_set(image, payload):
    assert "at most 1000 pixels" in refusal(lambda: decode(payload, most_pixels=1000))
    with pytest.raises(PayloadError, match="at most 1000 pixels"):
        codestream.encode([image], 37, 53, most_pixels=1000)


def test_encoding_twice_gives_the_same_bytes(image, payload):
    assert encode(image) == payload
    assert encode(*read(payload)) == payload


def test_a_file_is_its_header_its_architecture_and_its_symbols(image, payload):
    """No byte beside them: the range coder ends within two of its words of 4 bytes."""
    bits = image.weights.count_bits() + len(image.latents) * np.log2(15)
    parameters = image.weights.dequantize()
    bits += sum(overfitted_images.count_bits(parameters, grid) for grid in image.latents)
    assert len(payload) <= HEADER + 4 + 1.01 * bits / 8 + 8


def test_a_file_needs_the_start_that_it_was_coded_against(start):
    image = overfitted_images.draw_image(37, 53, start=start)
    data = encode(image, start)
    pixels = Synthesis(image.weights.dequantize(start.parameters)).render(image.latents, 37, 53)
    np.testing.assert_array_equal(decode(data, start), pixels)
    assert f"needs model {start.model_id.hex()}, given is none" in refusal(decode, data)
    other = Start.of(overfitted_images.draw_parameters(Architecture(), seed=2))
    assert f"given is {other.model_id.hex()}" in refusal(decode, data, other)


def test_a_start_of_another_architecture_is_refused(start):
    image = overfitted_images.draw_image(37, 53, Architecture(contexts=10))
    with pytest.raises(ValueError, match="shared start is of Architecture"):
        encode(image, start)


def test_a_start_for_another_number_of_channels_is_refused(start):
    body = encode(overfitted_images.draw_image(37, 53, start=start), start)[HEADER + 8 :]
    forged = pack(family="overfitted", rows=37, columns=53, channels=1, body=body, model_id=start.model_id)
    assert "its shared start is for 3 channels, not 1" in refusal(decode, forged, start)


def test_what_no_decoder_would_take_is_not_encoded(image):
    steps = image.weights.steps | {"context_0": 0, "context_1": 0}
    symbols = image.weights.symbols | {
        "context_0": np.full((14, 14), 2**14),
        "context_1": np.full((14, 14), 2**14),
    }
    weights = QuantizedParameters(image.weights.architecture, steps, symbols)
    with pytest.raises(ValueError, match="would be rounded"):
        encode(CodedImage(37, 53, weights, image.latents))


def with_body(payload, change):
    return sealed(payload[:HEADER] + change(bytearray(payload[HEADER:])))


def overwritten(place, value):
    def change(body):
        body[place] = value
        return body

    return change


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, 0), (1, 0), (1, 41), (2, 0x02), (2, 0x52), (2, 0x25), (3, 0), (3, 65)],
)
def test_impossible_architectures_are_refused(payload, place, value):
    assert "describes no networks" in refusal(decode, with_body(payload, overwritten(place, value)))


def test_weights_beyond_exact_arithmetic_are_refused(image):
    """A forger may write them, since no checksum forbids it."""
    symbols = image.weights.symbols | {"pixel_hidden": np.full((16, 7), 8000)}
    steps = image.weights.steps | {"pixel_hidden": 0, "pixel_out": 0}
    symbols |= {"pixel_out": np.full((3, 16), 8000)}
    weights = QuantizedParameters(image.weights.architecture, steps, symbols)
    forged = CodedImage(37, 53, weights, image.latents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codestream, "Synthesis", lambda parameters: None)
        data = encode(forged)
    assert "would be rounded" in refusal(decode, data)


@pytest.mark.parametrize("sides", [(8192, 8192), (4097, 4096), (65535, 65535), (7, 8), (0, 0)])
def test_impossible_sides_are_refused(payload, sides):
    assert "claims" in refusal(decode, reshaped(payload, *sides, 3))


@pytest.mark.parametrize("sides", [(4096, 4096), (8192, 2048), (2048, 8192), (8192, 8), (8, 8192)])
def test_more_pixels_than_the_bytes_can_hold_are_refused_soon(payload, sides):
    assert outcome(decode, reshaped(payload, *sides, 3)).args


def test_a_body_cut_anywhere_is_refused(payload):
    for kept in np.linspace(HEADER, len(payload) - 12, 20, dtype=int):
        refusal(decode, sealed(payload[:kept]))


@pytest.mark.parametrize("tail", [bytes(64), np.random.default_rng(0).bytes(64)], ids=["zeros", "noise"])
def test_what_follows_the_body_is_refused(payload, tail):
    refusal(decode, sealed(payload + tail))


def test_damage_is_noticed(payload):
    for place in range(0, len(payload), 7):
        damaged = bytearray(payload)
        damaged[place] ^= 1
        refusal(decode, bytes(damaged))


def test_mutated_payloads_give_a_picture_or_one_line(payload):
    rng = np.random.default_rng(0)
    other = pack(family="fractal", rows=8, columns=8, channels=1, body=rng.bytes(200))
    decoded = 0
    for _ in range(120):
        data = mutated(rng, Payload(payload, b"", []), other)
        found = outcome(decode, data)
        if not isinstance(found, PayloadError):
            rows, columns, channels = struct.unpack_from("<HHB", data, len(MAGIC) + 5)
            assert found.shape == (rows, columns, channels)
            decoded += 1
    assert decoded
