"""Every kind of sample against known ones, written and read back by tifffile, or byte by byte here."""

import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from recon.core.errors import UserError
from recon.core.images import read_image

SIDES = (18, 27)


def ramp(dtype, largest, channels=1):
    """Return samples from 0 to `largest`, (rows, columns[, channels])."""
    values = np.linspace(0, largest, np.prod(SIDES)).reshape(SIDES)
    turned = np.stack([values, values[::-1], values[:, ::-1]][:channels], axis=-1).squeeze()
    return (turned if np.issubdtype(dtype, np.floating) else np.rint(turned)).astype(dtype)


def read(path):
    """Return the pixels of a file, (rows, columns[, 3])."""
    return read_image(path).squeeze().astype(int)


LAYOUTS = {"strips": {}, "tiles": {"tile": (16, 16)}, "deflated": {"compression": "zlib"}}
TIFFS = {  # samples, photometric interpretation, and the 8 bits that they stand for
    "8 bits": (ramp(np.uint8, 255), "minisblack", lambda samples: samples),
    "8 bits, 0 white": (ramp(np.uint8, 255), "miniswhite", lambda samples: 255 - samples),
    "1 bit": (ramp(np.uint8, 1).astype(bool), "minisblack", lambda samples: 255 * samples),
    "1 bit, 0 white": (ramp(np.uint8, 1).astype(bool), "miniswhite", lambda samples: 255 - 255 * samples),
    "16 bits": (ramp(np.uint16, 65535), "minisblack", lambda samples: samples >> 8),
    "16 bits, 0 white": (ramp(np.uint16, 65535), "miniswhite", lambda samples: 255 - (samples >> 8)),
    "32 bits": (ramp(np.int32, 65535), "minisblack", lambda samples: samples >> 8),
    "floats": (ramp(np.float32, 1), "minisblack", lambda samples: np.rint(255 * samples)),
    "floats, 0 white": (ramp(np.float32, 1), "miniswhite", lambda samples: np.rint(255 * (1 - samples))),
    "color": (ramp(np.uint8, 255, 3), "rgb", lambda samples: samples),
    "16-bit color": (ramp(np.uint16, 65535, 3), "rgb", lambda samples: samples >> 8),
}


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", TIFFS)
def test_a_tiff_file_has_the_pixels_that_its_samples_stand_for(tmp_path, kind, layout, byteorder):
    samples, photometric, meaning = TIFFS[kind]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, samples, photometric=photometric, byteorder=byteorder, **LAYOUTS[layout])
    np.testing.assert_array_equal(tifffile.imread(path), samples)
    if (kind, byteorder) == ("16 bits, 0 white", ">"):  # Pillow knows it in the other order only
        with pytest.raises(UserError, match=r"a TIFF file that is damaged, or of a kind that is not read"):
            read(path)
    else:
        np.testing.assert_array_equal(read(path), meaning(samples).astype(int))


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        (ramp(np.uint16, 65535, 3), {"photometric": "rgb", "planarconfig": "separate", "compression": "zlib"}),
        (ramp(np.uint16, 65535, 3), {"photometric": "rgb", "bigtiff": True}),
        (ramp(np.uint16, 65535, 3), {"photometric": "rgb", "compression": "zlib", "predictor": True}),
    ],
    ids=["planes", "BigTIFF", "differences"],
)
def test_16_bit_color_may_be_laid_out_otherwise(tmp_path, samples, options):
    stored = np.moveaxis(samples, -1, 0) if "planarconfig" in options else samples
    tifffile.imwrite(tmp_path / "a.tif", stored, **options)
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), samples >> 8)


@pytest.mark.parametrize("alpha", ["unassalpha", "assocalpha"])
def test_alpha_beside_color_or_multiplied_with_it_is_composed_over_white(tmp_path, alpha):
    color, opacity = np.array([200, 100, 50]), 51 / 255
    stored = np.rint(color * opacity) if alpha == "assocalpha" else color
    samples = np.broadcast_to([*stored, 51], (*SIDES, 4)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", extrasamples=[alpha])
    assert np.abs(read(tmp_path / "a.tif") - (255 + (color - 255) * opacity)).max() <= 1


@pytest.mark.parametrize("palette", [np.arange(256) * 257, np.arange(256)[::-1] * 257])
def test_a_palette_of_a_tiff_file_is_looked_up(tmp_path, palette):
    colors = np.stack([palette, palette, np.zeros(256, int)]).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", ramp(np.uint8, 255), photometric="palette", colormap=colors)
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), colors.T[ramp(np.uint8, 255)] >> 8)


@pytest.mark.parametrize(
    ("samples", "options", "words"),
    [
        (ramp(np.int8, 127), {}, "its samples have a sign"),
        (ramp(np.int16, 32767), {}, "its samples have a sign"),
        (-ramp(np.int32, 9), {}, "samples outside 0 to 65535"),
        (ramp(np.uint32, 2**31), {}, "samples outside 0 to 65535"),
        (ramp(np.float64, 1), {}, "a kind that is not read: save it as PNG"),
        (ramp(np.float16, 1), {}, "a kind that is not read: save it as PNG"),
        (
            np.moveaxis(ramp(np.uint16, 65535, 3), -1, 0),
            {"photometric": "rgb", "planarconfig": "separate"},
            "16-bit samples in a plane for each color",
        ),
    ],
    ids=["8 with sign", "16 with sign", "negative", "32 bits", "64-bit floats", "16-bit floats", "16-bit planes"],
)
def test_samples_without_one_right_scale_are_refused_by_name(tmp_path, samples, options, words):
    tifffile.imwrite(tmp_path / "a.tif", samples, **{"photometric": "minisblack"} | options)
    with pytest.raises(UserError, match=rf"a\.tif: .*{words}"):
        read(tmp_path / "a.tif")


