"""`rebuild.py` on pictures as people have them, and on JPEG files as they are."""

import numpy as np
import pytest
from PIL import ExifTags, Image

import export
import rebuild
from rebuild_project import SIDES, entered, picture, told
from recon.core import images
from recon.families.restoration import rebuilder
from recon.families.restoration.method import conditions
from recon.families.shared import parts
from recon.jpeg.degradation import jpeg_encode
from recon.settings.core import read_params


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


@pytest.fixture
def say(capsys):
    """Run the script on words, and return the line that it ends with."""

    def say(*words):
        rebuild.main(*map(str, words))
        return capsys.readouterr().out.splitlines()[-1]

    return say


def read(path):
    return images.read_image(path)


def turned_jpeg(folder, **options):
    """Write a JPEG file that says to be turned by a quarter."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = folder / "turned.jpg"
    images.to_pillow(picture(24, 40)).save(path, exif=exif, quality=30, **options)
    return path


@pytest.mark.parametrize("method", ["restoration", "deblocking", "jpeg"])
def test_what_a_jpeg_file_says_of_its_orientation_is_done(method, say, tmp_path):
    path = turned_jpeg(tmp_path)
    say(path, "--decode", "-m", method, "-o", tmp_path / "x.png", "--reference", path)
    assert read(tmp_path / "x.png").shape == (40, 24, 3)
    if method == "jpeg":
        np.testing.assert_array_equal(read(tmp_path / "x.png"), read(path))


@pytest.mark.parametrize("method", ["restoration", "deblocking"])
def test_a_jpeg_goes_in_as_it_is_unless_another_is_asked_for(method, say, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES), quality=30))
    line = say(path, "-m", method, "-o", tmp_path / "restored.png")
    assert f" {path.stat().st_size:,} bytes, " in line
    say(path, "--decode", "-m", method, "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read(tmp_path / "restored.png"), read(tmp_path / "decoded.png"))
    line = say(path, "-m", method, "-o", tmp_path / "x.png", "--quality", 5)
    anew = jpeg_encode(read(path), quality=5, subsampling="4:2:0", progressive=True)
    assert int(told(line)["bytes"]) == len(anew)


def test_a_gray_jpeg_is_restored_by_a_network_of_color_and_stays_gray(say, tmp_path):
    path = tmp_path / "gray.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES, channels=1), quality=30))
    for entry in ([], ["--entry", "told"]):
        say(path, "-m", "restoration", *entry, "-o", tmp_path / "x.png")
        assert read(tmp_path / "x.png").shape == (*SIDES, 1)


def test_a_network_is_told_of_a_gray_file_as_of_a_color_one():
    gray = jpeg_encode(picture(16, 16, 1), quality=30)
    tables = conditions(rebuilder._colored(gray))
    assert tables.shape == (2, 8, 8)
    np.testing.assert_array_equal(tables[0], conditions(gray)[0])


def test_a_large_picture_is_restored_by_parts_as_in_one_piece(monkeypatch):
    """To one gray level: convolutions of other sizes add up in another order, and 8 bits round that away or up."""
    family = rebuilder.Rebuilder(read_params(), "restoration", "told")
    data = jpeg_encode(picture(150, 290), quality=20)
    whole = family.decode(data)
    np.testing.assert_array_equal(whole, family._restorer.decode(data))
    monkeypatch.setattr(parts, "SIDE", 64)
    assert np.abs(family.decode(data).astype(int) - whole).max() <= 1


def test_parts_are_put_where_they_were(monkeypatch):
    monkeypatch.setattr(parts, "SIDE", 16)
    pixels, seen = picture(37, 90), []
    made = parts.by_parts(pixels, lambda part: seen.append(part.shape) or 255 - part)
    np.testing.assert_array_equal(made, 255 - pixels)
    assert len(seen) == 3 * 6


def save_animation(path):
    frames = [images.to_pillow(picture(20, 30, 1)), images.to_pillow(255 - picture(20, 30, 1))]
    frames[0].save(path, save_all=True, append_images=frames[1:])


def save_alpha(path):
    image = images.to_pillow(picture(20, 30)).convert("RGBA")
    image.putalpha(100)
    image.save(path)


def save_deep(path):
    Image.fromarray(picture(20, 30, 1)[..., 0].astype(np.uint16) * 256).save(path)


def save_cmyk(path):
    images.to_pillow(picture(20, 30)).convert("CMYK").save(path)


@pytest.mark.parametrize(
    ("name", "save"),
    [("a.gif", save_animation), ("a.png", save_alpha), ("b.png", save_deep), ("c.jpg", save_cmyk)],
)
def test_odd_pictures_are_read_as_the_pipeline_reads_them(name, save, say, tmp_path):
    """`pixels` gives back what was read: with an RMSE below a tenth of a gray level, to one gray level at most."""
    save(tmp_path / name)
    say(tmp_path / name, "-m", "pixels", "-o", tmp_path / "x.png", "--tolerance", 0.1)
    found, expected = read(tmp_path / "x.png"), read(tmp_path / name)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_the_exported_network_is_looked_for_where_it_is_exported_to():
    assert rebuilder.EXPORTED == export.PLACE
