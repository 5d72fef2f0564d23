import errno
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recon.core import errors
from recon.core.files import atomic_path, read_csv, read_json, write_bytes, write_csv, write_json, write_text
from refusals import refusal

STAGES = Path(errors.__file__).parents[2]


def stop_halfway(path):
    with atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("stopped")


def test_the_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "made" / "on the way" / "out.txt"
    with atomic_path(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"


def test_an_error_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError, match="stopped"):
        stop_halfway(tmp_path / "out.txt")
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_old_content(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="stopped"):
        stop_halfway(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_file_is_a_sibling_with_the_same_suffixes(tmp_path):
    """A sibling can be moved in one step; libraries choose the format by the suffix."""
    path = tmp_path / "best.weights.h5"
    with atomic_path(path) as temporary:
        assert temporary.parent == path.parent
        assert temporary.name.endswith(".weights.h5")
        assert temporary != path


def test_outputs_can_be_read_by_others(tmp_path):
    path = tmp_path / "out.txt"
    write_text(path, "text")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_names_the_file_and_the_room_needed_and_leaves_the_old_file(tmp_path, monkeypatch, kind):
    path = tmp_path / "best.weights.h5"
    path.write_text("old")

    def refuse(temporary, content):
        raise OSError(kind, "full")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    text = refusal(write_bytes, path, bytes(12345))
    assert text.startswith(f"{path}: ")
    assert "(12,345 bytes are needed); free some" in text
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".x-out.txt"))

    monkeypatch.setattr("tempfile.mkstemp", refuse)  # since root may write anywhere
    assert refusal(write_text, tmp_path / "out.txt", "").startswith(f"{tmp_path / 'out.txt'}: no permission; ")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("folder", "a folder is in the place of the file; move it elsewhere"),
        ("file/out.txt", "a file is in the place of a folder; move it elsewhere"),
        (250 * "n", "the name is too long for this disk; shorten it"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line_with_a_remedy(tmp_path, place, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    text = refusal(write_text, tmp_path / place, "text")
    assert text.startswith(f"{tmp_path / place}: ")
    assert words in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_an_error_of_another_file_in_the_block_is_left_as_it_is(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "out.txt"):
        (tmp_path / "absent").read_bytes()


def test_a_device_that_is_full_ends_in_one_line(tmp_path):
    """With the system's own error: /dev/full refuses every byte."""
    script = "from recon.core.errors import run\nrun(lambda: open('/dev/full', 'wb', buffering=0).write(b'1'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=STAGES)
    assert done.stderr == "error: the output: no space left on the disk; free some and run again\n"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_json_refuses_what_it_has_no_word_for(tmp_path, number):
    path = tmp_path / "out.json"
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"psnr_db": number})
    assert not path.exists()


def test_json_comes_back_and_ends_with_a_line_feed(tmp_path):
    path = tmp_path / "out.json"
    write_json(path, value := {"b": [1, 2.5], "a": {"c": "é"}})
    assert read_json(path) == value
    assert list(read_json(path)) == ["b", "a"]
    assert path.read_bytes().endswith(b"\n}\n")


def test_csv_has_empty_cells_for_what_is_absent(tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, pd.DataFrame({"image": ["a", "b"], "bpp": [0.5, None]}))
    assert path.read_bytes() == b"image,bpp\na,0.5\nb,\n"
    assert read_csv(path)["bpp"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["0801", "12003", "null", "NA", "1e5", "true", 'a "b", c'])
def test_names_stay_as_they_are_in_csv(tmp_path, name):
    path = tmp_path / "out.csv"
    write_csv(path, pd.DataFrame({"entry": [name], "image": [name], "epoch": [10]}))
    assert read_csv(path).loc[0].tolist() == [name, name, 10]
