import numpy as np
import pytest
from PIL import Image

from recon.coding.payload import PayloadError
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.quantization import check, decode, encode_alike, quantization_tables, sampling_factors


def picture(rows=40, columns=56, channels=3):
    """Return a smooth pattern with noise, within 32 to 223."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 32, 223).astype(np.uint8)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_tables_are_those_of_the_standard_at_quality_50(channels, progressive):
    """Annex K of the JPEG standard; the first row says that they are not in zigzag, where 12 would come third."""
    tables = quantization_tables(jpeg_encode(picture(channels=channels), quality=50, progressive=progressive))
    assert (tables.shape, tables.dtype) == (((channels + 1) // 2, 8, 8), np.uint16)
    assert tables[0, 0].tolist() == [16, 11, 10, 16, 24, 40, 51, 61]
    assert tables[0, :, 0].tolist() == [16, 12, 14, 14, 18, 24, 49, 72]
    assert tables[1:, 0].tolist() == [[17, 18, 24, 47, 99, 99, 99, 99]][: channels // 2]


@pytest.mark.parametrize(("subsampling", "factors"), [("4:4:4", (1, 1)), ("4:2:2", (1, 2)), ("4:2:0", (2, 2))])
def test_sampling_factors_are_rows_and_columns_per_sample(subsampling, factors):
    content = jpeg_encode(picture(), quality=50, subsampling=subsampling)
    assert sampling_factors(content) == [(1, 1), factors, factors]
    assert sampling_factors(jpeg_encode(picture(channels=1), quality=50)) == [(1, 1)]


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [5, 30, 95])
@pytest.mark.parametrize("channels", [1, 3])
def test_encoding_alike_is_what_made_the_file(channels, quality, subsampling):
    pixels = picture(channels=channels)
    content = jpeg_encode(pixels, quality=quality, subsampling=subsampling)
    np.testing.assert_array_equal(decode(encode_alike(pixels, content)), decode(content))


@pytest.mark.parametrize("shape", [(8, 8, 1), (37, 53, 3)])
def test_decoding_gives_the_pixels(shape):
    content = jpeg_encode(picture(*shape), quality=30)
    np.testing.assert_array_equal(decode(content), jpeg_decode(content))


@pytest.mark.parametrize("read", [decode, quantization_tables, sampling_factors])
@pytest.mark.parametrize("content", [b"", b"GIF89a, or so it says", jpeg_encode(picture(), quality=30)[:100]])
def test_what_is_no_jpeg_file_is_refused_in_one_line(read, content):
    with pytest.raises(PayloadError, match=r"^not a readable JPEG file: .*$"):
        read(content)


def test_two_tables_of_chroma_are_refused(tmp_path):
    tables = [[16] * 64, [17] * 64, [18] * 64]
    Image.fromarray(picture()).save(tmp_path / "three.jpg", qtables=tables, subsampling=0)
    with pytest.raises(PayloadError, match="its chroma components have different tables"):
        quantization_tables((tmp_path / "three.jpg").read_bytes())


def test_four_components_are_refused(tmp_path):
    Image.fromarray(picture()).convert("CMYK").save(tmp_path / "print.jpg")
    with pytest.raises(PayloadError, match="neither gray nor RGB, but of mode CMYK"):
        decode((tmp_path / "print.jpg").read_bytes())


def test_chroma_of_another_size_is_refused():
    """4:1:1: luma is sampled 4 x 1 against the others' 1 x 1."""
    content = bytearray(jpeg_encode(picture(), quality=30, subsampling="4:4:4"))
    content[content.index(b"\xff\xc0") + 11] = 0x41
    with pytest.raises(PayloadError, match="neither gray nor color of 4:4:4, 4:2:2 or 4:2:0"):
        decode(bytes(content))


@pytest.mark.parametrize("read", [check, quantization_tables])
def test_a_step_of_zero_is_refused(read):
    """No encoder has one, and networks are told its logarithm."""
    content = bytearray(jpeg_encode(picture(), quality=30))
    content[content.index(b"\xff\xdb") + 5 + 63] = 0
    with pytest.raises(PayloadError, match="a quantizer step is 0"):
        read(bytes(content))


def test_a_payload_has_the_sides_of_this_project_s_images():
    check(jpeg_encode(picture(8, 8), quality=30))
    with pytest.raises(PayloadError, match="payload claims 7 rows x 8 columns"):
        check(jpeg_encode(picture(7, 8), quality=30))
