import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, ImageOps
from skimage import data

from jpeg_xl_files import BitString, join_boxes, split_boxes, write_header, write_metadata
from recon.coding.payload import MOST_PIXELS, PayloadError
from recon.core.images import from_pillow, to_pillow
from recon.jpeg.codestreams import Bits
from recon.jpeg.jpegxl import jpegxl_decode, jpegxl_encode, to_distance
from recon.jpeg.jpegxl_files import holds_jpeg, read_header
from recon.referee.distortion import psnr_db
from refusals import outcome, refusal

PHOTOGRAPH = data.chelsea()[:101, 100:251]


def decode(content):
    return jpegxl_decode(content, most_pixels=MOST_PIXELS)


def letters():
    """Return a page of five letters, which an encoder keeps once, in a reference-only frame."""
    rng = np.random.default_rng(0)
    alphabet = rng.random((5, 9, 6)) < 0.5
    page = np.full((200, 300, 3), 255, np.uint8)
    for row in range(5, 185, 14):
        for column in range(5, 290, 9):
            page[row : row + 9, column : column + 6][alphabet[rng.integers(5)]] = 0
    return page


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_comes_back_as_gray_or_color(channels):
    pixels = PHOTOGRAPH[..., :channels]
    found = decode(jpegxl_encode(pixels, quality=95))
    assert (found.shape, found.dtype) == (pixels.shape, np.uint8)
    assert psnr_db(reference=pixels, reconstruction=found) > 38


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_one_line(quality):
    assert "outside 1 to 100" in refusal(lambda: jpegxl_encode(PHOTOGRAPH, quality=quality))


def test_distances_are_those_of_libjxl():
    """90 is the distance of a difference that is just noticed; both branches meet at 30."""
    assert [to_distance(quality) for quality in (100, 90, 30)] == pytest.approx([0, 1, 6.4])
    assert to_distance(30) == pytest.approx(to_distance(30 - 1e-9))
    distances = [to_distance(quality) for quality in range(1, 101)]
    assert distances == sorted(distances, reverse=True)
    assert 0 <= distances[-1] < distances[0] < 25


@given(
    sides=st.tuples(st.integers(8, 90), st.integers(8, 90))
    | st.integers(8, 60).map(lambda side: (side, 2 * side)),
    channels=st.sampled_from([1, 3]),
    distance=st.floats(0.1, 20),
    effort=st.sampled_from([1, 3, 7]),
    lossless=st.booleans(),
    boxes=st.booleans(),
    seed=st.integers(0, 2**16),
)
@settings(max_examples=60, deadline=None)
def test_the_header_says_what_the_picture_is(sides, channels, distance, effort, lossless, boxes, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (*sides, channels), np.uint8)
    how = {"lossless": True} if lossless else {"distance": distance}
    samples = pixels if channels == 3 else pixels[..., 0]
    content = imagecodecs.jpegxl_encode(samples, effort=effort, usecontainer=boxes, **how)
    assert read_header(content) == (*sides, channels, False)
    assert not holds_jpeg(content)
    if lossless:
        np.testing.assert_array_equal(decode(content), pixels)


def test_numbers_begin_at_the_least_significant_bit():
    bits = Bits(bytes([0b10110010, 0b00000001]))
    assert [bits.take(count) for count in (1, 3, 5)] == [0, 0b001, 0b11011]
    with pytest.raises(ValueError, match="it is cut"):
        bits.take(8)


def test_what_repeats_may_be_in_a_reference_frame_but_only_in_few():
    """A reference-only frame takes a few bytes, and as much work as it has pixels."""
    content = jpegxl_encode(letters(), quality=70)
    start = next(place for place in range(3, 9) if _is_reference(content, place))
    end = next(place for place in range(start + 20, len(content)) if _ends_frame(content, start, place))
    expected = decode(content)
    twice = content[:start] + content[start:end] * 2 + content[end:]
    np.testing.assert_array_equal(decode(twice), expected)
    for count in (3, 1000):
        many = content[:start] + content[start:end] * count + content[end:]
        np.testing.assert_array_equal(imagecodecs.jpegxl_decode(many), expected)
        assert "it has more than 2 reference-only frames" in refusal(decode, many)


def write_reference_frame(rows, columns):
    """Return the start of a reference-only frame of these sides, up to them."""
    kind, is_modular, flags, upsampling, group_side = (2, 2), (1, 1), (0, 2), (0, 2), (0, 2)
    frame = BitString().put(0, 1)
    for field in (kind, is_modular, flags, upsampling, group_side):
        frame.put(*field)
    return frame.put(1, 1).put(2, 2).put(columns - 2304, 14).put(2, 2).put(rows - 2304, 14).to_bytes()


