"""The whole file of an overfitted image."""

import struct
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

import overfitted_images
from mutations import HEADER, MAGIC, Payload, mutated, reshaped, sealed
from overfitted_images import encode
from recon.coding.payload import PayloadError, pack
from recon.families.overfitted import codestream, grids, tiling
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


@pytest.mark.parametrize("levels", [(1, 2, 3, 4, 5, 6), (0, 3)])
def test_with_a_start_a_file_may_hold_some_of_its_grids(start, levels):
    kept = start.keep_levels(levels)
    image = overfitted_images.draw_image(37, 53, Architecture(levels=levels), start=kept)
    data = encode(image, start)
    assert data == encode(image, kept)
    [decoded] = read(data, start)
    assert decoded.weights.architecture.levels == levels
    for grid, expected in zip(decoded.latents, image.latents, strict=True):
        np.testing.assert_array_equal(grid, expected)
    pixels = Synthesis(image.weights.dequantize(kept.parameters)).render(image.latents, 37, 53)
    np.testing.assert_array_equal(decode(data, start), pixels)


@pytest.mark.parametrize(
    ("levels", "words"),
    [(b"\xff", r"levels [7] of latent grids; there are"), (b"\0", "levels ()"), (b"", "0 bytes")],
)
def test_grids_that_the_start_does_not_have_are_refused(start, levels, words):
    head = {"family": "overfitted", "rows": 37, "columns": 53, "channels": 3, "model_id": start.model_id}
    assert words in refusal(decode, pack(body=levels, **head), start)


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


@pytest.fixture
def small_tiles(monkeypatch):
    """Let a picture of 37 x 53 have 2 x 3 tiles."""
    monkeypatch.setattr(tiling, "MOST_PIXELS", 600)
    monkeypatch.setattr(tiling, "MOST_SIDE", 24)


@pytest.mark.parametrize("with_start", [False, True])
def test_the_tiles_of_a_picture_come_back(small_tiles, start, with_start):
    start = start if with_start else None
    images = overfitted_images.draw_tiles(37, 53, start=start)
    assert len(images) == 6
    data = codestream.encode(images, 37, 53, start)
    decoded = read(data, start)
    assert codestream.encode(decoded, 37, 53, start) == data
    for image, expected in zip(decoded, images, strict=True):
        for grid, expected_grid in zip(image.latents, expected.latents, strict=True):
            np.testing.assert_array_equal(grid, expected_grid)


def test_each_tile_is_drawn_by_networks_near_those_of_the_tile_before(small_tiles, start):
    images = overfitted_images.draw_tiles(37, 53, start=start)
    pixels = decode(codestream.encode(images, 37, 53, start), start)
    assert pixels.shape == (37, 53, 3)
    parameters = start.parameters
    for image, tile in zip(images, tiling.cut(37, 53), strict=True):
        parameters = image.weights.dequantize(parameters)
        expected = Synthesis(parameters).render(image.latents, *tile.shape)
        np.testing.assert_array_equal(pixels[tile.rows, tile.columns], expected)


def test_tiles_with_equal_networks_have_their_weights_coded_once(small_tiles):
    """The others' arrays take a step and a scale each, of 40 and 21."""
    images = overfitted_images.draw_tiles(37, 53)
    first, arrays = images[0].weights, len(images[0].weights.symbols)
    equal = replace(first, symbols={name: np.zeros_like(values) for name, values in first.symbols.items()})
    bits = first.count_bits() + 5 * arrays * np.log2(40 * 21) + 6 * len(images[0].latents) * np.log2(15)
    tiles = [
        CodedImage(image.rows, image.columns, weights, [np.zeros_like(grid) for grid in image.latents])
        for image, weights in zip(images, [first] + 5 * [equal], strict=True)
    ]
    assert len(codestream.encode(tiles, 37, 53)) <= HEADER + 4 + bits / 8 + 8


def test_decoding_reports_the_latents_of_all_tiles(small_tiles, start):
    images = overfitted_images.draw_tiles(37, 53, start=start)
    data, reported = codestream.encode(images, 37, 53, start), []
    decode(data, start, report=reported.append)
    assert sum(reported) == sum(grid.size for image in images for grid in image.latents)
    assert codestream.count_latents(data, start) == sum(reported)


def test_tiles_of_other_sides_or_grids_are_refused(small_tiles, image):
    images = overfitted_images.draw_tiles(37, 53)
    for tiles in (images[1:], [*images, images[0]], images[::-1], [image], []):
        with pytest.raises(ValueError, match="37 x 53 has tiles of"):
            codestream.encode(tiles, 37, 53)
    odd = replace(images[5], latents=images[0].latents)
    with pytest.raises(ValueError, match="grids of levels"):
        codestream.encode([*images[:5], odd], 37, 53)


