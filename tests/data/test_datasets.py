import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
import yaml
from PIL import Image

import fetch
from recon.core.errors import UserError
from recon.core.images import read_image
from recon.data import datasets
from recon.data.datasets import check_unchanged, fetched_images, image_pixels, save_fetched
from recon.data.manifest import ListedImage, Manifest, file_sha256, pixels_sha256
from recon.data.params import Data, Subject, dataset_names
from refusals import refusal

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {"embedded": 6, "live1": 29, "kodak": 24, "bsds500": 400, "fourier_natural": 16, "fourier_text": 16}


OUTSIDE = ["../../../.bashrc", "/etc/passwd", "a/../../b.png", "..", ".", "", "a//b.png", "a/", ".a.png", "~/.a"]
OUTSIDE += ["..\\..\\a.png", "C:\\a.png", "\\\\server\\a.png", "a\0.png", "a\n.png", "a\x1b[31m.png"]
OUTSIDE += [
    "a\x85.png",
    "a\u2028.png",
    "a.mask.png",
    "a" * 200 + "e.",
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project as the working folder, without any dataset at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECON_DATASETS", raising=False)
    monkeypatch.setenv("RECON_CACHE", str(tmp_path / "cache"))
    return tmp_path


def photo(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (16, 24, 3), np.uint8)


def write(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def listed(file, pixels, sha256="0" * 64, **fields):
    fields = {"split": None, **fields}
    return ListedImage(file=file, sha256=sha256, pixels_sha256=pixels_sha256(pixels), **fields)


def manifest_of(*images, **fields):
    fields = {"name": "mine", "title": "Mine", "license": "none", "citation": None, "notice": None, **fields}
    places = {} if "folder" in fields or "package" in fields else {"mirrors": ["https://a.invalid/{file}"]}
    return Manifest(images=images, **places | fields)


def test_the_pixels_hash_is_of_the_shape_and_the_bytes():
    pixels = np.arange(2 * 3 * 1, dtype=np.uint8).reshape(2, 3, 1)
    assert pixels_sha256(pixels) == hashlib.sha256(b"2 3 1\n\x00\x01\x02\x03\x04\x05").hexdigest()
    assert pixels_sha256(pixels) != pixels_sha256(pixels.reshape(3, 2, 1))


@pytest.mark.parametrize(
    "place", ["mine/a.bmp", "mine/a.png", "official/images/a.bmp", "a.tiff", "mine/known_as.png"]
)
def test_an_image_is_found_below_a_root_whatever_its_lossless_format(project, monkeypatch, place):
    write(project / "root" / place, photo())
    monkeypatch.setenv("RECON_DATASETS", os.pathsep.join([str(project), str(project / "root")]))
    image = listed("a.bmp", photo(), alias="known_as.bmp")
    assert np.array_equal(image_pixels(manifest_of(image, folders=["official/images"]), image), photo())


def test_the_folder_in_a_published_name_is_kept(project, monkeypatch):
    write(project / "mine" / "train" / "a.png", photo())
    monkeypatch.setenv("RECON_DATASETS", str(project))
    image = listed("train/a.png", photo())
    assert np.array_equal(image_pixels(manifest_of(image), image), photo())


def test_a_right_copy_is_found_behind_one_that_differs(project, monkeypatch):
    write(project / "one" / "a.png", photo(1))
    write(project / "two" / "a.png", photo())
    monkeypatch.setenv("RECON_DATASETS", os.pathsep.join([str(project / "one"), str(project / "two")]))
    image = listed("a.png", photo())
    assert np.array_equal(image_pixels(manifest_of(image), image), photo())


def test_a_local_file_of_other_pixels_is_named(project, monkeypatch):
    path = write(project / "mine" / "a.png", photo(1))
    monkeypatch.setenv("RECON_DATASETS", str(project))
    image = listed("a.png", photo())
    with pytest.raises(UserError, match="its pixels differ; replace, rename or delete it") as error:
        image_pixels(manifest_of(image), image)
    assert str(error.value).startswith(f"{path}: not the image that data/sets/mine.json lists")


def test_the_published_file_decoded_to_other_pixels_points_to_the_decoder(project, monkeypatch):
    path = write(project / "mine" / "a.png", photo(1))
    monkeypatch.setenv("RECON_DATASETS", str(project))
    image = listed("a.png", photo(), file_sha256(path))
    with pytest.raises(UserError, match="this Pillow decodes it to other pixels"):
        image_pixels(manifest_of(image), image)


def test_a_root_that_is_no_folder_is_named(project, monkeypatch):
    monkeypatch.setenv("RECON_DATASETS", str(project / "gone"))
    image = listed("a.png", photo())
    with pytest.raises(UserError, match=r"RECON_DATASETS: .*gone is no folder"):
        image_pixels(manifest_of(image), image)


def test_a_missing_file_of_a_package_names_the_remedy(project):
    image = listed("absent.png", photo())
    with pytest.raises(UserError, match=r"skimage/data/absent\.png: missing.*pip install --force-reinstall"):
        image_pixels(manifest_of(image, package="skimage/data"), image)


def test_a_missing_package_names_the_remedy(project, monkeypatch):
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    image = listed("a.png", photo())
    with pytest.raises(UserError, match="`skimage` is not installed: pip install"):
        image_pixels(manifest_of(image, package="skimage/data"), image)


def test_fetched_bytes_do_not_depend_on_the_format_of_the_copy(project, monkeypatch):
    images = [listed("a.bmp", photo()), listed("b.bmp", photo(1)[..., 0][..., np.newaxis], split="test")]
    for suffix in ("bmp", "png"):
        write(project / suffix / f"a.{suffix}", photo())
        write(project / suffix / f"b.{suffix}", photo(1)[..., 0])
        monkeypatch.setenv("RECON_DATASETS", str(project / suffix))
        save_fetched(manifest_of(*images), project / "out" / suffix)
    bmp, png = (sorted((project / "out" / suffix).iterdir()) for suffix in ("bmp", "png"))
    assert [path.name for path in bmp] == ["NOTICE.txt", "a.png", "b.png", "index.json"]
    assert [path.read_bytes() for path in bmp] == [path.read_bytes() for path in png]


def test_fetched_images_come_in_the_order_of_the_manifest_with_their_splits(project, monkeypatch):
    write(project / "mine" / "b.png", photo())
    write(project / "mine" / "train" / "a.png", photo(1))
    monkeypatch.setenv("RECON_DATASETS", str(project))
    images = [listed("b.png", photo()), listed("train/a.png", photo(1), split="train")]
    save_fetched(manifest_of(*images), project / "data" / "fetched" / "mine")
    folder = Path("data/fetched/mine")
    assert fetched_images("mine") == [("b", None, folder / "b.png"), ("a", "train", folder / "a.png")]
    assert np.array_equal(read_image(folder / "a.png"), photo(1))


def test_images_not_fetched_yet_name_the_command(project):
    with pytest.raises(UserError, match="`live1` is not fetched yet; run: dvc repro fetch"):
        fetched_images("live1")


DATA = {
    **{"source": "mine", "test_source": None, "color": "rgb", "fit": "crop", "rows": None, "columns": None},
    **{"validation_fraction": 0.1, "test_fraction": 0.2},
}


def test_datasets_are_those_of_data_and_of_the_subjects():
    subject = {"images": "all", "fit": "crop", "rows": None, "columns": None}
    subjects = [Subject(source=source, **subject) for source in ("kodak", "embedded", "kodak")]
    data = Data(**DATA | {"source": "bsds500", "test_source": "live1"})
    assert dataset_names(data, subjects) == ["bsds500", "embedded", "kodak", "live1"]


def save_local_set(project, monkeypatch):
    write(project / "roots" / "mine" / "a.png", photo())
    monkeypatch.setenv("RECON_DATASETS", str(project / "roots"))
    manifest_of(listed("a.png", photo())).save()
    (project / "params.yaml").write_text(yaml.safe_dump({"data": DATA, "subjects": {}}))


def test_fetch_keeps_just_what_params_name(project, monkeypatch, capsys):
    save_local_set(project, monkeypatch)
    write(project / "data" / "fetched" / "named_before" / "b.png", photo())
    fetch.main()
    assert [path.name for path in Path("data/fetched").iterdir()] == ["mine"]
    assert [path.name for path in Path("data").iterdir() if path.name.startswith(".")] == []
    assert capsys.readouterr().out == "fetched mine (1 images)\n"


def test_fetch_replaces_a_link_and_leaves_what_it_leads_to(project, monkeypatch):
    save_local_set(project, monkeypatch)
    write(project / "elsewhere" / "a.png", photo(2))
    Path("data/fetched").symlink_to(project / "elsewhere")
    fetch.main()
    assert [path.name for path in Path("data/fetched").iterdir()] == ["mine"]
    assert (project / "elsewhere" / "a.png").is_file()


@pytest.mark.parametrize("file", OUTSIDE[:8])
def test_fetch_writes_nothing_where_a_name_leads_out(project, monkeypatch, file):
    save_local_set(project, monkeypatch)
    path = Path("data/sets/mine.json")
    path.write_text(path.read_text().replace('"a.png"', json.dumps(file)))
    before = sorted(project.rglob("*"))
    assert "is no plain path" in refusal(fetch.main)
    assert sorted(project.rglob("*")) == before


def test_a_failed_fetch_leaves_the_earlier_one_as_it_was(project, monkeypatch, capsys):
    save_local_set(project, monkeypatch)
    fetch.main()
    before = {path: path.read_bytes() for path in Path("data").rglob("*") if path.is_file()}
    write(project / "roots" / "mine" / "a.png", photo(1))
    with pytest.raises(UserError, match="its pixels differ"):
        fetch.main()
    assert {path: path.read_bytes() for path in Path("data").rglob("*") if path.is_file()} == before


def test_an_unknown_dataset_lists_the_known_ones_and_how_to_make_one(project):
    manifest_of(listed("a.png", photo())).save()
    with pytest.raises(UserError, match=r"unknown dataset `her`; known: mine; .*stages/register\.py FOLDER NAME"):
        Manifest.load("her")


def test_a_manifest_is_read_as_it_was_saved(project):
    manifest = manifest_of(listed("a.png", photo(), split="test"), mirrors=["https://a.example/{file}"])
    manifest.save()
    assert Manifest.load("mine") == manifest


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("{", "", "mine.json: Invalid JSON"),
        ('"license"', '"licence"', "license: Field required"),
        ('"split": null', '"split": "val"', "images.0.split: "),
        ('"mine"', '"her"', "its `name` is `her`"),
    ],
)
def test_a_damaged_manifest_names_the_place(project, old, new, complaint):
    path = manifest_of(listed("a.png", photo())).save()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(UserError) as error:
        Manifest.load("mine")
    assert complaint in str(error.value)
    assert str(path) in str(error.value)


