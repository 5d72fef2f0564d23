import os
import struct
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from recon.core import images
from recon.core.errors import UserError


def noise(rows=12, columns=20, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, channels), dtype=np.uint8)


def saved(folder, image, suffix, **options):
    path = folder / f"image{suffix}"
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".ppm", ".tif"])
def test_lossless_formats_give_the_same_pixels(tmp_path, suffix):
    pixels = noise()
    np.testing.assert_array_equal(images.read_image(saved(tmp_path, Image.fromarray(pixels), suffix)), pixels)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".pgm", ".tif", ".jpg"])
def test_a_gray_file_has_one_channel(tmp_path, suffix):
    assert images.read_image(saved(tmp_path, Image.new("L", (20, 12), 77), suffix)).shape == (12, 20, 1)


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".gif"])
def test_a_color_file_has_three_channels_and_a_flat_color_survives(tmp_path, suffix):
    pixels = images.read_image(saved(tmp_path, Image.new("RGB", (20, 12), (128, 128, 128)), suffix))
    assert pixels.shape == (12, 20, 3)
    assert np.abs(pixels.astype(int) - 128).max() <= 1


def test_the_suffix_does_not_matter_but_the_content(tmp_path):
    path = saved(tmp_path, Image.fromarray(noise()), ".png")
    renamed = path.rename(tmp_path / "image.jpg")
    np.testing.assert_array_equal(images.read_image(renamed), noise())


@pytest.mark.parametrize(("suffix", "lossless"), [(".gif", {}), (".webp", {"lossless": True}), (".png", {})])
def test_the_first_frame_of_an_animation_is_read(tmp_path, suffix, lossless):
    red, blue = Image.new("RGB", (16, 16), "red"), Image.new("RGB", (16, 16), "blue")
    path = saved(tmp_path, red, suffix, save_all=True, append_images=[blue], **lossless)
    np.testing.assert_array_equal(images.read_image(path)[0, 0], [255, 0, 0])


def test_exif_rotation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: the top row is shown on the right
    path = saved(tmp_path, Image.fromarray(noise()), ".png", exif=exif)
    np.testing.assert_array_equal(images.read_image(path), np.rot90(noise(), -1))


def curve(gamma):
    return b"curv" + struct.pack(">IIHxx", 0, 1, round(256 * gamma))


def xyz(*values):
    return b"XYZ " + struct.pack(">I3i", 0, *(round(65536 * value) for value in values))


D50 = (0.9642, 1.0, 0.8249)
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def profile(space, tags):
    """Return an ICC profile of version 2 with these tags, for a display."""
    tags = tags | {b"desc": b"desc" + struct.pack(">II", 0, 2) + b"x" + bytes(79), b"wtpt": xyz(*D50)}
    place, table, data = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", place + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s12x4s28x", place + len(data), b"", 0x02400000, b"mntr", space, b"XYZ ", b"acsp")
    return head + struct.pack(">3i48x", *(round(65536 * value) for value in D50)) + table + data


def rgb_profile(primaries, gamma=563 / 256):
    tags = {name + b"TRC": curve(gamma) for name in (b"r", b"g", b"b")}
    names = (b"rXYZ", b"gXYZ", b"bXYZ")
    return profile(b"RGB ", tags | {name: xyz(*primary) for name, primary in zip(names, primaries, strict=True)})


def gray_profile(gamma):
    return profile(b"GRAY", {b"kTRC": curve(gamma)})