def packed(samples, bits):
    """Return each row of whole numbers as bytes: `bits` for each number, the last byte filled up."""
    digits = samples[..., np.newaxis] >> np.arange(bits)[::-1] & 1
    return [np.packbits(row).tobytes() for row in digits.reshape(len(samples), -1)]


def write_packed_tiff(path, samples, bits, *, photometric=1, deflated=False):
    """Write a gray TIFF file of samples that begin and end within bytes."""
    data = b"".join(packed(samples, bits))
    data = zlib.compress(data) if deflated else data
    rows, columns = samples.shape
    # sides, bits, compression, photometric interpretation, strip's place, samples per pixel, rows, bytes
    tags = {256: columns, 257: rows, 258: bits, 259: 8 if deflated else 1, 262: photometric, 273: 8}
    tags |= {277: 1, 278: rows, 279: len(data)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<I", 8 + len(data) + len(data) % 2)
    path.write_bytes(head + data + bytes(len(data) % 2) + struct.pack("<H", len(tags)) + entries + bytes(4))


@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 12])
def test_packed_gray_samples_of_a_tiff_file(tmp_path, bits, deflated):
    samples = ramp(np.uint16, 2**bits - 1).astype(int)
    write_packed_tiff(tmp_path / "a.tif", samples, bits, deflated=deflated)
    expected = samples >> 4 if bits == 12 else 255 * samples // (2**bits - 1)
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), expected)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_packed_gray_samples_with_0_for_white(tmp_path, bits):
    samples = ramp(np.uint16, 2**bits - 1).astype(int)
    write_packed_tiff(tmp_path / "a.tif", samples, bits, photometric=0)
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), 255 - 255 * samples // (2**bits - 1))


def write_png(path, samples, bits, color, **chunks):
    """Write a PNG file of samples (rows, columns, channels), with chunks between its header and its pixels."""
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], bits, color, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in packed(samples, bits)))
    parts = [("IHDR", header), *chunks.items(), ("IDAT", pixels), ("IEND", b"")]
    named = [(name.encode() + content, len(content)) for name, content in parts]
    whole = (struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body)) for body, length in named)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(whole))


def noise(bits, channels=1):
    return np.random.default_rng(0).integers(0, 2**bits, (*SIDES, channels))


def high_byte(samples, bits):
    return samples >> 8 if bits == 16 else 255 * samples // (2**bits - 1)


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_gray_samples_of_a_png_file_and_one_that_is_transparent(tmp_path, bits, transparent):
    samples = noise(bits)
    value = max(1, samples[0, 0, 0])
    chunks = {"tRNS": struct.pack(">H", value)} if transparent else {}
    write_png(tmp_path / "a.png", samples, bits, 0, **chunks)
    shown = np.where((samples == value) & transparent, 255, high_byte(samples, bits))
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), shown)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_transparent_color_of_a_png_file(tmp_path, bits):
    samples = noise(bits, 3)
    write_png(tmp_path / "a.png", samples, bits, 2, tRNS=struct.pack(">3H", *samples[3, 4]))
    shown = high_byte(samples, bits)
    shown[3, 4] = 255
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), shown)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("color", "channels"), [(4, 2), (6, 4)])
def test_alpha_of_a_png_file_is_composed_over_white(tmp_path, color, channels, bits):
    samples = noise(bits, channels)
    write_png(tmp_path / "a.png", samples, bits, color)
    alpha = samples[..., -1:] / (2**bits - 1)
    expected = 255 + (high_byte(samples[..., :-1], bits) - 255) * alpha
    pixels = read_image(tmp_path / "a.png")
    assert pixels.shape == expected.shape
    assert np.abs(pixels - expected).max() <= 1.5


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_palette_of_a_png_file_with_transparent_colors(tmp_path, bits):
    samples, colors = noise(bits), np.random.default_rng(1).integers(0, 256, (2**bits, 3))
    write_png(tmp_path / "a.png", samples, bits, 3, PLTE=bytes(colors.astype("u1")), tRNS=b"\0")
    colors[0] = 255
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), colors[samples[..., 0]])


def test_what_libtiff_says_of_a_damaged_file_is_not_shown(tmp_path, capfd):
    path = tmp_path / "a.tif"
    Image.fromarray(ramp(np.uint8, 255)).save(path, compression="tiff_deflate")
    content = bytearray(path.read_bytes())
    with Image.open(path) as image:
        start = image.tag_v2[273][0]
    content[start : start + 9] = 9 * b"\xff"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a readable image"):
        read_image(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [2, 5, 7, 12])
def test_a_turned_file_is_read_upright_whatever_its_other_tags_hold(tmp_path, kind):
    """ASCII, a fraction, bytes or a double where three numbers are meant: not to be written anew."""
    path, turned = tmp_path / "a.jpg", np.arange(12 * 20, dtype=np.uint8).reshape(12, 20)
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + struct.pack(">HHII", 0x0103, kind, 1, 0)
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\2" + entries + bytes(4)
    Image.fromarray(turned).save(path, exif=exif)
    with Image.open(path) as image:
        np.testing.assert_array_equal(read(path), np.rot90(np.array(image), -1))