def test_a_large_reference_frame_is_refused_before_its_sections_are_counted():
    start, sections = write_header(2400, 2400), bytes(10_000)
    too_large = start + write_reference_frame(2400, 2400 + 28) + sections
    assert "it has reference-only frames of more pixels than the picture" in refusal(decode, too_large)
    assert "it is cut" in refusal(decode, start + write_reference_frame(2400, 2400 + 27))


def _is_reference(content, place):
    """Return whether a frame at this byte is not all by default, and only kept for reference."""
    return Bits(content[place:]).take(3) == 0b100


def _ends_frame(content, start, place):
    found = outcome(decode, content[:start] + content[place:])
    again = outcome(decode, content[:place] + content[start:])
    return not isinstance(again, PayloadError) and (
        isinstance(found, PayloadError) or found.shape == (200, 300, 3)
    )


PIXELS = {
    "it has an alpha channel": np.dstack([PHOTOGRAPH, PHOTOGRAPH[..., :1]]),
    "it has samples of other than 8 bits": PHOTOGRAPH.astype(np.uint16) * 256,
    "it has floating-point samples": PHOTOGRAPH.astype(np.float32) / 255,
    "it has an animation": np.stack([PHOTOGRAPH, PHOTOGRAPH[::-1]]),
}


@pytest.mark.parametrize("words", PIXELS)
def test_pictures_that_no_method_makes_are_refused(words):
    more = {"photometric": "RGB"} if PIXELS[words].ndim == 4 else {}
    content = imagecodecs.jpegxl_encode(PIXELS[words], distance=1.0, **more)
    assert words in refusal(decode, content)


def test_a_large_claim_is_refused_at_once_and_one_without_content_soon():
    assert f"at most {MOST_PIXELS} pixels" in refusal(decode, write_header(8192, 8192) + b"\1")
    assert "sides from 8 to 8192" in refusal(decode, write_header(8200, 8192) + b"\1")
    assert "it is cut or damaged" in refusal(decode, write_header(4096, 4096) + b"\1" + bytes(100))


def test_damage_anywhere_gives_a_picture_or_one_line():
    for pixels in (PHOTOGRAPH[:24, :32], PHOTOGRAPH[:24, :32, :1]):
        content = jpegxl_encode(pixels, quality=50)
        for place in range(len(content)):
            damaged = bytearray(content)
            damaged[place] ^= 1 << place % 8
            found = outcome(decode, bytes(damaged))
            assert isinstance(found, PayloadError) or found.shape[2] in (1, 3)
        for end in range(len(content)):
            assert isinstance(outcome(decode, content[:end]), PayloadError)


def test_boxes_may_part_the_picture():
    content = jpegxl_encode(PHOTOGRAPH, quality=50)
    boxed = imagecodecs.jpegxl_encode(PHOTOGRAPH, effort=7, distance=to_distance(50), usecontainer=True)
    parts = [b"\0\0\0\0" + content[:100], b"\x80\0\0\1" + content[100:]]
    boxes = [box for box in split_boxes(boxed) if box[0] == b"ftyp"]
    for data_of in ([(b"jxlc", content)], [(b"jxlp", part) for part in parts]):
        np.testing.assert_array_equal(decode(join_boxes([*boxes, *data_of])), decode(content))


def with_metadata(content, metadata):
    """Return a file of the photograph, which begins with 5 bytes of all by default, with other metadata."""
    return write_header(*PHOTOGRAPH.shape[:2], metadata) + content[5:]


def test_colors_that_are_written_out_may_only_be_srgb():
    """As an encoder writes Display P3 (primaries 11), BT.2100 (9), and linear, PQ or HLG samples."""
    content = jpegxl_encode(PHOTOGRAPH, quality=80)
    for ordinary in (None, write_metadata()):
        np.testing.assert_array_equal(decode(with_metadata(content, ordinary)), decode(content))
    colors = [{"white_point": 10}, {"white_point": 2}, {"primaries": 11}, {"primaries": 9}, {"primaries": 2}]
    colors += [{"transfer": number} for number in (1, 2, 8, 16, 17, 18)] + [{"gamma": 4_545_455}]
    for other in colors:
        changed = with_metadata(content, write_metadata(**other))
        assert "it has colors other than sRGB" in refusal(decode, changed)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_was_turned_by_the_camera_is_upright(orientation):
    """As Pillow turns it by EXIF's number; to a level, since libjxl dithers samples by their place."""
    content = jpegxl_encode(PHOTOGRAPH, quality=80)
    changed = with_metadata(content, write_metadata(orientation=orientation))
    turned = to_pillow(decode(content))
    turned.getexif()[ExifTags.Base.Orientation] = orientation
    expected = from_pillow(ImageOps.exif_transpose(turned))
    np.testing.assert_allclose(decode(changed).astype(int), expected, rtol=0, atol=1)
    assert read_header(changed) == (*expected.shape, False)