def test_two_images_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"train/a\.png and test/A\.jpg: one name but for folder, suffix or case"):
        manifest_of(listed("train/a.png", photo()), listed("test/A.jpg", photo(1)))


def test_two_images_of_the_same_pixels_are_refused():
    """Else one could be trained on and the other tested."""
    with pytest.raises(ValueError, match=r"a\.png and copy\.png: the same picture; remove one"):
        manifest_of(listed("a.png", photo()), listed("b.png", photo(1)), listed("copy.png", photo()))


@pytest.mark.parametrize("file", OUTSIDE)
@pytest.mark.parametrize("field", ["file", "alias", "folders"])
def test_a_name_that_is_not_plain_is_refused_in_one_line(project, field, file):
    path = manifest_of(listed("a.png", photo(), alias="b.png"), folders=["c"]).save()
    content = json.loads(path.read_text())
    if field == "folders":
        content["folders"] = [file]
    else:
        content["images"][0][field] = file
    path.write_text(json.dumps(content))
    text = refusal(Manifest.load, "mine")
    assert text.startswith(f"{path}: ")
    assert "is no plain path: " in text
    assert text.isprintable()


@pytest.mark.parametrize(
    "file",
    [
        "a b.png",
        "caf\u00e9.png",
        "12:30 (1).png",
        "a:b.png",
        "train/con.png",
        "train/{a}.png",
        "a#?&%.png",
        "-rf.png",
    ],
)
def test_any_other_name_is_a_name_and_is_quoted_in_an_address(file):
    manifest = manifest_of(listed(file, photo()), mirrors=["https://a.example/x/{file}"])
    (url,) = manifest.urls(manifest.images[0])
    assert unquote(urlsplit(url).path) == f"/x/{file}"


