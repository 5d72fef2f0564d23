from hashlib import md5

import pytest

from check_cache import find_damaged


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