def linear(srgb):
    """Return the light of sRGB values 0 to 1, by the formula of IEC 61966-2-1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def as_adobe_rgb(pixels):
    """Return sRGB pixels as a camera set to Adobe RGB would save them."""
    srgb = np.array([[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]])
    light = linear(pixels / 255) @ srgb @ np.linalg.inv(np.array(ADOBE_RGB))
    return np.rint(255 * np.clip(light, 0, 1) ** (256 / 563)).astype(np.uint8)


@pytest.mark.parametrize(("suffix", "tolerance"), [(".png", 2), (".tif", 2), (".webp", 3), (".jpg", 6)])
def test_an_adobe_rgb_photograph_keeps_its_colors(tmp_path, suffix, tolerance):
    pixels = np.full((16, 16, 3), (200, 80, 60), np.uint8)
    options = {".webp": {"lossless": True}, ".jpg": {"quality": 100, "subsampling": 0}}.get(suffix, {})
    stored = Image.fromarray(as_adobe_rgb(pixels))
    path = saved(tmp_path, stored, suffix, icc_profile=rgb_profile(ADOBE_RGB), **options)
    assert np.abs(np.array(stored).astype(int) - pixels).max() > 20
    assert np.abs(images.read_image(path).astype(int) - pixels).max() <= tolerance


def test_a_palette_and_colors_with_alpha_are_converted_too(tmp_path):
    stored = Image.fromarray(as_adobe_rgb(np.full((8, 8, 3), (200, 80, 60), np.uint8)))
    half = stored.convert("RGBA")
    half.putalpha(128)
    for image, expected in ((stored.quantize(2), (200, 80, 60)), (half, (227, 167, 157))):
        pixels = images.read_image(saved(tmp_path, image, ".png", icc_profile=rgb_profile(ADOBE_RGB)))
        assert np.abs(pixels[0, 0].astype(int) - expected).max() <= 3


def test_a_linear_gray_picture_becomes_srgb_and_stays_gray(tmp_path):
    """Light of 0.2159 is 55 of 255 in linear samples, and 0.5021, 128 of 255, in sRGB."""
    path = saved(tmp_path, Image.new("L", (8, 8), 55), ".png", icc_profile=gray_profile(1.0))
    pixels = images.read_image(path)
    assert pixels.shape == (8, 8, 1)
    assert np.abs(pixels.astype(int) - 128).max() <= 1


def test_16_bit_samples_are_converted_too(tmp_path):
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), 55 * 257, np.uint16)), ".png")
    with Image.open(path) as image:
        image.save(path, icc_profile=gray_profile(1.0))
    assert np.abs(images.read_image(path).astype(int) - 128).max() <= 1


def test_the_profile_of_srgb_itself_changes_nothing(tmp_path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path, Image.fromarray(noise(64, 64)), ".png", icc_profile=srgb)
    np.testing.assert_array_equal(images.read_image(path), noise(64, 64))


@pytest.mark.parametrize(
    "icc_profile",
    [None, b"", b"no profile", rgb_profile(ADOBE_RGB)[:300], bytes(600), gray_profile(1.0)],
    ids=["none", "empty", "text", "cut", "zeros", "of another space"],
)
def test_pixels_under_no_profile_or_a_damaged_one_are_srgb(icc_profile):
    np.testing.assert_array_equal(images.to_srgb(noise(), icc_profile), noise())


@pytest.mark.parametrize(("kind", "value"), [(2, "a profile"), (3, 7), (4, 7), (12, 0.5)])
def test_a_profile_that_is_no_bytes_is_none(tmp_path, kind, value):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[TiffImagePlugin.ICCPROFILE], tags[TiffImagePlugin.ICCPROFILE] = kind, value
    path = saved(tmp_path, Image.fromarray(noise()), ".tif", tiffinfo=tags)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == value
    np.testing.assert_array_equal(images.read_image(path), noise())


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG"])
def test_a_file_of_more_than_a_gibibyte_is_refused_before_it_is_read(tmp_path, start):
    path = tmp_path / "image.jpg"
    path.write_bytes(start)
    os.truncate(path, 100 * 2**30)
    with pytest.raises(UserError, match=r"image\.jpg: more than 1073741824 bytes"):
        images.read_image(path)


def test_decoded_pixels_are_converted_as_files_are(tmp_path):
    path = saved(tmp_path, Image.fromarray(noise()), ".png", icc_profile=rgb_profile(ADOBE_RGB))
    np.testing.assert_array_equal(images.to_srgb(noise(), rgb_profile(ADOBE_RGB)), images.read_image(path))


def test_inks_are_converted_by_their_profile(tmp_path):
    """Its first ink has lightness 50 by the profile, and is cyan without one."""
    image = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    path = saved(tmp_path, image, ".tif", icc_profile=cmyk_profile(first=50))
    assert np.abs(images.read_image(path).astype(int) - 119).max() <= 2  # L* = 50 is 119 of 255 in sRGB


def cmyk_profile(first):
    """Return a printer's profile: white paper, the first ink gray and of this lightness, black of more inks."""
    curves = bytes(range(256))
    table = b"mft1" + struct.pack(">I4B9i", 0, 4, 3, 2, 0, *(65536 * (n % 4 == 0) for n in range(9)))
    lightness = b"".join(bytes([value, 128, 128]) for value in (255, *7 * [0], round(2.55 * first), *7 * [0]))
    table += 4 * curves + lightness + 3 * curves
    made = bytearray(profile(b"CMYK", {b"A2B0": table, b"B2A0": table}))
    made[12:16], made[20:24] = b"prtr", b"Lab "
    return bytes(made)