MIRRORS = ["file:///etc/{file}", "ftp://a.example/{file}", "//a.example/{file}", "https://a.example/", "{file}"]
MIRRORS += [
    "https://a.example/{nokey}",
    "https://a.example/{file.__class__}",
    "https://a.example/{file!r}",
    "http://",
]
MIRRORS += ["https://a.example/{file}{alias}", "https://a.example/{", "https://{file}/a", "https://a.example/{0}"]
MIRRORS += ["https://user:word@a.example/{file}", "https://a.example/ {file}", "https://a.example\\b/{file}"]
MIRRORS += [
    "https://a.example/{file}\r\nHost: b",
    "https://a.example/{file:>999999999}",
    "javascript:alert({file})",
]


@pytest.mark.parametrize("mirror", MIRRORS)
def test_a_mirror_that_is_no_plain_web_address_is_refused_in_one_line(project, mirror):
    path = manifest_of(listed("a.png", photo(), alias="b.png"), mirrors=["https://a.example/{file}"]).save()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mirrors": [mirror]}))
    text = refusal(Manifest.load, "mine")
    assert text.startswith(f"{path}: mirrors.0: ")
    assert "is no http(s)://HOST/PATH with {file} or {alias} once in its path" in text


def test_a_manifest_without_any_place_of_its_images_is_refused():
    with pytest.raises(ValueError, match=r"it has no `package`, `folder` or `mirrors`"):
        manifest_of(listed("a.png", photo()), mirrors=[], folders=["c"])


