import os
from hashlib import md5
from pathlib import Path

import pytest

import check_cache
from check_cache import find_damaged
from refusals import refusal


@pytest.fixture
def cache(tmp_path):
    """A cache of one file and one folder, laid out as DVC does."""
    for content, suffix in [(b"pixels", ""), (b'[{"md5": "...", "relpath": "a.png"}]', ".dir")]:
        name = md5(content).hexdigest()
        path = tmp_path / name[:2] / (name[2:] + suffix)
        path.parent.mkdir()
        path.write_bytes(content)
    return tmp_path


def test_a_whole_cache_has_no_damaged_file(cache):
    assert find_damaged(cache) == []


@pytest.mark.parametrize("content", [b"pixelz", b"pixel", b""], ids=["changed", "cut", "emptied"])
def test_a_changed_a_cut_and_an_emptied_file_are_found(cache, content):
    path = next(path for path in cache.rglob("*") if path.is_file())
    path.write_bytes(content)
    assert find_damaged(cache) == [path]


def test_what_dvc_leaves_behind_is_not_damaged(cache):
    """Unpacked folders, and what it was writing, locking or linking when it was stopped."""
    place = next(path for path in cache.rglob("*") if path.is_file())
    (cache / "ab" / f"{30 * '1'}.dir.unpacked").mkdir(parents=True)
    (cache / "ab" / f"{30 * '1'}.dir.unpacked" / "a.png").write_bytes(b"1")
    for name in (".3kQ-x_Zv.tmp", f"{place.name}.3kQ-x_Zv.tmp", ".DS_Store", f"{30 * '2'}.part", "README"):
        place.with_name(name).write_bytes(b"half")
    (cache / "tmp").mkdir()
    (cache / "tmp" / "lock").touch()
    assert find_damaged(cache) == []


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_an_object_that_is_no_file_is_damaged(cache, make):
    path = cache / "ab" / (30 * "1")
    path.parent.mkdir()
    make(path)
    assert find_damaged(cache) == [path]


def test_a_folder_without_a_dvc_project_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(check_cache.main).startswith(f"{tmp_path}: no DVC project; ")
