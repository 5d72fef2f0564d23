"""The parts of the fractal codec, and that its pictures are fixed points of contractions."""

import tracemalloc

import numpy as np
import pytest

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.fractal import method, symbols
from recon.families.fractal import search as search_module
from recon.families.fractal.attractor import LEAST_CHANGE, Contraction, draw_noise, find_attractor, run_passes
from recon.families.fractal.blocks import count_domains, cut_blocks, halve, list_isometries, pad_plane
from recon.families.fractal.method import FractalCodec
from recon.families.fractal.params import FAMILY, BlockFit, Coding
from recon.families.fractal.planes import from_planes, list_shapes, to_planes
from recon.families.fractal.quadtree import Transforms, choose_blocks, list_leaves
from recon.families.fractal.search import CENTER, BlockSearch

CODING = Coding(largest=8, smallest=4, domain_step=4, max_contrast=0.9, contrast_steps=7, brightness_step=4)
FIT = BlockFit(**CODING.model_dump(), tolerance=6, chroma_tolerance=0.5)


def changed(**settings):
    return Coding(**CODING.model_dump() | settings)


def codec_of(pixels, **settings):
    return FractalCodec(pixels, BlockFit(**FIT.model_dump() | settings))


def search(plane, coding):
    return [BlockSearch(plane, side, coding).run() for side in coding.sides]


@pytest.fixture(scope="module")
def plane():
    """Waves and noise, 48 x 64: something to match, and something that nothing matches."""
    i, j = np.mgrid[:48, :64]
    values = 128 + 70 * np.sin(i / 5) * np.cos(j / 9) + np.random.default_rng(0).normal(0, 10, (48, 64))
    return np.clip(values, 0, 255).astype(np.float32)


@pytest.fixture(scope="module")
def matches(plane):
    return search(plane, CODING)


@pytest.fixture(scope="module")
def data(plane):
    pixels = np.repeat(np.rint(plane).astype(np.uint8)[..., np.newaxis], 3, axis=-1)
    return codec_of(pixels).encode(FIT.tolerance)


def test_the_eight_isometries_are_all_turns_and_mirrorings():
    block = np.arange(16)
    forms = {tuple(block[form]) for form in list_isometries(4)}
    square = block.reshape(4, 4)
    expected = {tuple(np.rot90(s, k).ravel()) for s in (square, square.T) for k in range(4)}
    assert forms == expected
    assert len(forms) == 8


def test_halving_gives_the_means_of_2_x_2(plane):
    expected = cut_blocks(plane, 2).mean(axis=1).reshape(24, 32)
    np.testing.assert_allclose(halve(plane), expected, rtol=1e-6)


def test_a_padded_plane_is_whole_blocks_and_one_domain_at_least():
    small = pad_plane(np.ones((3, 40), np.float32), 16)
    assert small.shape == (32, 48)
    assert min(count_domains(small.shape, 16, 64)) == 1


def test_the_search_finds_what_trying_all_pairs_finds(plane, matches):
    """Errors by hand, pair by pair, for a few blocks; float32 sums of 16 squares below 255^2 are good to 1e-1."""
    match = matches[-1]
    side, step = match.side, CODING.contrast_step
    windows = np.lib.stride_tricks.sliding_window_view(halve(plane), (side, side))[::2, ::2]
    domains = windows.reshape(-1, side * side).astype(np.float64) - CENTER
    for number in (0, 17, 100):
        block = cut_blocks(plane, side)[number].astype(np.float64)
        least = np.inf
        for form in list_isometries(side):
            turned = domains[:, form]
            centered = turned - turned.mean(axis=1, keepdims=True)
            energy = np.maximum((centered**2).sum(axis=1), 1e-6)
            contrast = np.rint(centered @ (block - block.mean()) / energy / step)
            contrast = np.clip(contrast, -CODING.contrast_steps, CODING.contrast_steps) * step
            left = (block - block.mean()) - contrast[:, np.newaxis] * centered
            least = min(least, (left**2).sum(axis=1).min())
        brightness = match.error[number] - least / side**2  # what rounding the brightness adds
        assert -0.01 <= brightness <= (CODING.brightness_step / 2) ** 2 + 0.01