def test_a_mirror_by_an_alias_that_an_image_lacks_is_refused(project):
    with pytest.raises(ValueError, match=r"a mirror names \{alias\}, which not every image has"):
        manifest_of(listed("a.png", photo()), mirrors=["https://a.example/{alias}"])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("package", "os", "package: Input should be 'skimage/data'"),
        ("package", "skimage/../..", "package: Input should be 'skimage/data'"),
        ("folder", "photos", "'photos' is no absolute path"),
        ("folder", "/a\nb", "is no absolute path of printable UTF-8"),
        ("title", "a\x1b]0;b", "title: holds control characters"),
        ("notice", "a\0b", "notice: holds control characters"),
        ("name", "../mine", "name: "),
        ("images", [], "images: "),
        ("a\nb", 1, "a b: Extra inputs are not permitted"),
    ],
)
def test_what_else_a_manifest_may_not_hold_is_one_line(project, field, value, words):
    path = manifest_of(listed("a.png", photo())).save()
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    text = refusal(Manifest.load, "mine")
    assert text.startswith(f"{path}: ")
    assert words in text


def test_a_manifest_that_is_a_folder_or_a_pipe_is_no_manifest(project):
    manifest_of(listed("a.png", photo())).save()
    Path("data/sets/folder.json").mkdir()
    os.mkfifo("data/sets/pipe.json")
    for name in ("folder", "pipe"):
        assert "known: mine;" in refusal(Manifest.load, name)


def test_a_set_without_a_registered_folder_is_unchanged_by_definition(project):
    check_unchanged(manifest_of(listed("a.png", photo())))


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_manifest_is_complete(monkeypatch, name):
    monkeypatch.chdir(ROOT)
    manifest = Manifest.load(name)
    assert len(manifest.images) == SHIPPED[name]
    assert len({image.pixels_sha256 for image in manifest.images}) == SHIPPED[name]
    assert manifest.folder is None
    assert all(image.file_bytes and image.rows and image.columns for image in manifest.images)
    assert manifest.mirrors or manifest.package


def test_embedded_is_in_the_installed_package_with_one_image_at_least_per_split(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    save_fetched(Manifest.load("embedded"), tmp_path / "embedded")
    splits = {name: split for name, split, _ in fetched_images("embedded", tmp_path)}
    assert Counter(splits.values()) == {"train": 3, "test": 2, "validation": 1}
    assert splits["motorcycle_left"] == splits["motorcycle_right"]


def test_bsds500_holds_a_tenth_of_train_out_and_keeps_test_apart(monkeypatch):
    monkeypatch.chdir(ROOT)
    images = Manifest.load("bsds500").images
    assert Counter(image.split for image in images) == {"train": 180, "validation": 20, "test": 200}
    assert all(image.file.startswith("test/") == (image.split == "test") for image in images)


def test_the_live1_notice_is_whole(monkeypatch):
    monkeypatch.chdir(ROOT)
    notice = Manifest.load("live1").notice
    assert notice.startswith("-----------COPYRIGHT NOTICE STARTS WITH THIS LINE------------")
    assert notice.endswith("-----------COPYRIGHT NOTICE ENDS WITH THIS LINE------------")


@pytest.mark.published
@pytest.mark.skipif("RECON_DATASETS" not in os.environ, reason="RECON_DATASETS is not set")
@pytest.mark.parametrize("name", ["live1", "kodak", "fourier_natural", "fourier_text"])
def test_a_local_copy_is_the_published_set(monkeypatch, name):
    monkeypatch.chdir(ROOT)
    manifest = Manifest.load(name)
    for image in manifest.images:
        assert len(list(datasets._local_files(manifest, image))) == 1
        image_pixels(manifest, image)
