from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from skimage import data

from jpeg_files import ONE_TABLE, SAMPLINGS, add_segments, write_jpeg
from jpeg_xl_files import BOXES, BitString, join_boxes, split_boxes, write_header
from recon.coding.payload import MOST_PIXELS, PayloadError
from recon.core.images import to_pillow
from recon.core.segments import MOST_SCANS
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.files import JpegFile, encode_file
from recon.jpeg.jpegxl import jpegxl_encode
from recon.jpeg.jpegxl_files import holds_jpeg, read_header
from recon.jpeg.repacking import repack, unpack
from refusals import outcome, refusal

PHOTOGRAPH = data.chelsea()[:101, 100:251]


def saved(pixels=PHOTOGRAPH, **options):
    file = BytesIO()
    to_pillow(pixels).save(file, "JPEG", **options)
    return file.getvalue()


def exif():
    remarks = Image.Exif()
    remarks[0x0112], remarks[0x010E] = 6, "a cat " * 40
    return remarks


FILES = {
    "gray": lambda: saved(PHOTOGRAPH[..., :1]),
    **{name: lambda name=name: saved(subsampling=name) for name in ("4:4:4", "4:2:2", "4:2:0")},
    "progressive": lambda: saved(progressive=True),
    "restart markers": lambda: saved(restart_marker_blocks=3),
    "restart markers by row": lambda: saved(restart_marker_rows=1),
    "not optimized": lambda: saved(optimize=False),
    "smallest": lambda: saved(PHOTOGRAPH[:8, :8]),
    "thin": lambda: saved(PHOTOGRAPH[:8, :150]),
    "quality 1": lambda: saved(quality=1),
    "quality 100": lambda: saved(quality=100, subsampling="4:4:4"),
    "EXIF": lambda: saved(exif=exif()),
    "XMP": lambda: saved(xmp=b"<x:xmpmeta/>" * 20),
    "more data than picture": lambda: add_segments(saved(), 20),
    "comment": lambda: saved(comment=b"a cat"),
    "bytes behind the end": lambda: saved() + b"as cameras write them" * 50,
    "two tables": lambda: saved(qtables=[list(range(1, 65)), list(range(64, 0, -1))]),
    "mozjpeg": lambda: encode_file(PHOTOGRAPH, quality=40, file=JpegFile(encoder="mozjpeg")),
    "mozjpeg, flat": lambda: encode_file(PHOTOGRAPH, quality=20, file=JpegFile(encoder="mozjpeg", tables="flat")),
    "mozjpeg, made for PSNR": lambda: encode_file(
        PHOTOGRAPH, quality=20, file=JpegFile(encoder="mozjpeg", tables="psnr")
    ),
    "mozjpeg, gray": lambda: encode_file(PHOTOGRAPH[..., :1], quality=20, file=JpegFile(encoder="mozjpeg")),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_repacked_file_comes_back_byte_for_byte(kind):
    content = FILES[kind]()
    payload = repack(content)
    assert unpack(payload) == content
    assert holds_jpeg(payload)
    assert repack(content) == payload


@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("name", SAMPLINGS)
def test_so_does_one_of_another_sampling_or_color_space_if_it_can_be_repacked(tmp_path, name, rgb):
    tables = [ONE_TABLE, ONE_TABLE + 5, ONE_TABLE + 250]
    content = write_jpeg(tmp_path / "a.jpg", PHOTOGRAPH, sampling=SAMPLINGS[name][0], tables=tables, rgb=rgb)
    try:
        payload = repack(content)
    except RuntimeError:  # libjxl knows no factor of 4, and no subsampled RGB
        assert rgb or any(4 in factors for factors in SAMPLINGS[name][0])
        return
    assert unpack(payload) == content


@given(
    sides=st.tuples(st.integers(8, 70), st.integers(8, 70)),
    channels=st.sampled_from([1, 3]),
    quality=st.integers(1, 100),
    file=st.builds(
        JpegFile,
        encoder=st.sampled_from(["libjpeg", "mozjpeg"]),
        tables=st.sampled_from(["standard", "flat", "psnr"]),
    ),
    subsampling=st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]),
    seed=st.integers(0, 2**16),
)
@settings(max_examples=60, deadline=None)
def test_any_picture_s_file_comes_back(sides, channels, quality, file, subsampling, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (*sides, channels), np.uint8)
    options = {"quality": quality, "subsampling": subsampling, "progressive": True}
    content = encode_file(pixels, file=file, **options)
    payload = encode_file(pixels, file=file.model_copy(update={"container": "jxl"}), **options)
    assert unpack(payload) == content
    assert read_header(payload) == (*sides, channels, True)


