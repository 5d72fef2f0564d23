import struct
import tracemalloc
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from recon.coding.payload import MOST_PIXELS, PayloadError
from recon.core.images import to_pillow
from recon.core.segments import MOST_SCANS
from recon.families.classical.method import CODECS, FORMATS, ClassicalCodec, decode
from recon.jpeg.codec_files import bare_jpeg, check_jpeg2000, opened
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.quantization import read_layout
from refusals import refusal

TOLD = {"formats": FORMATS, "called": "file"}
OURS = {"irreversible": True, "mct": 1, "quality_layers": [20]}


def picture(rows=40, columns=56, channels=3):
    """Return a smooth pattern with noise."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(0).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)


def saved(pixels=None, form="JPEG", mode="RGB", **options):
    file = BytesIO()
    to_pillow(picture() if pixels is None else pixels).convert(mode).save(file, form, **options)
    return file.getvalue()


def scan_of(content):
    """Return the last scan of a JPEG file, up to its end marker."""
    return content[content.rindex(b"\xff\xda") : -2]


@pytest.mark.parametrize("codec", [name for name, codec in CODECS.items() if codec.pillow_format in FORMATS])
@pytest.mark.parametrize("shape", [(40, 56, 3), (8, 8, 1), (9, 31, 3)])
def test_what_the_codecs_write_is_opened(codec, shape):
    content = ClassicalCodec(picture(*shape), codec).encode(20)
    with opened(content, **TOLD, most_pixels=MOST_PIXELS) as image:
        assert image.size == shape[1::-1]


@pytest.mark.parametrize("form", ["PNG", "GIF", "BMP", "TIFF", "PPM"])
def test_files_of_other_formats_are_refused(form):
    assert "its header is damaged, or of another format" in refusal(call_decode, saved(form=form))


def call_decode(content):
    return decode(content, channels=3)


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [("JPEG", "CMYK", {}), ("WEBP", "RGBA", {"lossless": True}), ("AVIF", "RGBA", {}), ("JPEG2000", "LA", {})],
)
def test_pictures_that_no_method_makes_are_refused(form, mode, options):
    """The alpha channel is not opaque, or an encoder would leave it out."""
    image = to_pillow(picture()).convert(mode)
    if mode.endswith("A"):
        image.putalpha(to_pillow(picture(channels=1)))
    file = BytesIO()
    image.save(file, form, **options)
    refusal(call_decode, file.getvalue())


def test_the_camera_s_position_changes_nothing():
    """A payload is decoded as it stands: turning is done where photographs are read."""
    exif = Image.Exif()
    exif[0x0112] = 6
    np.testing.assert_array_equal(call_decode(saved(exif=exif)), call_decode(saved()))


def with_sides(form, rows, columns):
    """Return a file whose header claims other sides."""
    if form == "JPEG2000":
        content = saved(form=form, **OURS)
        content = content.replace(struct.pack(">II", 40, 56), struct.pack(">II", rows, columns))
        return content.replace(struct.pack(">II", 56, 40), struct.pack(">II", columns, rows))
    old, new = {
        "JPEG": (struct.pack(">HH", 40, 56), struct.pack(">HH", rows, columns)),
        "WEBP": (struct.pack("<HH", 56, 40), struct.pack("<HH", columns, rows)),
        "AVIF": (b"ispe" + struct.pack(">III", 0, 56, 40), b"ispe" + struct.pack(">III", 0, columns, rows)),
    }[form]
    content = saved(form=form)
    assert old in content
    return content.replace(old, new)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("sides", [(8193, 8), (7, 8), (8, 16383), (16000, 16000)])
def test_impossible_sides_are_refused_before_there_is_memory_for_them(form, sides):
    """In Python's memory, where the pixels would be; the libraries' own is limited in the contracts' fuzz.py."""
    tracemalloc.start()
    refusal(call_decode, with_sides(form, *sides))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**22


@pytest.mark.parametrize("form", FORMATS)
def test_a_limit_of_pixels_is_kept_and_none_is_none(form):
    content = saved(form=form, **OURS if form == "JPEG2000" else {})
    with pytest.raises(PayloadError, match="at most 2239 pixels"), opened(content, **TOLD, most_pixels=2239):
        pass
    for most_pixels in (2240, None):
        with opened(content, **TOLD, most_pixels=most_pixels) as image:
            assert image.size == (56, 40)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_bare_jpeg_file_has_the_same_picture_and_nothing_else(progressive, channels):
    pixels = picture(channels=channels)
    content = jpeg_encode(pixels, quality=30, progressive=progressive)
    exif = Image.Exif()
    exif[0x010E] = "a lake"
    chatty = saved(pixels, mode=to_pillow(pixels).mode, comment=b"note", exif=exif, dpi=(72, 72))
    assert bare_jpeg(chatty + b"and so on") == bare_jpeg(chatty)
    for word in (b"JFIF", b"note", b"a lake"):
        assert word in chatty
        assert word not in bare_jpeg(chatty)
    np.testing.assert_array_equal(jpeg_decode(bare_jpeg(content)), jpeg_decode(content))
    np.testing.assert_array_equal(jpeg_decode(bare_jpeg(chatty)), jpeg_decode(chatty))


def test_restarts_and_fill_bytes_are_no_segments():
    content = saved(restart_marker_blocks=2)
    assert b"\xff\xd3" in content
    place = content.index(b"\xff\xdb")
    filled = content[:place] + b"\xff\xff" + content[place:]
    np.testing.assert_array_equal(jpeg_decode(bare_jpeg(filled)), jpeg_decode(content))


