from concurrent.futures import ThreadPoolExecutor
from itertools import product

import jpeglib
import numpy as np
import pytest
from skimage import data

from recon.core.errors import UserError
from recon.core.images import to_color
from recon.core.segments import walk
from recon.jpeg.coefficients import coefficients
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.files import PLAIN, JpegFile, encode_file, name_libraries, tables_for_psnr
from recon.jpeg.libraries import LIBJPEG, MOZJPEG, library_in_use
from recon.jpeg.quantization import read_layout
from recon.jpeg.repacking import unpack
from recon.referee.bd_rate import bd_rate_percent
from recon.referee.distortion import psnr_db
from recon.settings.core import parse
from refusals import refusal

PHOTOGRAPH = data.chelsea()[:240, 100:420]
KINDS = [
    JpegFile(encoder=encoder, tables=tables)
    for encoder, tables in product(["libjpeg", "mozjpeg"], ["standard", "flat", "psnr"])
]
TRELLIS, FLAT = JpegFile(encoder="mozjpeg"), JpegFile(encoder="mozjpeg", tables="flat")
FLAT_JXL = JpegFile(encoder="mozjpeg", tables="flat", container="jxl")
every_kind = pytest.mark.parametrize("file", KINDS, ids=lambda file: f"{file.encoder}-{file.tables}")


def curve(file, qualities=(5, 10, 20, 35, 50, 70)):
    """Return rate and PSNR of the photograph at some qualities."""
    contents = [encode_file(PHOTOGRAPH, quality=quality, file=file, progressive=True) for quality in qualities]
    pictures = [jpeg_decode(unpack(content)) for content in contents]
    return [
        (8 * len(content) / PHOTOGRAPH[..., 0].size, psnr_db(reference=PHOTOGRAPH, reconstruction=picture))
        for content, picture in zip(contents, pictures, strict=True)
    ]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_a_plain_file_is_libjpeg_s(subsampling, progressive):
    options = {"quality": 30, "subsampling": subsampling, "progressive": progressive}
    assert encode_file(PHOTOGRAPH, **options) == jpeg_encode(PHOTOGRAPH, **options)


@every_kind
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_every_kind_is_sampled_as_asked_and_gives_the_picture(file, channels, subsampling):
    pixels = PHOTOGRAPH[:51, :77, :channels]
    content = encode_file(pixels, quality=90, file=file, subsampling=subsampling)
    chroma = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}[subsampling]
    assert read_layout(content).factors == [(1, 1), chroma, chroma][:channels]
    coarse = jpeg_encode(pixels, quality=50, subsampling=subsampling)
    psnr, least = (psnr_db(reference=pixels, reconstruction=jpeg_decode(data)) for data in (content, coarse))
    assert psnr > least


def test_flat_steps_are_scaled_as_libjpeg_scales_a_16():
    """The standard's table for luma begins with 16."""
    gray = np.zeros((8, 8, 1), np.uint8)
    for quality in range(1, 101):
        expected = read_layout(jpeg_encode(gray, quality=quality)).tables[0, 0, 0]
        np.testing.assert_array_equal(tables_for_psnr(quality, "flat"), np.full((1, 8, 8), expected))


def test_steps_made_for_psnr_grow_with_the_frequency_and_are_smaller_for_chroma():
    luma, chroma = tables_for_psnr(50, "psnr")
    assert (luma[0, 0], chroma[0, 0]) == (16, 10)
    np.testing.assert_array_equal(luma[3, 4], round(16 * (1 + 0.1 * 5)))
    np.testing.assert_array_equal(luma, luma.T)
    assert (np.diff(luma.astype(int), axis=0) >= 0).all()
    content = encode_file(PHOTOGRAPH, quality=50, file=JpegFile(encoder="mozjpeg", tables="psnr"))
    np.testing.assert_array_equal(read_layout(content).tables, [luma, chroma, chroma])
    gray = encode_file(PHOTOGRAPH[..., :1], quality=50, file=JpegFile(encoder="mozjpeg", tables="psnr"))
    np.testing.assert_array_equal(read_layout(gray).tables, [luma])


@pytest.mark.parametrize("encoder", ["libjpeg", "mozjpeg"])
def test_flat_files_have_one_table_of_one_step_for_all_components(encoder):
    content = encode_file(PHOTOGRAPH, quality=20, file=JpegFile(encoder=encoder, tables="flat"))
    np.testing.assert_array_equal(read_layout(content).tables, np.full((3, 8, 8), 40))
    assert [segment.end - segment.start for segment in walk(content) if segment.code == 0xDB] == [2 + 2 + 1 + 64]


