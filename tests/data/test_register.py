import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import register
from recon.core.errors import UserError
from recon.data.datasets import check_unchanged, image_pixels
from recon.data.manifest import Manifest
from refusals import refusal

SCRIPT = Path(register.__file__)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A user's folder `photos` beside an empty project, which is the working folder."""
    project = tmp_path / "project"
    photos = tmp_path / "photos"
    project.mkdir()
    photos.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.delenv("RECON_DATASETS", raising=False)
    return photos


def photo(seed=0, rows=16, columns=24):
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    return Image.fromarray(pixels)


def test_a_registered_folder_is_a_dataset(folder, capsys):
    photo(0).save(folder / "b.png")
    photo(1, 32, 40).save(folder / "a.jpg")
    (folder / "notes.txt").write_text("not an image")
    (folder / "._b.png").write_text("what macOS leaves beside b.png")
    register.main(str(folder), "mine")
    manifest = Manifest.load("mine")
    assert [image.file for image in manifest.images] == ["a.jpg", "b.png"]
    assert np.array_equal(image_pixels(manifest, manifest.images[1]), np.asarray(photo(0)))
    out = capsys.readouterr().out
    assert "data/sets/mine.json: 2 images, 24x16 to 40x32 pixels" in out
    assert "next: git add data/sets/mine.json && git commit -m mine data/sets/mine.json" in out
    assert "dvc exp run -S data.source=mine" in out


@pytest.mark.parametrize("suffix", ["png", "jpg", "JPG", "jpeg", "bmp", "gif", "pgm", "webp", "tif", "tiff"])
def test_every_format_can_be_registered(folder, suffix):
    photo().convert("L").save(folder / f"a.{suffix}")
    register.main(str(folder), "mine")
    manifest = Manifest.load("mine")
    assert image_pixels(manifest, manifest.images[0]).shape[:2] == (16, 24)


def text_named_png(folder):
    (folder / "a.png").write_text("not an image")


def truncated_jpeg(folder):
    photo(0, 64, 64).save(folder / "a.jpg")
    content = (folder / "a.jpg").read_bytes()
    (folder / "a.jpg").write_bytes(content[: len(content) // 2])


def more_than_a_gibibyte(folder):
    photo().save(folder / "a.png")
    os.truncate(folder / "a.png", 2**30 + 1)


def one_by_one(folder):
    photo(0, 1, 1).save(folder / "a.png")


def twenty_thousand_square(folder):
    Image.new("1", (20000, 20000)).save(folder / "a.png")


def one_stem_twice(folder):
    photo().save(folder / "a.jpg")
    photo().save(folder / "a.png")


def nothing(folder):
    (folder / "notes.txt").write_text("no image")


@pytest.mark.parametrize(
    ("fill", "complaint"),
    [
        (text_named_png, r"photos/a\.png: not a readable image"),
        (truncated_jpeg, r"photos/a\.jpg: not a readable image"),
        (more_than_a_gibibyte, r"photos/a\.png: more than 1073741824 bytes; save it smaller or leave it out"),
        (one_by_one, r"photos/a\.png: 1 rows x 1 columns"),
        (twenty_thousand_square, r"photos/a\.png: .*sides from 8 to 8192 pixels are supported"),
        (one_stem_twice, r"photos/a\.png: the same name as a\.jpg but for suffix or case; rename one of them"),
        (nothing, r"photos: no image in it"),
    ],
)
def test_a_bad_folder_is_one_line_and_no_manifest(folder, fill, complaint):
    fill(folder)
    with pytest.raises(UserError, match=complaint) as error:
        register.main(str(folder), "mine")
    assert "\n" not in str(error.value)
    assert not Path("data/sets/mine.json").exists()


def folder_named_png(folder):
    (folder / "a.png").mkdir()


def pipe(folder):
    os.mkfifo(folder / "a.png")


def endless_device(folder):
    (folder / "a.png").symlink_to("/dev/zero")


def dead_link(folder):
    (folder / "a.png").symlink_to(folder / "gone.png")


def link_to_itself(folder):
    (folder / "a.png").symlink_to(folder / "a.png")


def socket_file(folder):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "a.png"))


@pytest.mark.parametrize(
    "fill",
    [folder_named_png, pipe, endless_device, dead_link, link_to_itself, socket_file],
    ids=lambda f: f.__name__,
)
def test_what_is_no_file_is_refused_at_once(folder, fill):
    fill(folder)
    text = refusal(register.main, str(folder), "mine")
    assert text.startswith(f"{folder / 'a.png'}: a folder, a device or a dead link, but no image file; ")