def test_the_error_of_a_match_is_that_of_the_block_it_stands_for(plane, matches):
    """One pass over the original itself gives each block with the error that the search has promised."""
    made = choose_blocks(matches[-1:], plane.shape, changed(largest=4), tolerance=0)
    once = Contraction.of(made, changed(largest=4))
    values = (halve(plane) - CENTER).ravel()[once.source] * once.contrast + once.brightness
    errors = ((cut_blocks(values, 4) - cut_blocks(plane, 4)) ** 2).mean(axis=1)
    promised = np.minimum(matches[-1].error, matches[-1].plain_error)
    np.testing.assert_allclose(errors, promised, atol=0.02)


def test_no_contrast_reaches_one(matches):
    for match in matches:
        assert np.abs(match.contrast).max() * CODING.contrast_step <= np.float32(CODING.max_contrast) < 1


def test_a_pass_brings_any_two_pictures_closer_by_the_largest_contrast(plane, matches):
    once = Contraction.of(choose_blocks(matches, plane.shape, CODING, tolerance=6), CODING)
    for seed in range(5):
        one, other = draw_noise(plane.shape, seed), draw_noise(plane.shape, seed + 10)
        before, after = np.abs(one - other).max(), np.abs(once(one) - once(other)).max()
        assert after <= CODING.max_contrast * before * (1 + 1e-5)


def test_two_noises_lead_to_one_picture(plane, matches):
    """After a change of at most e the fixed point is at most e c / (1 - c) away, for each of the two."""
    once = Contraction.of(choose_blocks(matches, plane.shape, CODING, tolerance=6), CODING)
    ends = [find_attractor(once, draw_noise(plane.shape, seed)) for seed in (0, 1)]
    assert np.abs(draw_noise(plane.shape, 0) - draw_noise(plane.shape, 1)).max() > 200
    bound = 2 * LEAST_CHANGE * CODING.max_contrast / (1 - CODING.max_contrast)
    assert np.abs(ends[0] - ends[1]).max() <= bound
    assert np.abs(np.rint(ends[0]) - np.rint(ends[1])).max() <= 1


def test_the_picture_is_as_near_as_the_collage_theorem_says(plane, matches):
    """In the largest norm: |picture - original| <= |one pass over the original - original| / (1 - c)."""
    once = Contraction.of(choose_blocks(matches, plane.shape, CODING, tolerance=6), CODING)
    collage = np.abs(once(plane) - plane).max()
    assert np.abs(find_attractor(once, draw_noise(plane.shape, 0)) - plane).max() <= collage / (
        1 - CODING.max_contrast
    )


def test_passes_end_when_nothing_changes(plane, matches):
    once = Contraction.of(choose_blocks(matches, plane.shape, CODING, tolerance=6), CODING)
    planes = list(run_passes(once, draw_noise(plane.shape, 0)))
    assert np.abs(planes[-1] - planes[-2]).max() <= LEAST_CHANGE < np.abs(planes[-2] - planes[-3]).max()