def test_a_picture_may_not_be_drawn_again_and_again():
    content = saved(progressive=True)
    scan = scan_of(content)
    drawn = content.count(b"\xff\xda")
    most = content[:-2] + (MOST_SCANS - drawn) * scan + content[-2:]
    np.testing.assert_array_equal(jpeg_decode(bare_jpeg(most)).shape, (40, 56, 3))
    with pytest.raises(ValueError, match="64 scans"):
        bare_jpeg(content[:-2] + (MOST_SCANS - drawn + 1) * scan + content[-2:])


FRAME = saved()[saved().index(b"\xff\xc0") :][:19]
STEPS = saved()[saved().index(b"\xff\xdb") :][:69]
JPEGS = {
    "nothing": ("its end marker is missing", lambda content: content[:2]),
    "no end": ("its end marker is missing", lambda content: content[:-2]),
    "half a marker": ("its end marker is missing", lambda content: content[:-1]),
    "a segment beyond the end": (
        "its end marker is missing",
        lambda content: content[:2] + b"\xff\xfe\xff\xff" + content[2:],
    ),
    "two frames": ("more than one frame", lambda content: content.replace(FRAME, FRAME + FRAME)),
    "no frame": ("a scan without a frame", lambda content: content.replace(FRAME, b"")),
    "arithmetic coding": ("coded arithmetically", lambda content: content.replace(b"\xff\xc0", b"\xff\xc9")),
    "progressive arithmetic coding": (
        "coded arithmetically",
        lambda content: content.replace(b"\xff\xc0", b"\xff\xca"),
    ),
    "losslessness": ("it is lossless", lambda content: content.replace(b"\xff\xc0", b"\xff\xc3")),
    "12 bits": ("more than 8 bits", lambda content: content.replace(FRAME, FRAME[:4] + b"\x0c" + FRAME[5:])),
    "tables between scans": ("tables of steps between", lambda content: content[:-2] + STEPS + content[-2:]),
    "lines that come later": (
        "a segment of kind DC",
        lambda content: content[:-2] + b"\xff\xdc\0\4\0\x28" + content[-2:],
    ),
    "a segment without a length": (
        "without a length",
        lambda content: content[:2] + b"\xff\xfe\0\1" + content[2:],
    ),
    "something between segments": ("a segment does not begin", lambda content: content[:2] + b"!" + content[2:]),
    "endless remarks": ("10000 segments", lambda content: content[:2] + 10_000 * b"\xff\xfe\0\2" + content[2:]),
}


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_file_of_another_make_is_refused_for_the_true_reason(name):
    words, change = JPEGS[name]
    with pytest.raises(ValueError, match=words):
        bare_jpeg(change(saved()))
    assert words in refusal(call_decode, change(saved()))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_jpeg_file_too_short_for_its_sides_is_refused_from_its_header(progressive, channels):
    """libjpeg would fill in 67 million gray pixels."""
    content = saved(picture(channels=channels), mode="RGB" if channels == 3 else "L", progressive=progressive)
    large = content.replace(struct.pack(">HH", 40, 56), struct.pack(">HH", 8192, 8192))
    assert f"it is cut: {len(bare_jpeg(content))} bytes cannot hold 8192 rows x 8192" in refusal(
        call_decode, large
    )


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True, "subsampling": 0}])
def test_the_shortest_files_are_long_enough_for_their_sides(options):
    content = saved(np.full((1024, 2048, 3), 128, np.uint8), **options)
    assert call_decode(content).shape == (1024, 2048, 3)


def test_what_a_phone_writes_is_decoded():
    """Several pictures in a file, a turned camera, restarts, 4:2:2, progressive: as without all that."""
    plain = saved(subsampling="4:2:2")
    exif = Image.Exif()
    exif[0x0112] = 6
    pictures = BytesIO()
    first, second = (to_pillow(picture()) for _ in "12")
    first.save(pictures, "MPO", append_images=[second], save_all=True, subsampling="4:2:2")
    others = [
        saved(subsampling="4:2:2", exif=exif, icc_profile=b"none", restart_marker_blocks=2),
        saved(subsampling="4:2:2", progressive=True),
    ]
    for content in (pictures.getvalue(), *others):
        np.testing.assert_array_equal(call_decode(content), call_decode(plain))
        np.testing.assert_array_equal(read_layout(content).tables, read_layout(plain).tables)
        assert read_layout(content).factors == [(1, 1), (1, 2), (1, 2)]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sides", [(8, 8), (9, 700), (300, 64)])
def test_a_jpeg2000_file_of_ours_is_as_it_should_be(sides, channels):
    for target_bpp in (0.05, 1.0, 8.0):
        check_jpeg2000(ClassicalCodec(picture(*sides, channels), "jpeg2000").encode(target_bpp))


@pytest.mark.parametrize(
    "options",
    [
        {"codeblock_size": (4, 4)},
        {"precinct_size": (64, 64)},
        {"tile_size": (16, 16)},
        {"quality_layers": [40, 20]},
        {"no_jp2": True},
        {"progression": "RPCL"},
        {"plt": True},
        {"signed": True},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_jpeg2000_file_laid_out_in_another_way_is_refused(options):
    """A block of 4 x 4 coefficients takes OpenJPEG as much memory as one of 64 x 64."""
    content = saved(form="JPEG2000", **OURS | options)
    with pytest.raises(ValueError, match=r"cut|header"):
        check_jpeg2000(content)
    refusal(call_decode, content)


def test_a_cut_jpeg2000_file_is_refused():
    content = saved(form="JPEG2000", **OURS)
    for kept in range(len(content)):
        with pytest.raises(ValueError, match=r"cut|header"):
            check_jpeg2000(content[:kept])