def test_alpha_is_composed_over_white(tmp_path):
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:4, :, 3] = 255
    pixels = images.read_image(saved(tmp_path, Image.fromarray(rgba), ".png"))
    assert pixels.shape == (8, 8, 3)
    assert (pixels[:4] == 0).all()
    assert (pixels[4:] == 255).all()


def test_gray_with_alpha_stays_gray(tmp_path):
    gray_alpha = np.dstack([np.full((8, 8), 100, np.uint8), np.full((8, 8), 51, np.uint8)])
    pixels = images.read_image(saved(tmp_path, Image.fromarray(gray_alpha), ".png"))
    assert pixels.shape == (8, 8, 1)
    assert (pixels == 255 - 155 * 51 // 255).all()  # 51 / 255 = 1/5 of the way from white to 100


def test_a_transparent_palette_entry_becomes_white(tmp_path):
    image = Image.new("P", (8, 8), 0)
    image.putpalette([255, 0, 0])
    assert (images.read_image(saved(tmp_path, image, ".png", transparency=0)) == 255).all()


def test_a_palette_image_is_looked_up(tmp_path):
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    np.testing.assert_array_equal(images.read_image(saved(tmp_path, image, ".png"))[3, 5], [10, 20, 30])


def test_one_bit_becomes_black_and_white(tmp_path):
    bits = np.eye(8, dtype=bool)
    pixels = images.read_image(saved(tmp_path, Image.fromarray(bits), ".png"))
    np.testing.assert_array_equal(pixels[..., 0], 255 * np.eye(8))


def test_cmyk_becomes_rgb(tmp_path):
    path = saved(tmp_path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), ".tif")
    np.testing.assert_array_equal(images.read_image(path)[0, 0], [255, 0, 0])


@pytest.mark.parametrize("suffix", [".png", ".tif", ".pgm"])
def test_16_bits_keep_their_high_byte(tmp_path, suffix):
    deep = np.random.default_rng(0).integers(0, 65536, (9, 11), dtype=np.uint16)
    pixels = images.read_image(saved(tmp_path, Image.fromarray(deep), suffix))
    np.testing.assert_array_equal(pixels[..., 0], deep // 256)


def test_big_endian_16_bits_keep_their_high_byte(tmp_path):
    image = Image.frombytes("I;16B", (8, 8), bytes([3, 200] * 64))
    assert (images.read_image(saved(tmp_path, image, ".tif")) == 3).all()


def test_floats_from_0_to_1_are_scaled_by_255(tmp_path):
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    pixels = images.read_image(saved(tmp_path, Image.fromarray(values), ".tif"))
    np.testing.assert_array_equal(pixels[..., 0], np.rint(255.0 * values))


@pytest.mark.parametrize("value", [-0.1, 1.5, np.nan])
def test_floats_outside_0_to_1_are_refused(tmp_path, value):
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), value, np.float32)), ".tif")
    with pytest.raises(UserError, match=r"image\.tif: samples outside 0 to 1;"):
        images.read_image(path)


def test_32_bit_integers_beyond_16_bits_are_refused(tmp_path):
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), 70_000, np.int32)), ".tif")
    with pytest.raises(UserError, match=r"image\.tif: samples outside 0 to 65535;"):
        images.read_image(path)


def test_a_text_file_named_png_is_refused_by_name(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("no image")
    with pytest.raises(UserError, match=r"notes\.png: not a readable image \(known: PNG.*replace or remove it"):
        images.read_image(path)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".gif", ".ppm", ".tif", ".webp"])
