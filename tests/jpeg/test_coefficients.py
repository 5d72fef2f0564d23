import numpy as np
import pytest
from scipy.fft import idctn

from recon.coding.payload import PayloadError
from recon.jpeg.coefficients import coefficients
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.quantization import quantization_tables


def picture(rows=40, columns=56, channels=3):
    """Return a smooth pattern with noise, far enough from 0 and 255 that nothing is cut."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 4, (rows, columns, channels))
    return np.clip(128 + 40 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(40, 56), (37, 53)])
def test_coefficients_times_steps_are_the_dct_of_the_decoded_pixels(rows, columns, progressive):
    """To the rounding of pixels, 0.5, and what libjpeg's integer transform lacks, below 0.1 here."""
    content = jpeg_encode(picture(rows, columns, 1), quality=50, progressive=progressive)
    (blocks,) = coefficients(content)
    samples = 128 + idctn(blocks * quantization_tables(content)[0].astype(float), axes=(2, 3), norm="ortho")
    whole = samples.swapaxes(1, 2).reshape(8 * blocks.shape[0], -1)[:rows, :columns]
    np.testing.assert_allclose(whole, jpeg_decode(content)[..., 0], atol=0.6)


@pytest.mark.parametrize(("subsampling", "chroma"), [("4:4:4", (5, 7)), ("4:2:2", (5, 4)), ("4:2:0", (3, 4))])
def test_components_have_the_blocks_of_their_samples(subsampling, chroma):
    """37 x 53 pixels: 5 x 7 blocks, of halved sides 19 and 27 samples, 3 and 4."""
    planes = coefficients(jpeg_encode(picture(37, 53), quality=30, subsampling=subsampling))
    assert [plane.shape for plane in planes] == [(5, 7, 8, 8), (*chroma, 8, 8), (*chroma, 8, 8)]
    assert {plane.dtype for plane in planes} == {np.dtype(np.int16)}


def test_a_vertical_frequency_comes_on_the_first_frequency_axis():
    stripes = np.zeros((8, 8, 1), np.uint8)
    stripes[::2] = 200
    block = coefficients(jpeg_encode(stripes, quality=50))[0][0, 0]
    assert np.abs(block[1:, 0]).sum() > 0
    assert np.abs(block[:, 1:]).sum() == 0


def test_progressive_and_baseline_files_hold_the_same_coefficients():
    files = [jpeg_encode(picture(), quality=30, progressive=progressive) for progressive in (False, True)]
    for one, other in zip(*map(coefficients, files), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("content", [b"", b"some text", jpeg_encode(picture(), quality=30)[:300]])
def test_what_is_no_whole_jpeg_file_is_refused(content):
    with pytest.raises(PayloadError, match="not a readable JPEG file"):
        coefficients(content)