def test_tiles_have_one_architecture(small_tiles):
    images = overfitted_images.draw_tiles(37, 53)
    odd = overfitted_images.draw_image(images[5].rows, images[5].columns, Architecture(contexts=10))
    with pytest.raises(ValueError, match="contexts=14"):
        codestream.encode([*images[:5], odd], 37, 53)


def memory_beside_pixels(data):
    """Return the most bytes that decoding takes beside the picture, and copies of the payload."""
    tracemalloc.start()
    pixels = decode(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - pixels.nbytes - 3 * len(data)


def test_memory_does_not_grow_with_the_number_of_tiles(monkeypatch):
    """By less than the latents of a single tile."""
    monkeypatch.setattr(tiling, "MOST_PIXELS", 64 * 64)
    monkeypatch.setattr(tiling, "MOST_SIDE", 64)
    few, many = (
        codestream.encode(overfitted_images.draw_tiles(*sides, Architecture(levels=(0,))), *sides)
        for sides in [(128, 64), (128, 256)]
    )
    decode(many)  # makes the tables that all pictures share
    assert memory_beside_pixels(many) - memory_beside_pixels(few) < 64 * 64 * np.int16().nbytes


def test_a_tile_takes_less_than_16_bytes_a_pixel_beside_its_pixels():
    """Its grids take 8/3; those of level 1 and above, as int32 at half the sides, 6 new and 5 old ones, take 11.

    The rest is drawn in strips of 2^16 pixels, with 7 latents and some copies of 3 colors: below 256 bytes each.
    """
    image = overfitted_images.draw_image(8, 8)
    latents = [np.zeros(shape, np.int16) for shape in grids.list_shapes(1000, 1000, range(7))]
    data = encode(CodedImage(1000, 1000, image.weights, latents))
    assert memory_beside_pixels(data) < 16 * 1000**2 + 256 * 2**16


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


def test_any_bytes_in_place_of_an_architecture_give_a_picture_or_one_line(payload):
    rng = np.random.default_rng(0)
    for _ in range(60):
        architecture = Architecture(
            channels=3,
            levels=tuple(np.flatnonzero(rng.random(8) < 0.7)) or (0,),
            contexts=int(rng.integers(1, 41)),
            context_layers=int(rng.integers(1, 5)),
            width=int(rng.integers(1, 65)),
            residuals=int(rng.integers(5)),
        ).pack()
        lying = architecture if rng.random() < 0.5 else rng.bytes(4)
        found = outcome(decode, sealed(payload[:HEADER] + lying + payload[HEADER + 4 :]))
        assert isinstance(found, PayloadError) or found.shape == (37, 53, 3)


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


def test_no_more_tiles_are_decoded_than_there_are_bytes_for(small_tiles):
    """Each takes at least the steps and scales of its arrays of weights, of 40 and 21."""
    images = overfitted_images.draw_tiles(37, 53)
    data, reported = codestream.encode(images, 37, 53), []
    forged = reshaped(data, 8192, 8192, 3)
    refusal(lambda: decode(forged, most_pixels=8192**2, report=reported.append))
    most_tiles = 8 * len(data) / (len(images[0].weights.symbols) * np.log2(40 * 21))
    largest = grids.count_latents(grids.list_shapes(24, 24, range(7)))
    assert sum(reported) <= most_tiles * largest


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


@pytest.mark.parametrize("sides", [(1, 1), (7, 8), (8, 8193)])
def test_a_picture_that_is_none_of_this_project_s_is_not_encoded(sides):
    with pytest.raises(PayloadError, match="sides from 8 to 8192"):
        codestream.encode(overfitted_images.draw_tiles(*sides), *sides)


def check_mutations(data, count):
    """Decode mutations of a payload: a picture of the shape that each claims, or one line, is right."""
    rng = np.random.default_rng(0)
    other = pack(family="fractal", rows=8, columns=8, channels=1, body=rng.bytes(200))
    decoded = 0
    for _ in range(count):
        changed = mutated(rng, Payload(data, b"", []), other)
        found = outcome(decode, changed)
        if not isinstance(found, PayloadError):
            rows, columns, channels = struct.unpack_from("<HHB", changed, len(MAGIC) + 5)
            assert found.shape == (rows, columns, channels)
            decoded += 1
    assert decoded


def test_mutated_payloads_give_a_picture_or_one_line(payload):
    check_mutations(payload, 120)


def test_nor_do_mutated_tiles_break_the_decoder(small_tiles):
    check_mutations(codestream.encode(overfitted_images.draw_tiles(37, 53), 37, 53), 60)