@pytest.mark.parametrize("tolerance", [0, 6, 30, 255])
def test_blocks_tile_the_plane(plane, matches, tolerance):
    made = choose_blocks(matches, plane.shape, CODING, tolerance)
    covered = np.zeros(plane.shape, int)
    for part in list_leaves(plane.shape, CODING.sides, made.splits):
        rows, columns = np.divmod(part.numbers, plane.shape[1] // part.side)
        for row, column in zip(rows * part.side, columns * part.side, strict=True):
            covered[row : row + part.side, column : column + part.side] += 1
    assert (covered == 1).all()


def test_a_block_is_split_only_where_it_is_not_good_enough(plane, matches):
    assert not choose_blocks(matches, plane.shape, CODING, tolerance=255).splits[0].any()
    assert choose_blocks(matches, plane.shape, CODING, tolerance=0).splits[0].all()


def test_a_plain_plane_has_no_domains_and_comes_back_in_one_pass():
    flat = np.full((32, 32), 100, np.float32)
    made = choose_blocks(search(flat, CODING), flat.shape, CODING, tolerance=1)
    assert (made.domains.size, set(made.brightness)) == (0, {25})
    np.testing.assert_array_equal(find_attractor(Contraction.of(made, CODING), draw_noise(flat.shape, 0)), flat)


def test_transforms_come_back_from_their_bits(plane, matches):
    made = choose_blocks(matches, plane.shape, CODING, tolerance=6)
    other = choose_blocks(matches, plane.shape, CODING, tolerance=12)
    body = symbols.to_body([[made], [other, made]], CODING)
    assert symbols.read_coding(body) == CODING
    (first,), (second, third) = symbols.from_body(body, CODING, [[plane.shape], [plane.shape] * 2])
    for found, expected in ((first, made), (second, other), (third, made)):
        np.testing.assert_array_equal(found.contrast, expected.contrast)
        np.testing.assert_array_equal(found.brightness, expected.brightness)
        np.testing.assert_array_equal(found.domains, expected.domains)
        np.testing.assert_array_equal(found.splits[0], expected.splits[0])


def test_a_looser_tolerance_makes_a_shorter_payload(plane):
    pixels = np.rint(plane).astype(np.uint8)[..., np.newaxis]
    codec = codec_of(pixels)
    lengths = [len(codec.encode(tolerance)) for tolerance in (2, 8, 20)]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) == 3


def test_progress_begins_at_once_and_goes_on_with_every_turn_of_the_blocks(plane, monkeypatch, capsys):
    """Luma and both chroma planes, each searched for blocks of two sides, in eight turns; by multiplications."""
    steps = []

    class Bar(method.tqdm):
        def update(self, count):
            steps.append(count)
            super().update(count)

    monkeypatch.setattr(method, "tqdm", Bar)
    pixels = np.repeat(np.rint(plane).astype(np.uint8)[..., np.newaxis], 3, axis=-1)
    codec_of(pixels)
    luma = [48 * 64 * 9 * 13, 48 * 64 * 11 * 15]
    chroma = [24 * 32 * 3 * 5, 24 * 32 * 5 * 7]
    assert steps == [products for products in (*luma, *chroma, *chroma) for _ in range(8)]
    shown = capsys.readouterr().err.split("\r")
    assert shown[1].startswith("matching blocks:   0%|")
    assert shown[-1].startswith("matching blocks: 100%|")


def test_a_large_plane_is_searched_in_parts_each_of_which_is_progress(plane, monkeypatch):
    monkeypatch.setattr(search_module, "_PRODUCTS", 9 * 13 * 7)  # seven blocks at once
    parts = []
    found = BlockSearch(plane, 8, CODING).run(parts.append)
    assert sum(parts) == BlockSearch(plane, 8, CODING).products == 8 * 48 * 64 * 9 * 13
    assert len(parts) == 8 * 7  # of 48 blocks
    np.testing.assert_array_equal(found.error, search(plane, CODING)[0].error)


def test_every_contrast_that_params_allow_comes_back():
    flat = [[Transforms((16, 16), [np.zeros(4, bool)], *np.zeros((2, 4), np.int32), np.zeros((0, 3), np.int32))]]
    for hundredths in range(1, 96):
        coding = changed(max_contrast=float(f"0.{hundredths:02d}"))
        assert symbols.read_coding(symbols.to_body(flat, coding)) == coding


@pytest.mark.parametrize("shape", [(8, 9), (37, 53), (16, 16)])
@pytest.mark.parametrize("channels", [1, 3])
def test_planes_hold_gray_exactly_and_color_nearly(shape, channels):
    """One color for all: what is left is the rounding of YCbCr, to which 2 levels of RGB are the most."""
    pixels = np.full((*shape, channels), (200, 100, 50)[:channels], np.uint8)
    planes = to_planes(pixels)
    assert [[plane.shape for plane in part] for part in planes] == list_shapes(*shape, channels)
    back = from_planes(planes, *shape).astype(int)
    assert np.abs(back - pixels).max() <= (0 if channels == 1 else 2)


