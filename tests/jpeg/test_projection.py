import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from skimage import data

from jpeg_files import SAMPLINGS, write_jpeg
from recon.coding.payload import PayloadError
from recon.core.images import to_color
from recon.jpeg import projection
from recon.jpeg.coefficients import coefficients
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.projection import kept_share, project
from recon.jpeg.quantization import decode, encode_alike
from recon.referee.distortion import mse

PHOTOGRAPH = data.chelsea()[:120, 100:260]


def noisy(pixels, deviation=40.0):
    """Return pixels plus noise, as a bad restorer might: in no cell of their file."""
    return np.clip(pixels + np.random.default_rng(1).normal(0, deviation, pixels.shape), 0, 255)


@st.composite
def gray_files(draw):
    """A JPEG file of whole blocks at quality 1 to 50, whose steps are 10 or more, and its decoded pixels."""
    rows, columns = (8 * draw(st.integers(1, 3)) for _ in "rc")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low, high = sorted((draw(st.integers(0, 255)), draw(st.integers(0, 255))))
    pixels = rng.integers(low, high, (rows, columns, 1), dtype=np.uint8, endpoint=True)
    content = jpeg_encode(pixels, quality=draw(st.integers(1, 50)))
    decoded = decode(content)
    assume(decoded.min() > 0 and decoded.max() < 255)
    return content, decoded, rng


@given(file=gray_files(), width=st.sampled_from([0.0, 0.3, 0.6, 1.0]), deviation=st.sampled_from([0, 1, 10, 1000]))
@settings(max_examples=60, deadline=None)
def test_gray_pixels_encode_to_the_files_own_coefficients(file, width, deviation):
    content, decoded, rng = file
    restored = np.clip(decoded + rng.normal(0, deviation, decoded.shape), 0, 255)
    again = encode_alike(project(restored, content, width=width), content)
    np.testing.assert_array_equal(coefficients(again)[0], coefficients(content)[0])


@pytest.mark.parametrize("quality", [10, 30, 50])
def test_a_photograph_encodes_to_the_files_own_coefficients(quality):
    content = jpeg_encode(to_color(PHOTOGRAPH, "gray"), quality=quality)
    restored = noisy(decode(content))
    assert kept_share(np.rint(restored).astype(np.uint8), content) < 0.99
    assert kept_share(project(restored, content), content) == 1


def test_blocks_across_the_border_keep_nearly_all_coefficients():
    """The encoder repeats the last row and column, which the projection can meet only by trying again."""
    content = jpeg_encode(to_color(PHOTOGRAPH[:117, :155], "gray"), quality=30)
    assert kept_share(project(noisy(decode(content)), content), content) > 0.995


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_color_keeps_nearly_all_coefficients_in_narrower_cells(subsampling):
    content = jpeg_encode(PHOTOGRAPH, quality=30, subsampling=subsampling)
    restored = np.rint(noisy(decode(content))).astype(np.uint8)
    whole, narrower = project(restored, content), project(restored, content, width=0.6)
    assert kept_share(restored, content) < 0.9
    assert kept_share(restored, content) < kept_share(whole, content) < 0.95
    assert kept_share(narrower, content) > 0.995


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize("color", ["gray", "rgb"])
def test_projection_brings_pixels_nearer_to_the_original(color, subsampling):
    """It is onto a convex set that holds the original, or in color nearly."""
    original = to_color(PHOTOGRAPH, color)
    content = jpeg_encode(original, quality=10, subsampling=subsampling)
    restored = np.rint(noisy(decode(content))).astype(np.uint8)
    projected = project(restored, content)
    assert mse(reference=original, reconstruction=projected) < mse(reference=original, reconstruction=restored)


@pytest.mark.parametrize("color", ["gray", "rgb"])
def test_the_original_stays_nearly_as_it_is(color):
    """Its coefficients lie in their cells; rounding and chroma's way to RGB and back move it by a level or two."""
    original = to_color(PHOTOGRAPH, color)
    content = jpeg_encode(original, quality=10)
    assert np.abs(project(original, content).astype(int) - original).max() <= 2


def test_cells_without_width_give_the_decoded_file():
    """To the rounding of libjpeg's integer transform, which may fall on the other side."""
    content = jpeg_encode(to_color(PHOTOGRAPH, "gray"), quality=30)
    decoded = decode(content).astype(int)
    assert np.abs(project(noisy(decoded), content, width=0.0) - decoded).max() <= 1


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(8, 8), (9, 31), (17, 8)])
def test_any_sides_keep_shape_and_dtype(shape, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, channels), dtype=np.uint8)
    projected = project(pixels, jpeg_encode(pixels, quality=20))
    assert (projected.shape, projected.dtype) == (pixels.shape, np.uint8)


def test_another_shape_or_width_is_refused():
    content = jpeg_encode(PHOTOGRAPH, quality=30)
    with pytest.raises(ValueError, match="Received"):
        project(PHOTOGRAPH[:-1], content)
    with pytest.raises(ValueError, match="Received"):
        project(PHOTOGRAPH, content, width=1.5)


def test_a_file_that_is_none_is_refused():
    with pytest.raises(PayloadError):
        project(PHOTOGRAPH, b"no JPEG file")


@pytest.mark.parametrize("name", SAMPLINGS)
def test_strips_of_a_picture_are_projected_as_the_whole(tmp_path, monkeypatch, name):
    content = write_jpeg(tmp_path / "some.jpg", PHOTOGRAPH, sampling=SAMPLINGS[name][0])
    restored = noisy(decode(content))
    whole = project(restored, content)
    monkeypatch.setattr(projection, "STRIP", 32)
    assert len(PHOTOGRAPH) > 2 * 32
    np.testing.assert_array_equal(project(restored, content), whole)


def test_gray_pixels_are_projected_in_memory_that_is_mostly_the_picture_s(monkeypatch):
    """Per pixel, 4 bytes of coefficients of two files, and a few of 1 byte; one float of each alone is 8."""
    monkeypatch.setattr(projection, "STRIP", 32)
    content = jpeg_encode(np.tile(to_color(PHOTOGRAPH, "gray"), (15, 2, 1)), quality=30)
    decoded = decode(content)
    restored = np.rint(noisy(decoded)).astype(np.uint8)
    tracemalloc.start()
    project(restored, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * decoded.size