@pytest.mark.parametrize("name", [b"caf\xe9.png", b"a\nb.png", b"a\x1bb.png", 201 * b"a" + b".png"])
def test_a_name_that_no_manifest_can_hold_is_named_in_one_line_to_rename(folder, name):
    path = folder / os.fsdecode(name)
    photo().save(folder / "good.png")
    path.write_bytes((folder / "good.png").read_bytes())
    text = refusal(register.main, str(folder), "mine")
    assert text.isprintable()
    assert text.endswith("; rename it")
    path.unlink()
    register.main(str(folder), "mine")


def test_a_folder_whose_own_name_is_not_utf8_is_one_line(folder):
    odd = folder / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    photo().save(odd / "a.png")
    assert "is no absolute path of printable UTF-8" in refusal(register.main, str(odd), "mine")


@pytest.mark.parametrize("content", [b'{"folder": "/a", "images": "\\udce9"', b'{\n  "folder": "/a"'])
def test_a_damaged_manifest_of_a_folder_is_replaced_when_it_is_registered_again(folder, content):
    photo().save(folder / "a.png")
    register.main(str(folder), "mine")
    Path("data/sets/mine.json").write_bytes(content)
    assert "data/sets/mine.json: " in refusal(Manifest.load, "mine")
    register.main(str(folder), "mine")
    check_unchanged(Manifest.load("mine"))


def test_the_same_photograph_under_two_names_is_refused_with_both(folder):
    photo(0).save(folder / "a.png")
    photo(0).save(folder / "b.bmp")
    photo(1).save(folder / "c.png")
    text = refusal(register.main, str(folder), "mine")
    assert text.startswith(f"'{folder}': a.png and b.bmp: the same picture; remove one, then register")


def test_a_manifest_says_how_large_the_files_and_the_pictures_are(folder):
    photo(0, 16, 24).save(folder / "a.png")
    register.main(str(folder), "mine")
    (image,) = Manifest.load("mine").images
    assert (image.rows, image.columns) == (16, 24)
    assert image.file_bytes == (folder / "a.png").stat().st_size


def test_a_missing_folder_is_named(folder):
    with pytest.raises(UserError, match="gone: no such folder"):
        register.main(str(folder / "gone"), "mine")


@pytest.mark.parametrize("name", ["My-Photos", "a.b", "", "../a", "a\nb", 65 * "a", "size", "nfiles"])
def test_a_name_that_params_cannot_carry_is_refused(folder, name):
    photo().save(folder / "a.png")
    text = refusal(register.main, str(folder), name)
    assert text.startswith(f"{name!r}: ")
    assert text.endswith(("would not notice changes below this name; choose another", "digits and underscores"))


def test_a_set_of_the_project_is_not_overwritten(folder):
    photo().save(folder / "a.png")
    register.main(str(folder), "mine")
    own = Manifest.load("mine").model_copy(update={"name": "live1", "folder": None, "package": "skimage/data"})
    path = own.save()
    before = path.read_bytes()
    with pytest.raises(UserError, match="`live1` is a dataset that comes with the project"):
        register.main(str(folder), "live1")
    assert path.read_bytes() == before


def test_a_changed_file_is_named_until_the_folder_is_registered_again(folder):
    photo(0).save(folder / "a.png")
    register.main(str(folder), "mine")
    check_unchanged(Manifest.load("mine"))
    photo(1).save(folder / "a.png")
    manifest = Manifest.load("mine")
    for look in (check_unchanged, lambda m: image_pixels(m, m.images[0])):
        with pytest.raises(UserError, match=rf"a\.png: .*changed.*register\.py {folder} mine"):
            look(manifest)
    register.main(str(folder), "mine")
    check_unchanged(Manifest.load("mine"))


def test_a_file_written_anew_with_the_same_pixels_is_unchanged(folder):
    photo(0).save(folder / "a.png")
    register.main(str(folder), "mine")
    photo(0).save(folder / "a.png", compress_level=0)
    check_unchanged(Manifest.load("mine"))


def test_a_removed_file_is_named(folder):
    photo().save(folder / "a.png")
    register.main(str(folder), "mine")
    (folder / "a.png").unlink()
    with pytest.raises(UserError, match=rf"a\.png: missing.*restore it, or register.*{folder} mine"):
        check_unchanged(Manifest.load("mine"))


@pytest.mark.parametrize("words", [[], ["only_a_folder"], ["a", "b", "c"]])
def test_wrong_words_on_the_command_line_name_the_right_ones(folder, words):
    with pytest.raises(UserError, match=r"python stages/register\.py FOLDER NAME"):
        register.main(*words)


def test_the_command_ends_with_one_line_and_exit_code_1(folder):
    result = subprocess.run([sys.executable, SCRIPT, folder, "mine"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: {folder}: no image in it")
    assert result.stderr.count("\n") == 1
