import io

import numpy as np
import pytest
from PIL import Image

from recon.core.errors import UserError
from recon.jpeg.degradation import jpeg_decode, jpeg_encode


def smooth(channels=3):
    rows, columns = np.mgrid[:48, :64]
    planes = [rows * 4 + columns, 255 - columns * 3, rows + columns * 2]
    return np.stack(planes[:channels], axis=-1).clip(0, 255).astype(np.uint8)


def noise(rows, columns, channels):
    return np.random.default_rng(0).integers(0, 256, (rows, columns, channels), dtype=np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_shape_channels_and_dtype_survive(channels):
    decoded = jpeg_decode(jpeg_encode(smooth(channels), quality=50))
    assert (decoded.shape, decoded.dtype) == ((48, 64, channels), np.uint8)


@pytest.mark.parametrize("value", [0, 8, 128, 254])
def test_a_flat_gray_block_whose_dc_is_a_multiple_of_the_step_is_exact(value):
    """At quality 50 the DC step is 16, and DC is 8 (value - 128): exact where value - 128 is even."""
    pixels = np.full((16, 16, 1), value, np.uint8)
    np.testing.assert_array_equal(jpeg_decode(jpeg_encode(pixels, quality=50)), pixels)


@pytest.mark.parametrize("progressive", [False, True])
def test_optimizing_and_progressive_change_bytes_but_not_pixels(progressive):
    plain = jpeg_encode(smooth(), quality=30, optimize=False)
    smaller = jpeg_encode(smooth(), quality=30, progressive=progressive)
    assert len(smaller) < len(plain)
    np.testing.assert_array_equal(jpeg_decode(smaller), jpeg_decode(plain))


@pytest.mark.parametrize(("subsampling", "factors"), [("4:4:4", 0x11), ("4:2:2", 0x21), ("4:2:0", 0x22)])
def test_subsampling_is_in_the_frame_header(subsampling, factors):
    content = jpeg_encode(smooth(), quality=30, subsampling=subsampling)
    frame = content.index(
        b"\xff\xc0"
    )  # SOF0: length 2, precision 1, sides 2 + 2, count 1, then id, factors, table
    assert content[frame + 11] == factors


def test_the_quality_is_libjpegs_scale_of_its_standard_tables():
    """Quality 50 is the table of the JPEG standard (Annex K); 25 doubles it."""
    dc_and_next = {}
    for quality in (25, 50):
        with Image.open(io.BytesIO(jpeg_encode(smooth(1), quality=quality))) as image:
            dc_and_next[quality] = image.quantization[0][:3]
    assert dc_and_next == {50: [16, 11, 10], 25: [32, 22, 20]}


@pytest.mark.parametrize("quality", [0, 101, -5])
def test_a_quality_outside_1_to_100_is_refused(quality):
    with pytest.raises(UserError, match=f"quality {quality} is outside 1 to 100"):
        jpeg_encode(smooth(), quality=quality)


@pytest.mark.parametrize("quality", [1, 100])
def test_qualities_1_and_100_are_taken(quality):
    assert jpeg_decode(jpeg_encode(smooth(), quality=quality)).shape == smooth().shape


@pytest.mark.parametrize("progressive", [False, True])
def test_noise_at_the_highest_quality_fits_into_the_encoders_buffer(progressive):
    pixels = noise(300, 300, 3)
    content = jpeg_encode(pixels, quality=100, subsampling="4:4:4", progressive=progressive)
    assert len(content) > 2 * 300 * 300  # more than Pillow reserves by itself
    assert np.abs(jpeg_decode(content).astype(int) - pixels).max() < 8