def test_a_truncated_file_is_refused_by_name(tmp_path, suffix):
    path = saved(tmp_path, Image.fromarray(noise(64, 64)), suffix)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match=r"image\..*: not a readable image"):
        images.read_image(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(UserError, match=r"gone\.png: not a readable image .*No such file"):
        images.read_image(tmp_path / "gone.png")


def test_an_empty_file_is_refused_by_name(tmp_path):
    (tmp_path / "empty.png").touch()
    with pytest.raises(UserError, match=r"empty\.png: not a readable image"):
        images.read_image(tmp_path / "empty.png")


def test_a_pipe_or_device_named_as_a_picture_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", tmp_path, "/dev/zero"):
        with pytest.raises(UserError, match="not a file; name an image file"):
            images.read_image(path)


def test_a_jpeg_file_drawn_again_and_again_is_refused_before_it_is_decoded(tmp_path):
    path = saved(tmp_path, Image.fromarray(noise(64, 64)), ".jpg", progressive=True)
    content = path.read_bytes()
    scan = content[content.rindex(b"\xff\xda") : -2]
    path.write_bytes(content[:-2] + 5000 * scan + content[-2:])
    with pytest.raises(UserError, match=r"image\.jpg: not a readable image \(it has more than 64 scans"):
        images.read_image(path)


def test_a_jpeg_file_of_12_bits_is_refused_as_one(tmp_path):
    path = saved(tmp_path, Image.fromarray(noise()), ".jpg")
    content = bytearray(path.read_bytes())
    content[content.index(b"\xff\xc0") + 4] = 12
    path.write_bytes(content)
    with pytest.raises(UserError, match="a JPEG file that is damaged, or of a kind that is not read"):
        images.read_image(path)


def test_another_format_of_pillow_is_refused(tmp_path):
    path = saved(tmp_path, Image.new("RGB", (16, 16)), ".tga")
    with pytest.raises(UserError, match=r"image\.tga: not a readable image"):
        images.read_image(path)


@pytest.mark.parametrize("shape", [(1, 1), (7, 100), (100, 7), (8193, 8), (8, 8193)])
def test_sides_outside_8_to_8192_are_refused_with_the_sides(tmp_path, shape):
    path = saved(tmp_path, Image.new("L", shape[::-1]), ".png")
    with pytest.raises(UserError, match=rf"{shape[0]} rows x {shape[1]} columns; sides from 8 to 8192"):
        images.read_image(path)


@pytest.mark.parametrize("shape", [(8, 8), (8192, 8), (8, 8192)])
def test_sides_of_8_and_8192_are_read(tmp_path, shape):
    assert images.read_image(saved(tmp_path, Image.new("L", shape[::-1]), ".png")).shape == (*shape, 1)


@pytest.mark.parametrize("side", [10_000, 20_000])  # Pillow warns at the first, refuses the second
def test_a_huge_image_is_refused_from_its_header_without_a_warning(tmp_path, side, capsys):
    path = tmp_path / "huge.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % (side, side))  # no pixels follow: decoding would be another error
    with warnings.catch_warnings(record=True) as caught, pytest.raises(UserError, match="8 to 8192 pixels"):
        images.read_image(path)
    assert caught == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("channels", [1, 3])
def test_png_is_lossless(tmp_path, channels):
    pixels = noise(channels=channels)
    images.write_png(tmp_path / "deep" / "a.png", pixels)
    np.testing.assert_array_equal(images.read_image(tmp_path / "deep" / "a.png"), pixels)


def test_equal_pixels_give_equal_png_bytes(tmp_path):
    for name in ("a.png", "b.png"):
        images.write_png(tmp_path / name, noise())
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_pgm_is_the_header_and_the_pixels(tmp_path):
    pixels = noise(channels=1)
    images.write_pgm(tmp_path / "a.pgm", pixels)
    assert (tmp_path / "a.pgm").read_bytes() == b"P5\n20 12\n255\n" + pixels.tobytes()


def test_pgm_refuses_color(tmp_path):
    with pytest.raises(ValueError, match=r"needs 1 channel. Received: shape \(12, 20, 3\)"):
        images.write_pgm(tmp_path / "a.pgm", noise())


@pytest.mark.parametrize("pixels", [noise().astype(float), noise()[..., 0], noise(channels=2)])
def test_what_is_no_pixels_is_not_written_and_leaves_the_earlier_file(tmp_path, pixels):
    path = tmp_path / "a.png"
    path.write_text("earlier")
    with pytest.raises(ValueError, match="Received"):
        images.write_png(path, pixels)
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_gray_is_full_range_bt601_luma_rounded():
    pixels = noise()
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    assert np.abs(images.to_color(pixels, "gray")[..., 0] - luma).max() < 0.5 + 255 * 3 / 2**17  # 16-bit weights


def test_gray_to_rgb_to_gray_is_the_identity():
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    np.testing.assert_array_equal(images.to_color(images.to_color(gray, "rgb"), "gray"), gray)


@pytest.mark.parametrize(
    ("rgb", "luma"),  # MATLAB: rgb2ycbcr(uint8(reshape([...], 1, 1, 3)))
    [((0, 0, 0), 16), ((255, 255, 255), 235), ((255, 0, 0), 81), ((0, 255, 0), 145), ((0, 0, 255), 41)],
)
def test_studio_luma_of_the_primaries(rgb, luma):
    pixels = np.full((8, 8, 3), rgb, np.uint8)
    np.testing.assert_array_equal(images.luma_studio(pixels), np.full((8, 8, 1), luma))


def test_studio_luma_is_the_rounded_formula():
    pixels = noise(64, 64)
    formula = 16 + pixels @ np.array([65.481, 128.553, 24.966]) / 255
    assert np.abs(images.luma_studio(pixels)[..., 0] - formula).max() <= 0.5 + 1e-12


def test_studio_luma_of_gray_is_that_of_three_equal_channels():
    gray = noise(channels=1)
    np.testing.assert_array_equal(images.luma_studio(gray), images.luma_studio(np.repeat(gray, 3, axis=-1)))


def test_crop_keeps_the_center():
    pixels = noise(12, 20)
    np.testing.assert_array_equal(images.fit_to(pixels, 8, 10, "crop"), pixels[2:10, 5:15])


def test_crop_larger_than_the_image_is_an_error():
    with pytest.raises(ValueError, match="cannot crop 13 x 10"):
        images.fit_to(noise(12, 20), 13, 10, "crop")


@pytest.mark.parametrize("fit", ["crop", "resize"])
def test_native_sides_leave_the_pixels_alone(fit):
    np.testing.assert_array_equal(images.fit_to(noise(), None, None, fit), noise())


@pytest.mark.parametrize("sides", [(9, 9), (30, 9), (9, 50), (100, 100)])
def test_resize_gives_the_asked_sides_up_and_down(sides):
    assert images.fit_to(noise(), *sides, "resize").shape == (*sides, 3)


def test_resize_keeps_the_aspect_ratio_and_the_center():
    """A bright square of half the rows stays a square of half the rows, in the middle."""
    pixels = np.zeros((64, 128, 1), np.uint8)
    pixels[16:48, 48:80] = 255
    small = images.fit_to(pixels, 32, 32, "resize")[..., 0] > 127
    expected = np.zeros((32, 32), bool)
    expected[8:24, 8:24] = True
    np.testing.assert_array_equal(small, expected)


@pytest.mark.parametrize("value_range", ["unit", "symmetric"])
def test_all_256_values_survive_the_way_to_float_and_back(value_range):
    values = np.arange(256, dtype=np.uint8)
    floats = images.to_float(values, value_range)
    assert floats.dtype == np.float32
    assert (floats[0], floats[-1]) == ((0 if value_range == "unit" else -1), 1)
    np.testing.assert_array_equal(images.to_uint8(floats, value_range), values)


def test_halves_round_to_even():
    np.testing.assert_array_equal(images.to_uint8(np.array([0.5, 1.5, 2.5]) / 255, "unit"), [0, 2, 2])


@pytest.mark.parametrize("value_range", ["unit", "symmetric"])
def test_values_outside_the_range_are_clipped(value_range):
    np.testing.assert_array_equal(images.to_uint8(np.array([-5.0, 5.0, np.inf]), value_range), [0, 255, 255])


def test_nan_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        images.to_uint8(np.array([0.5, np.nan]), "unit")
