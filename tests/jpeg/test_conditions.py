"""What a network is told of a JPEG file."""

import numpy as np
import pytest

from jpeg_files import ONE_TABLE, write_jpeg
from recon.jpeg.conditions import COUNTS, read_conditions, turn_conditions
from recon.jpeg.degradation import jpeg_encode

NOISE = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
FLAT = np.full((8, 8), 16)


@pytest.mark.parametrize("channels", [1, 3])
def test_steps_are_logarithms_so_that_each_doubling_counts_the_same(channels):
    """Quality 100 has steps of 1 throughout; the standard's luma table, quality 50, begins with 16."""
    finest, middle = (
        read_conditions(jpeg_encode(NOISE[..., :channels], quality=quality), channels=channels)
        for quality in (100, 50)
    )
    assert middle.shape == (COUNTS[channels],)
    assert middle.dtype == np.float32
    assert not finest[:128].any()
    assert middle[0] == np.float32(4 / 8)


@pytest.mark.parametrize(("subsampling", "sizes"), [("4:4:4", [0, 0]), ("4:2:2", [0, 1]), ("4:2:0", [1, 1])])
def test_the_last_two_are_the_logarithms_of_the_rows_and_columns_of_a_chroma_sample(subsampling, sizes):
    content = jpeg_encode(NOISE, quality=30, subsampling=subsampling)
    assert read_conditions(content, channels=3)[128:].tolist() == sizes


def test_luma_comes_first_and_two_tables_of_chroma_are_averaged_as_logarithms(tmp_path):
    """NumPy's logarithm in single precision is off by one unit in the last place on some processors (AVX-512)."""
    content = write_jpeg(tmp_path / "a.jpg", NOISE, tables=(ONE_TABLE, FLAT, 4 * FLAT))
    conditions = read_conditions(content, channels=3)
    np.testing.assert_array_max_ulp(conditions[:64], np.log2(ONE_TABLE).ravel().astype(np.float32) / 8, maxulp=1)
    np.testing.assert_array_equal(conditions[64:128], np.full(64, np.log2(32) / 8, np.float32))
    np.testing.assert_array_equal(read_conditions(content, channels=1), conditions[:64])


def test_a_gray_file_is_to_color_as_one_whose_chroma_is_quantized_as_luma():
    content = jpeg_encode(NOISE[..., :1], quality=30)
    luma = read_conditions(content, channels=1)
    np.testing.assert_array_equal(read_conditions(content, channels=3), [*luma, *luma, 0, 0])


def test_turned_conditions_are_those_of_the_turned_file(tmp_path):
    """Of the same picture on its side: tables transposed, and 4:4:0 in place of 4:2:2."""
    lying = write_jpeg(
        tmp_path / "a.jpg", NOISE, sampling=[(1, 2), (1, 1), (1, 1)], tables=(ONE_TABLE, FLAT, FLAT)
    )
    standing = write_jpeg(
        tmp_path / "b.jpg", NOISE, sampling=[(2, 1), (1, 1), (1, 1)], tables=(ONE_TABLE.T, FLAT, FLAT)
    )
    for channels in (1, 3):
        turned = turn_conditions(read_conditions(lying, channels=channels))
        np.testing.assert_array_equal(turned, read_conditions(standing, channels=channels))
        assert turned.dtype == np.float32