@every_kind
@pytest.mark.parametrize("quality", [1, 100])
def test_steps_are_bytes_at_both_ends(file, quality):
    tables = read_layout(encode_file(PHOTOGRAPH, quality=quality, file=file)).tables
    assert tables.min() >= 1
    assert tables.max() <= 255


def test_the_trellis_only_lowers_coefficients_of_the_same_tables():
    """To 1 in 1000: both transforms round."""
    gray = to_color(PHOTOGRAPH, "gray")
    plain, chosen = (
        np.abs(coefficients(encode_file(gray, quality=20, file=JpegFile(encoder=encoder, tables="flat")))[0])
        for encoder in ("libjpeg", "mozjpeg")
    )
    assert (chosen <= plain).mean() > 0.999
    assert (chosen > 0).sum() < 0.9 * (plain > 0).sum()


@pytest.mark.parametrize(
    ("better", "file"),
    [
        (TRELLIS, PLAIN),
        (FLAT, TRELLIS),
        (JpegFile(container="jxl"), PLAIN),
        (FLAT_JXL, FLAT),
        (JpegFile(encoder="mozjpeg", tables="psnr", container="jxl"), FLAT_JXL),
    ],
)
def test_better_files_save_bits_at_equal_psnr(better, file):
    assert bd_rate_percent(anchor=curve(file), test=curve(better)).percent < 0


def test_mozjpeg_leaves_the_library_that_reads_coefficients():
    content = jpeg_encode(PHOTOGRAPH, quality=30)
    before, version = coefficients(content), jpeglib.version.get()
    encode_file(PHOTOGRAPH, quality=30, file=TRELLIS)
    assert jpeglib.version.get() == version == LIBJPEG
    with pytest.raises(ZeroDivisionError), library_in_use(MOZJPEG):
        raise ZeroDivisionError
    assert jpeglib.version.get() == LIBJPEG
    for one, other in zip(before, coefficients(content), strict=True):
        np.testing.assert_array_equal(one, other)


def test_threads_share_the_libraries():
    content = jpeg_encode(PHOTOGRAPH, quality=30)
    files, expected = (
        [encode_file(PHOTOGRAPH, quality=q, file=FLAT) for q in range(20, 28)],
        coefficients(content)[0],
    )
    with ThreadPoolExecutor(8) as pool:
        again = pool.map(lambda q: encode_file(PHOTOGRAPH, quality=q, file=FLAT), range(20, 28))
        read = pool.map(lambda _: coefficients(content)[0], range(8))
        assert list(again) == files
        for luma in read:
            np.testing.assert_array_equal(luma, expected)


@every_kind
@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_one_line(file, quality):
    assert "outside 1 to 100" in refusal(lambda: encode_file(PHOTOGRAPH, quality=quality, file=file))


@every_kind
def test_a_quality_may_be_an_integer_of_numpy(file):
    assert encode_file(PHOTOGRAPH, quality=np.int64(30), file=file) == encode_file(
        PHOTOGRAPH, quality=30, file=file
    )


def test_noise_at_the_highest_quality_fits():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for file in KINDS:
        content = encode_file(noise, quality=100, file=file, subsampling="4:4:4")
        assert psnr_db(reference=noise, reconstruction=jpeg_decode(content)) > 40


def test_libraries_are_named_with_their_version_last():
    assert name_libraries(PLAIN).startswith("libjpeg-turbo ")
    assert MOZJPEG in jpeglib.version.versions()
    assert name_libraries(TRELLIS) == "mozjpeg 4.0.3"
    *names, last = name_libraries(JpegFile(encoder="mozjpeg", container="jxl")).split()
    assert names == ["mozjpeg", "4.0.3", "and", "libjxl"]
    assert last[0].isdigit()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"encoder": "guetzli"}, r"file\.encoder: .*'libjpeg' or 'mozjpeg'"),
        ({"tables": [16]}, r"file\.tables: "),
        ({"container": "zip"}, r"file\.container: .*'jpeg' or 'jxl'"),
        ({"trellis": True}, r"file\.trellis: unknown key; known keys: container, encoder, tables"),
    ],
)
def test_a_wrong_setting_is_named(wrong, words):
    with pytest.raises(UserError, match=words):
        parse(JpegFile, wrong, "file")
