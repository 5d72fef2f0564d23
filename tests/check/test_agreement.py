import json

import pytest

import compare_metrics
from recon.check import agreement
from recon.core.errors import UserError

SCORES = {"jpeg": {"psnr_db": 30.0, "ssim": 0.9, "points": [1, 2]}, "note": "two photographs"}


@pytest.fixture
def folders(tmp_path):
    """Return two folders with equal metrics."""
    for name in ("old", "new"):
        write(tmp_path / name, SCORES, "method,psnr_db\njpeg,30.0\nwebp,\n")
    return tmp_path / "old", tmp_path / "new"


def write(folder, scores, rows):
    for below in (folder, folder / "timings", folder / "benchmarks"):
        below.mkdir(parents=True, exist_ok=True)
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    (folder / "rows.csv").write_text(rows, encoding="utf-8")


def verdicts(folders, tolerance=0.01):
    compared = agreement.compare_folders(*folders, tolerance=tolerance)
    return {file.path.name: (file.verdict, file.place) for file in compared}


def test_equal_bytes_are_the_same(folders):
    assert verdicts(folders) == {"rows.csv": ("same", ""), "scores.json": ("same", "")}


@pytest.mark.parametrize(
    ("psnr_db", "verdict"),
    [(30.29, "within tolerance"), (30.31, "different")],  # 0.3 / 30.3 is 0.0099
)
def test_large_numbers_are_compared_by_their_ratio(folders, psnr_db, verdict):
    write(
        folders[1], SCORES | {"jpeg": SCORES["jpeg"] | {"psnr_db": psnr_db}}, "method,psnr_db\njpeg,30.0\nwebp,\n"
    )
    assert verdicts(folders)["scores.json"] == (verdict, f"jpeg.psnr_db: 30.0 and {psnr_db}")


@pytest.mark.parametrize(("ssim", "verdict"), [(0.909, "within tolerance"), (0.911, "different")])
def test_small_numbers_are_compared_by_their_difference(folders, ssim, verdict):
    write(folders[1], SCORES | {"jpeg": SCORES["jpeg"] | {"ssim": ssim}}, "method,psnr_db\njpeg,30.0\nwebp,\n")
    assert verdicts(folders)["scores.json"] == (verdict, f"jpeg.ssim: 0.9 and {ssim}")


@pytest.mark.parametrize(
    ("scores", "place"),
    [
        ({"note": "three photographs"}, "note: two photographs and three photographs"),
        ({"jpeg": SCORES["jpeg"] | {"points": [1]}}, "jpeg.points.1: 2 and None"),
        ({"more": 1}, "more: None and 1"),
    ],
)
def test_whatever_is_no_number_must_be_equal(folders, scores, place):
    write(folders[1], SCORES | scores, "method,psnr_db\njpeg,30.0\nwebp,\n")
    assert verdicts(folders)["scores.json"] == ("different", place)


def test_a_table_is_compared_by_cell(folders):
    write(folders[1], SCORES, "method,psnr_db\njpeg,30.0\nwebp,31.0\n")
    assert verdicts(folders)["rows.csv"] == ("different", "row 2, psnr_db:  and 31.0")


def test_a_file_that_one_folder_lacks_is_different(folders):
    (folders[0] / "rows.csv").unlink()
    assert verdicts(folders)["rows.csv"] == ("different", f"only in {folders[1]}")


@pytest.mark.parametrize("folder", ["timings", "benchmarks"])
def test_seconds_and_records_are_left_out(folders, folder):
    (folders[0] / folder / "costs.json").write_text("{}", encoding="utf-8")
    assert len(verdicts(folders)) == 2


@pytest.mark.parametrize(("psnr_db", "code"), [(30.0, 0), (30.1, 0), (31.0, 1)])
def test_the_exit_code_says_whether_all_is_within(folders, psnr_db, code, capsys):
    write(
        folders[1], SCORES | {"jpeg": SCORES["jpeg"] | {"psnr_db": psnr_db}}, "method,psnr_db\njpeg,30.0\nwebp,\n"
    )
    with pytest.raises(SystemExit) as end:
        compare_metrics.main(*map(str, folders))
    assert end.value.code == code
    assert capsys.readouterr().out.splitlines()[-1].startswith("2 files: ")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nowhere", "here"), "nowhere: no such folder"),
        (("here", "here"), "no JSON or CSV file"),
        (("here", "here", "much"), "much: the tolerance must be a number"),
    ],
)
def test_mistakes_are_named(tmp_path, monkeypatch, words, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    with pytest.raises(UserError, match=complaint):
        compare_metrics.main(*words)
