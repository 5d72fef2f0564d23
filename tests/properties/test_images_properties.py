import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from recon.core import images
from recon.core.errors import UserError

SIDES = st.integers(8, 40)
PIXELS = st.tuples(SIDES, SIDES, st.sampled_from([1, 3])).flatmap(lambda shape: arrays(np.uint8, shape))
RANGES = st.sampled_from(["unit", "symmetric"])


@st.composite
def damaged_files(draw):
    """An image file of any format, cut short or with a few bytes overwritten."""
    pixels = np.random.default_rng(0).integers(0, 256, (16, 24, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format=draw(st.sampled_from(["PNG", "JPEG", "BMP", "GIF", "PPM", "WEBP"])))
    content = bytearray(file.getvalue())
    for position, value in draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)))):
        content[position] = value
    return bytes(content[: draw(st.integers(0, len(content)))])


@given(content=damaged_files())
def test_a_damaged_file_is_read_as_pixels_or_refused_in_one_line(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "damaged.png"
    path.write_bytes(content)
    complaint = ""
    try:
        pixels = images.read_image(path)
    except UserError as error:
        complaint = str(error)
    if complaint:
        assert f"{path}: " in complaint
        assert "\n" not in complaint
    else:
        assert pixels.dtype == np.uint8
        assert pixels.shape[-1] in (1, 3)


@given(pixels=PIXELS)
def test_png_gives_back_the_pixels(tmp_path_factory, pixels):
    path = tmp_path_factory.getbasetemp() / "pixels.png"
    images.write_png(path, pixels)
    np.testing.assert_array_equal(images.read_image(path), pixels)


@given(pixels=PIXELS, value_range=RANGES)
def test_float_and_back_is_the_identity(pixels, value_range):
    np.testing.assert_array_equal(images.to_uint8(images.to_float(pixels, value_range), value_range), pixels)


@given(values=arrays(np.float32, 20, elements=st.floats(-2, 2, width=32)), value_range=RANGES)
def test_to_uint8_is_monotone(values, value_range):
    assert (np.diff(images.to_uint8(np.sort(values), value_range).astype(int)) >= 0).all()


@given(pixels=PIXELS, rows=SIDES, columns=SIDES)
def test_resize_gives_the_asked_sides_and_crop_undoes_padding(pixels, rows, columns):
    assert images.fit_to(pixels, rows, columns, "resize").shape == (rows, columns, pixels.shape[-1])
    padded = np.pad(pixels, ((rows, rows), (columns, columns), (0, 0)))
    np.testing.assert_array_equal(images.fit_to(padded, *pixels.shape[:2], "crop"), pixels)


@given(pixels=PIXELS)
def test_studio_luma_lies_in_16_to_235(pixels):
    luma = images.luma_studio(pixels)
    assert luma.shape == (*pixels.shape[:2], 1)
    assert 16 <= luma.min() <= luma.max() <= 235
