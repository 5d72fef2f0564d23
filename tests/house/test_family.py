"""A family goes by deleting its folder, its group of params.yaml and its stages, and comes by adding these."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from families_changed import add_family, remove_family

ROOT = Path(__file__).resolve().parents[2]
GONE = "fractal"
FILES = ["dvc.yaml", "params.yaml", "README.md", "pyproject.toml", "Makefile", ".gitignore", ".dvcignore"]
FOLDERS = ["stages", "tests", "metrics", "plots", "data/sets", "data/published", ".dvc/plots"]


@pytest.fixture
def project(tmp_path):
    """A copy of the project without its results below data/ and models/."""
    ignore = shutil.ignore_patterns("__pycache__", "entries", "report.html")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    for name in [*FILES, *(str(page.relative_to(ROOT)) for page in ROOT.glob("*/README.md"))]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".dvc" / "config").write_text("[core]\n    no_scm = true\n    analytics = false\n")
    return tmp_path


def run(project, *words):
    """Return what a command prints that must succeed in the project."""
    done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_without_a_family_all_that_remains_passes(project):
    remove_family(project, GONE)
    run(project, "stages/sources.py")
    run(project, "stages/check.py")
    run(project, "stages/experiments.py")
    assert GONE not in run(project, "-m", "dvc", "dag", "--dot")
    run(project, "stages/readme.py")
    run(project, "stages/readme.py", "--check")
    assert "fractal" not in run(project, "stages/rebuild.py", "--help")
    tests = ["tests/house/test_arrows.py", "tests/house/test_stage_deps.py", "tests/report", "tests/referee"]
    run(project, "-m", "pytest", "-n0", "-x", "--deselect", "tests/report/test_browser.py", *tests)


def test_a_family_of_one_file_is_checked_listed_and_in_the_graph(project):
    add_family(project, "svd")
    run(project, "stages/sources.py")
    run(project, "stages/check.py")
    assert "evaluate@svd" in run(project, "-m", "dvc", "stage", "list", "--name-only")
    help_text = run(project, "stages/rebuild.py", "--help")
    assert "--rank" in help_text
    assert "svd" in help_text
    run(project, "-m", "pytest", "-n0", "-x", "tests/house/test_arrows.py", "tests/house/test_stage_deps.py")
