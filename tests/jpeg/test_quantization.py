from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from jpeg_files import ONE_TABLE, SAMPLINGS, drop_segment, replace_ids, write_jpeg
from recon.coding.payload import PayloadError
from recon.jpeg.coefficients import coefficients
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.projection import project
from recon.jpeg.quantization import check, decode, encode_alike, quantization_tables, read_layout


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
    assert read_layout(content).factors == [(1, 1), factors, factors]
    assert read_layout(jpeg_encode(picture(channels=1), quality=50)).factors == [(1, 1)]


@pytest.mark.parametrize("name", SAMPLINGS)
def test_sampling_factors_are_ratios_of_what_the_header_has(tmp_path, name):
    written, factors = SAMPLINGS[name]
    assert read_layout(write_jpeg(tmp_path / "a.jpg", picture(), sampling=written)).factors == factors


@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("name", SAMPLINGS)
def test_encoding_alike_is_what_made_a_file_of_any_sampling(tmp_path, name, rgb):
    tables = [ONE_TABLE, ONE_TABLE + 3, ONE_TABLE + 7]
    written = {"sampling": SAMPLINGS[name][0], "tables": tables, "rgb": rgb}
    content = write_jpeg(tmp_path / "a.jpg", picture(37, 53), **written)
    again = encode_alike(picture(37, 53), content)
    assert read_layout(again).is_rgb == rgb
    np.testing.assert_array_equal(decode(again), decode(content))
    for one, other in zip(coefficients(again), coefficients(content), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_gray_file_s_sampling_factors_mean_nothing():
    content = jpeg_encode(picture(37, 53, 1), quality=50)
    place = content.index(b"\xff\xc0") + 11
    doubled = content[:place] + b"\x22" + content[place + 1 :]
    assert read_layout(doubled).factors == [(1, 1)]
    np.testing.assert_array_equal(coefficients(doubled)[0], coefficients(content)[0])
    np.testing.assert_array_equal(decode(doubled), decode(content))


def test_sides_that_are_no_whole_ratios_are_refused_for_that(tmp_path):
    content = bytearray(write_jpeg(tmp_path / "a.jpg", picture(), sampling=SAMPLINGS["4:4:0"][0]))
    place = content.index(b"\xff\xc0") + 11
    content[place : place + 6 : 3] = b"\x31\x21"
    with pytest.raises(PayloadError, match="are sampled 3x1, 2x1, 1x1, which are no whole ratios"):
        read_layout(bytes(content))


def with_factors(content, factors):
    changed = bytearray(content)
    place = content.index(b"\xff\xc0") + 11
    changed[place : place + 9 : 3] = factors
    return bytes(changed)


def test_a_sampling_that_only_scans_of_one_component_can_have_is_refused():
    """libjpeg reads 4x4, 1x1, 1x1 there, but no encoder here writes it in one scan."""
    content = jpeg_encode(picture(64, 64), quality=90)
    with pytest.raises(PayloadError, match="its sampling puts 18 blocks in a unit, of 10 at most"):
        check(with_factors(content, b"\x44\x11\x11"))


@pytest.mark.parametrize("factors", [b"\0\0\0", b"\x22\x11\x01", b"\x51\x11\x11"])
@pytest.mark.parametrize("read", [check, decode, read_layout])
def test_sampling_factors_are_1_to_4(read, factors):
    with pytest.raises(PayloadError, match="a sampling factor outside 1 to 4"):
        read(with_factors(jpeg_encode(picture(), quality=50), factors))


ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"


def with_segment(rgb, segment):
    """Return a file of R, G and B, by their ids, with this segment for Adobe's."""
    named = replace_ids(drop_segment(rgb, 0xEE), b"RGB")
    return named[:2] + segment + named[2:]


HEADERS = {  # who wins, by libjpeg: JFIF, then Adobe's transform, then the components' ids
    "jfif": (False, lambda ycc, rgb: ycc),
    "jfif, ids R G B": (False, lambda ycc, rgb: replace_ids(ycc, b"RGB")),
    "jfif, Adobe 0": (False, lambda ycc, rgb: ycc[:20] + ADOBE + b"\0" + ycc[20:]),
    "Adobe 0": (True, lambda ycc, rgb: rgb),
    "Adobe 1, ids R G B": (False, lambda ycc, rgb: replace_ids(rgb.replace(ADOBE + b"\0", ADOBE + b"\1"), b"RGB")),
    "Adobe 2": (False, lambda ycc, rgb: rgb.replace(ADOBE + b"\0", ADOBE + b"\2")),
    "ids R G B": (True, lambda ycc, rgb: replace_ids(drop_segment(rgb, 0xEE), b"RGB")),
    "ids 1 2 3": (False, lambda ycc, rgb: replace_ids(drop_segment(ycc, 0xE0), b"\1\2\3")),
    "Adobe cut, ids R G B": (True, lambda ycc, rgb: with_segment(rgb, b"\xff\xee\0\x09Adobe\0\x64")),
    "JFIF cut, ids R G B": (True, lambda ycc, rgb: with_segment(rgb, b"\xff\xe0\0\x09JFIF\0\1\1")),
    "ids r g b": (False, lambda ycc, rgb: replace_ids(drop_segment(ycc, 0xE0), b"rgb")),
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_color_space_is_the_one_that_the_file_is_shown_in(tmp_path, name):
    """Projecting the decoded pixels would change their color, if it took R, G and B for Y, Cb and Cr."""
    is_rgb, change = HEADERS[name]
    pixels = np.full((16, 24, 3), (150, 110, 90), np.uint8)
    content = change(*(write_jpeg(tmp_path / "a.jpg", pixels, rgb=rgb) for rgb in (False, True)))
    assert read_layout(content).is_rgb == is_rgb
    shown = np.array(Image.open(BytesIO(content)))
    np.testing.assert_array_equal(decode(content), shown)
    assert np.abs(project(shown, content).astype(int) - shown).max() <= 1


def test_a_file_of_red_green_and_blue_by_pillow_keeps_its_colors():
    file = BytesIO()
    Image.fromarray(picture()).save(file, "JPEG", quality=50, keep_rgb=True)
    content = file.getvalue()
    assert np.abs(project(picture(), content).astype(int) - picture()).max() <= 1
    assert np.abs(decode(encode_alike(picture(), content)).astype(int) - picture()).mean() < 8


def test_large_steps_are_no_reason_for_libjpeg_to_speak(tmp_path, capfd):
    """It says for each file that `quantization tables are too coarse for baseline JPEG`."""
    for sampling in ("4:2:2 in other words", "4:1:1"):
        tables = [ONE_TABLE + 400] * 3
        content = write_jpeg(tmp_path / "a.jpg", picture(), sampling=SAMPLINGS[sampling][0], tables=tables)
        capfd.readouterr()
        encode_alike(picture(), content)
        coefficients(content)
        decode(content)
        assert capfd.readouterr() == ("", "")


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


@pytest.mark.parametrize("read", [decode, quantization_tables, read_layout])
@pytest.mark.parametrize("content", [b"", b"GIF89a, or so it says", jpeg_encode(picture(), quality=30)[:100]])
def test_what_is_no_jpeg_file_is_refused_in_one_line(read, content):
    with pytest.raises(PayloadError, match=r"^not a readable JPEG file: .*$"):
        read(content)


def test_each_component_may_have_a_table(tmp_path):
    """A network, which is told two, is told the geometric mean of the two for chroma."""
    tables = [np.full((8, 8), step) for step in (16, 10, 40)]
    content = write_jpeg(tmp_path / "three.jpg", picture(), tables=tables)
    assert read_layout(content).tables[:, 0, 0].tolist() == [16, 10, 40]
    assert quantization_tables(content)[:, 0, 0].tolist() == [16, 20]


@pytest.mark.parametrize("transform", [None, 0, 2])
def test_inks_are_refused(transform):
    """CMYK, and by Adobe's transform 2 YCCK."""
    file = BytesIO()
    Image.fromarray(picture()).convert("CMYK").save(file, "JPEG")  # with transform 0
    content = drop_segment(file.getvalue(), 0xEE)
    if transform is not None:
        content = content[:2] + ADOBE + bytes([transform]) + content[2:]
    with pytest.raises(PayloadError, match="its colors are CMYK, neither gray nor RGB"):
        decode(content)


@pytest.mark.parametrize("read", [check, quantization_tables])
def test_a_step_of_zero_is_refused(read):
    """No encoder has one, and networks are told its logarithm."""
    content = bytearray(jpeg_encode(picture(), quality=30))
    content[content.index(b"\xff\xdb") + 5 + 63] = 0
    with pytest.raises(PayloadError, match="a quantizer step is 0"):
        read(bytes(content))


def test_a_missing_table_is_refused_by_its_number():
    content = bytearray(jpeg_encode(picture(), quality=30))
    content[content.index(b"\xff\xc0") + 18] = 3
    with pytest.raises(PayloadError, match="its table 3 of quantizer steps is missing"):
        check(bytes(content))


def test_a_payload_has_the_sides_of_this_project_s_images():
    check(jpeg_encode(picture(8, 8), quality=30))
    with pytest.raises(PayloadError, match="payload claims 7 rows x 8 columns"):
        check(jpeg_encode(picture(7, 8), quality=30))
