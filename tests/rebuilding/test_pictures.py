"""`rebuild.py` on JPEG files as they are."""

import shlex
import sys
import time

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from rebuild_project import SIDES, entered, parsed, picture, run_rebuild
from recon.core import images
from recon.core.images import read_image
from recon.jpeg.degradation import jpeg_encode
from recon.rebuilding import methods

DECODERS = [name for name, method in methods.all_methods().items() if "JPEG" in method.formats]
RESTORERS = [name for name, method in methods.all_methods().items() if method.restores]


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


@pytest.mark.parametrize("method", DECODERS)
def test_a_jpeg_is_turned_as_its_exif_data_says(method, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = tmp_path / "turned.jpg"
    images.to_pillow(picture(24, 40)).save(path, exif=exif, quality=30)
    run_rebuild(path, "--decode", "-m", method, "-o", tmp_path / "x.png", "--reference", path)
    assert read_image(tmp_path / "x.png").shape == (40, 24, 3)
    if method == "jpeg":
        np.testing.assert_array_equal(read_image(tmp_path / "x.png"), read_image(path))


@pytest.mark.parametrize("method", RESTORERS)
def test_a_jpeg_is_restored_as_it_is_unless_another_is_asked_for(method, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES), quality=30))
    line = run_rebuild(path, "-m", method, "-o", tmp_path / "restored.png")
    assert f" {path.stat().st_size:,} bytes, " in line
    run_rebuild(path, "--decode", "-m", method, "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read_image(tmp_path / "restored.png"), read_image(tmp_path / "decoded.png"))
    line = run_rebuild(path, "-m", method, "-o", tmp_path / "x.png", "--quality", 5)
    anew = jpeg_encode(read_image(path), quality=5, subsampling="4:2:0", progressive=True)
    assert int(parsed(line)["bytes"]) == len(anew)


@pytest.mark.parametrize("method", RESTORERS)
def test_the_summary_of_a_jpeg_names_the_command_that_gives_the_picture_it_measured(method, tmp_path):
    """Other programs show the JPEG itself, which is another picture."""
    line = run_rebuild("photo.png", "-m", method, "-o", tmp_path / "a b.jpg")
    _, script, *words = shlex.split(line.partition("decode it with ")[2])
    assert script == sys.argv[0]
    run_rebuild(*words)
    run_rebuild("photo.png", "-m", method, "-o", tmp_path / "measured.png")
    np.testing.assert_array_equal(read_image(tmp_path / "a b-restored.png"), read_image(tmp_path / "measured.png"))
    decoding = run_rebuild(*words, "--reference", "photo.png")
    assert f" {parsed(line)['psnr']} dB against photo.png" in decoding


def test_that_command_replaces_no_file(tmp_path):
    for name in ("photo.png", "photo-restored.png"):
        images.write_png(tmp_path / name, picture(*SIDES))
    line = run_rebuild(tmp_path / "photo.png", "-m", RESTORERS[0], "-o", tmp_path / "photo.jpg")
    assert shlex.split(line)[-1] == f"{tmp_path}/photo-restored-2.png"


@pytest.mark.parametrize("method", ["jpeg", "webp"])
def test_a_photograph_in_the_method_s_own_format_is_compressed_and_the_line_names_the_other_way(method, tmp_path):
    file = tmp_path / f"photo{methods.all_methods()[method].suffixes[0]}"
    assert "--decode" not in run_rebuild("photo.png", "-m", method, "-o", file)
    line = run_rebuild(file, "-m", method, "-o", tmp_path / "x.png")
    assert line.endswith(f"; {file} is a {method} file already, which --decode turns into a picture")
    run_rebuild(file, "--decode", "-o", tmp_path / "x.png")


def wide_profile():
    """Return an ICC profile of sRGB's whose red and blue are exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for place in range(128, 128 + 4 + 12 * int.from_bytes(profile[128:132], "big")):
        if profile[place : place + 4] in (b"rXYZ", b"bXYZ"):
            profile[place : place + 1] = b"b" if profile[place : place + 1] == b"r" else b"r"
    return bytes(profile)


@pytest.mark.parametrize(("method", "suffix"), [*((name, ".jpg") for name in DECODERS), ("webp", ".webp")])
def test_colors_are_converted_by_the_profile_of_the_file(method, suffix, tmp_path):
    path = tmp_path / f"wide{suffix}"
    images.to_pillow(picture(24, 40)).save(path, icc_profile=wide_profile(), quality=90)
    run_rebuild(path, "--decode", "-m", method, "-o", tmp_path / "x.png")
    decoded, original = read_image(tmp_path / "x.png").astype(int), picture(24, 40)[..., ::-1]
    assert np.abs(decoded - original).mean() < 30 < np.abs(decoded - original[..., ::-1]).mean()


def test_deblocking_shows_its_progress_from_the_first_seconds(monkeypatch, capsys, tmp_path):
    def encode_slowly(*arguments):
        time.sleep(0.03)
        return encode_alike(*arguments)

    method = pytest.importorskip("recon.families.deblocking.method")
    encode_alike = method.encode_alike
    monkeypatch.setattr(method, "encode_alike", encode_slowly)
    run_rebuild("photo.png", "-m", "deblocking", "-o", tmp_path / "x.png")
    assert "averaging: " in capsys.readouterr().err
