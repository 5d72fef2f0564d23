"""A part of the pipeline where the world misbehaves: odd folders, homes, locales, clocks, and two runs at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

import reduced
from project_copy import Copy

TARGET = "evaluate@classical"  # with the data and the codecs that it needs
YEAR_2099, YEAR_1971 = 4_070_908_800, 31_536_000

pytestmark = pytest.mark.slow


@pytest.fixture
def make_copy(tmp_path):
    """Return a function that copies the project into a folder of a name, with an environment."""
    made = []

    def make(name="copy", **environment):
        copy = Copy(tmp_path / name, hash_seed=1, **environment)
        apply_overrides(copy.folder / "params.yaml", reduced.settings())
        made.append(copy)
        return copy

    yield make
    for copy in made:
        copy.stop()


def check(copy):
    """Run the target; it runs once, and writes what it should."""
    copy.dvc("repro", TARGET)
    assert (copy.folder / "metrics" / "classical.json").is_file()
    assert "didn't change" in copy.dvc("repro", TARGET)


def test_a_folder_with_spaces_and_letters_of_other_alphabets(make_copy):
    check(make_copy("Mes photos d'été, 写真"))


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "tr_TR.UTF-8"])
def test_a_locale_of_ascii_of_decimal_commas_and_of_a_dotless_i(make_copy, locale):
    check(make_copy(LC_ALL=locale, LANG=locale))


def test_a_home_that_can_not_be_written(make_copy):
    check(make_copy(HOME="/proc/none", XDG_CACHE_HOME="/proc/none/cache", XDG_CONFIG_HOME="/proc/none/config"))


def test_a_checkout_without_git(make_copy):
    copy = make_copy()
    shutil.rmtree(copy.folder / ".git")
    copy.dvc("config", "core.no_scm", "true", "--local")
    check(copy)


def test_a_clock_that_jumps(make_copy):
    """DVC keeps the times of files with their hashes, and hashes a file of another time again."""
    copy = make_copy()
    copy.dvc("repro", TARGET)
    for number, path in enumerate(sorted((copy.folder / "metrics").rglob("*.*"))):
        moment = (YEAR_2099, YEAR_1971)[number % 2]
        os.utime(path, (moment, moment))
    assert "Running stage" not in copy.dvc("repro", TARGET)


def test_of_two_runs_at_once_one_says_that_the_other_is_at_work(make_copy):
    copy = make_copy()
    command = [sys.executable, "-m", "dvc", "repro", TARGET]
    options = {"cwd": copy.folder, "env": copy.environment, "text": True}
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options) for _ in range(2)
    ]
    printed = [process.communicate()[0] for process in both]
    assert 0 in [process.returncode for process in both]
    for process, text in zip(both, printed, strict=True):
        assert process.returncode == 0 or "busy" in text or "lock" in text
        assert "Traceback" not in text
    assert "Running stage" not in copy.dvc("repro", TARGET)


def test_a_folder_that_can_not_be_written(make_copy):
    """Root may write anywhere: a file is in the place of the folder instead."""
    copy = make_copy()
    place = copy.folder / "data" / "raw"
    shutil.rmtree(place, ignore_errors=True)
    Path(place).write_text("", encoding="utf-8")
    printed = copy.dvc("repro", TARGET, fails=True)
    assert "Traceback" not in printed
    assert "data/raw" in printed