def test_what_is_no_jpeg_xl_file_is_left_to_others():
    for content in (b"", b"RCN", b"some text", saved()):
        assert unpack(content) is content


def test_a_repacked_photograph_has_fewer_bytes():
    whole = data.chelsea()
    content = jpeg_encode(whole, quality=50, progressive=True)
    assert len(repack(content)) < 0.9 * len(content)


# --- Files that are refused ---


def with_brob(size):
    """Return a repacked file whose EXIF data unpack to so many bytes."""
    boxes = split_boxes(repack(saved(exif=exif())))
    bomb = b"Exif" + imagecodecs.brotli_encode(bytes(size))
    return join_boxes([(kind, bomb if kind == b"brob" else data) for kind, data in boxes])


def with_brobs(count):
    """Return a repacked file with so many boxes of compressed EXIF data."""
    box = b"brob", b"Exif" + imagecodecs.brotli_encode(bytes(2**16))
    return with_boxes(lambda boxes: [*boxes, *count * [box]])


def with_listed(codes):
    """Return a repacked file that lists segments of these codes before its own."""
    boxes = split_boxes(repack(saved()))
    listed = BitString().put(0, 1)
    for code in codes:
        listed.put(code - 0xC0, 6)
    end = listed.put(0xD9 - 0xC0, 6).to_bytes()
    return join_boxes([(kind, end if kind == b"jbrd" else data) for kind, data in boxes])


def with_boxes(change):
    return join_boxes(change(split_boxes(repack(saved()))))


def with_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return repack(saved(icc_profile=profile))


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (lambda: jpegxl_encode(PHOTOGRAPH, quality=50), "it holds none; `jpegxl` decodes it"),
        (lambda: repack(saved())[:-1], "it is cut"),
        (lambda: repack(saved())[:40], "it is cut"),
        (lambda: BOXES, "it is cut"),
        (with_profile, "it has an ICC profile"),
        (lambda: with_brob(2**17), "holds more than 65536 bytes"),
        (lambda: with_brob(2**27), "holds more than 65536 bytes"),
        (lambda: with_brobs(5), "more than 4 compressed boxes"),
        (lambda: with_listed([0xDA] * (MOST_SCANS + 1)), "more than 64 scans"),
        (lambda: with_listed([0xE1] * 257), "more than 256 segments"),
        (lambda: with_listed([0xFF] * 257), "more than 256 segments"),
        (lambda: with_listed([0xFE] * 4100), "more than 256 segments"),
        (lambda: with_listed([0xC4] * 4000), "more than 4000 segments"),
        (lambda: with_boxes(lambda boxes: boxes[::-1]), "out of order"),
        (lambda: with_boxes(lambda boxes: boxes[:-1]), "the end of its picture is missing"),
        (lambda: with_boxes(lambda boxes: [*boxes, boxes[-1]]), "out of order"),
        (lambda: with_boxes(lambda boxes: [*boxes, (b"jbrd", b"")]), "it is cut"),
        (lambda: with_boxes(lambda boxes: [*boxes, (b"free", b"")]), "a box of a kind that is not read"),
        (lambda: with_boxes(lambda boxes: [(kind, d) for kind, d in boxes if kind != b"jbrd"]), "it holds none"),
    ],
)
def test_what_no_encoder_writes_is_refused_in_one_line(payload, words):
    message = refusal(unpack, payload())
    assert message.startswith("not a readable JPEG file in a JPEG XL file: ")
    assert words in message


def test_a_few_compressed_boxes_are_read():
    assert unpack(with_brobs(4)) == saved()


def test_a_claim_of_many_pixels_is_refused():
    payload = repack(saved())
    with pytest.raises(PayloadError, match="at most 15250 pixels"):
        unpack(payload, most_pixels=101 * 151 - 1)
    assert unpack(payload, most_pixels=101 * 151) == saved()
    codestream = write_header(8192, 8192) + b"\1" + bytes(100)
    boxes = [(kind, data) for kind, data in split_boxes(payload) if kind in (b"ftyp", b"jbrd")]
    assert f"at most {MOST_PIXELS} pixels" in refusal(unpack, join_boxes([*boxes, (b"jxlc", codestream)]))


def test_damage_anywhere_gives_a_file_or_one_line():
    payload = repack(saved(PHOTOGRAPH[:24, :32]))
    for place in range(len(payload)):
        damaged = bytearray(payload)
        damaged[place] ^= 1 << place % 8
        found = outcome(unpack, bytes(damaged))
        assert isinstance(found, PayloadError) or found.startswith(b"\xff\xd8") or found == damaged
