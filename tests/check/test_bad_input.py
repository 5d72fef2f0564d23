"""What a user may get wrong, through the real scripts: one line, exit code 1, earlier outputs intact."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from recon.core.images import write_png
from recon.settings.core import read_params

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A copy of the project with outputs of an earlier run."""
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data" / "sets", tmp_path / "data" / "sets")
    shutil.copytree(ROOT / "models" / "zoo", tmp_path / "models" / "zoo")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    for name in ("data/check.txt", "metrics/leaderboard.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("earlier")
    return tmp_path


def run(project, script, *words):
    """Return the finished process of `python stages/SCRIPT WORDS` in the project."""
    environment = os.environ | {"RECON_DATASETS": "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, f"stages/{script}", *map(str, words)]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


def refusal(project, script, *words):
    """Return the one line that the script ends with, having changed nothing."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = run(project, script, *words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
    return done.stderr


def set_params(project, path, value):
    params = read_params(project / "params.yaml")
    *parents, last = path.split(".")
    inner = params
    for part in parents:
        inner = inner[part]
    inner[last] = value
    (project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("degrade.qualities", [10, 101], "params.yaml: degrade.qualities.1: "),
        ("subjects.plane.source", "live2", "params.yaml: subjects.plane.source: unknown dataset `live2`; known: "),
        ("autoencoder.experiments.residual.net", "unett", "unknown network `unett`; known: "),
    ],
)
def test_a_mistake_in_params_is_refused(project, path, value, words):
    set_params(project, path, value)
    assert words in refusal(project, "check.py")


def test_a_broken_params_yaml_is_refused(project):
    (project / "params.yaml").write_text("epochs: [500\nplane:\n")
    assert "not valid YAML" in refusal(project, "check.py")


@pytest.mark.parametrize(
    ("script", "words", "text"),
    [
        ("coordinates.py", ["sirens"], "coordinates.experiments: no entry `sirens`; known: photograph, "),
        ("evaluate.py", ["fractals"], "`fractals` is "),
        ("normalize.py", [], "the dataset `embedded` is not fetched yet; run: dvc repro fetch"),
    ],
)
def test_a_script_run_by_hand_too_early_or_with_wrong_words_says_so(project, script, words, text):
    assert text in refusal(project, script, *words)


def test_a_registered_folder_whose_file_changed_is_refused_by_the_check(project):
    folder = project / "mine"
    pixels = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), np.uint8)
    for name, image in zip("abc", pixels, strict=False):
        write_png(folder / f"{name}.png", image)
    assert run(project, "register.py", folder, "mine").returncode == 0
    set_params(project, "data.source", "mine")
    assert run(project, "check.py").returncode == 0
    write_png(folder / "b.png", pixels[3])
    text = refusal(project, "check.py")
    assert f"{folder / 'b.png'}: not the image that data/sets/mine.json lists" in text
    assert "register" in text


def test_the_check_deletes_nothing_and_the_stage_experiments_removes_what_is_left_of_those_that_are_gone(project):
    gone = project / "data" / "reconstructions" / "classical" / "gone" / "index.csv"
    gone.parent.mkdir(parents=True)
    gone.touch()
    assert run(project, "check.py").returncode == 0
    assert gone.exists()
    done = run(project, "experiments.py")
    assert "removed data/reconstructions/classical/gone: params.yaml has no such entry any more\n" in done.stdout
    assert not gone.exists()


def test_with_a_mistake_in_params_nothing_is_removed(project):
    kept = project / "models" / "classical" / "gone.h5"
    kept.parent.mkdir(parents=True)
    kept.touch()
    set_params(project, "classical.experiments", {})
    assert "classical.experiments" in refusal(project, "experiments.py")


def test_the_check_says_which_photographs_a_subject_enlarges(project):
    done = run(project, "check.py")
    assert done.stdout == ""
    set_params(project, "subjects.plane.rows", 384)
    set_params(project, "subjects.plane.columns", 512)
    done = run(project, "check.py")
    assert done.returncode == 0
    assert (
        done.stdout == "subjects.plane: `fit: resize` enlarges 1 of 2 photographs, `chelsea` the most, by 1.28\n"
    )
    set_params(project, "subjects.plane.fit", "crop")
    assert run(project, "check.py").stdout == ""