def test_an_image_smaller_than_a_block_is_refused():
    pixels = np.arange(72, dtype=np.uint8).reshape(8, 9, 1)
    with pytest.raises(UserError, match="8 x 9 pixels is smaller than a block of 16 x 16; lower `largest`"):
        codec_of(pixels, largest=16)


def test_an_image_as_large_as_a_block_is_one_block():
    pixels = np.arange(72, dtype=np.uint8).reshape(8, 9, 1)
    codec = codec_of(pixels, largest=8, smallest=8)
    assert codec.decode(codec.encode(255)).shape == pixels.shape


def forged(data, change):
    """Return the payload with a changed body and a right checksum: only the decoder's own checks can notice."""
    head = payload.unpack(data, family=FAMILY)
    shape = {"rows": head.rows, "columns": head.columns, "channels": head.channels}
    return payload.pack(family=FAMILY, body=change(head.body), **shape)


HOSTILE = {
    "nothing": lambda body: b"",
    "sides that are none": lambda body: b"\x07" + body[1:],
    "smallest above largest": lambda body: bytes([body[0], 32]) + body[2:],
    "an expanding contrast": lambda body: body[:4] + b"\x96" + body[5:],
    "no contrast": lambda body: body[:4] + b"\x00" + body[5:],
    "no step of brightness": lambda body: body[:5] + b"\x00" + body[6:],
    "more splits than blocks": lambda body: body[:6] + b"\xff\xff\xff\xff\x7f" + body[7:],
    "a count without end": lambda body: body[:6] + b"\xff" * 9,
    "no symbols": lambda body: body[:10],
    "cut symbols": lambda body: body[:-4],
    "more symbols": lambda body: body + bytes(8),
    "domains further apart": lambda body: body[:2] + b"\x40" + body[3:],
    "fewer steps of contrast": lambda body: body[:3] + b"\x01" + body[4:],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_payload_is_refused(data, name):
    with pytest.raises(PayloadError) as caught:
        FractalCodec.decode(forged(data, HOSTILE[name]))
    assert "\n" not in str(caught.value)


def test_any_byte_of_the_body_may_be_wrong_without_a_crash(data):
    for place in range(0, len(payload.unpack(data, family=FAMILY).body), 7):
        wrong = forged(data, lambda body, at=place: body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :])
        try:
            assert FractalCodec.decode(wrong).shape == (48, 64, 3)
        except PayloadError:
            continue


def test_a_domain_outside_of_the_plane_is_refused(plane, matches):
    made = choose_blocks(matches, plane.shape, CODING, tolerance=6)
    wrong = made.domains.copy()
    wrong[0, 0] = 1000
    body = symbols.to_body([[Transforms(made.shape, made.splits, made.contrast, made.brightness, wrong)]], CODING)
    with pytest.raises(PayloadError, match="outside of its plane"):
        symbols.from_body(body, CODING, [[plane.shape]])


@pytest.mark.parametrize("channels", [1, 3])
def test_what_a_few_bytes_can_claim_takes_memory_by_its_pixels(channels):
    """All blocks alike, at the strongest contrast: 64 bytes a pixel are 1 GB for the most pixels there may be."""
    side, classes = 512, []
    for part in list_shapes(side, side, channels):
        count = part[0][0] * part[0][1] // CODING.largest**2
        splits = [np.zeros(count, bool) for _ in CODING.sides[:-1]]
        contrast, domains = np.full(count, CODING.contrast_steps), np.zeros((count, 3), np.int32)
        classes.append([Transforms(shape, splits, contrast, np.full(count, 9), domains) for shape in part])
    data = symbols.to_payload(symbols.Code(side, side, channels, CODING, classes))
    assert len(data) < 100
    tracemalloc.start()
    assert FractalCodec.decode(data).shape == (side, side, channels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * side**2
