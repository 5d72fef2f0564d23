import stat

import numpy as np
import pandas as pd
import pytest

from recon.core.files import atomic_path, read_csv, read_json, write_csv, write_json, write_text


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
