"""A family goes by deleting its folder, its group of params.yaml and its stages, and comes by adding these."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from families_changed import add_family, remove_family

ROOT = Path(__file__).resolve().parents[2]
GONE, NEW = "fractal", "svd"
RESULTS = [
    *("report/test_report.py", "report/test_room.py"),
    *("referee/test_evaluate_stage.py", "referee/test_leaderboard.py"),
]
FILES = ["dvc.yaml", "params.yaml", "README.md", "pyproject.toml", "Makefile", ".gitignore", ".dvcignore"]
FOLDERS = ["stages", "tests", "metrics", "plots", "data/sets", "data/published", "models/zoo", ".dvc/plots"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, without its results below data/ and models/, with one family less and another."""
    folder = tmp_path_factory.mktemp("project")
    ignore = shutil.ignore_patterns("__pycache__", "entries", "report.html")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in [*FILES, *(str(page.relative_to(ROOT)) for page in ROOT.glob("*/README.md"))]:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / ".dvc" / "config").write_text("[core]\n    no_scm = true\n    analytics = false\n")
    remove_family(folder, GONE)
    add_family(folder, NEW)
    for script in ("sources", "check", "experiments"):
        run(folder, f"stages/{script}.py")
    return folder


def run(project, *words):
    """Return what a command prints that must succeed in the project."""
    done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_graph_is_without_the_one_and_with_the_other(project):
    assert GONE not in run(project, "-m", "dvc", "dag", "--dot")
    assert f"evaluate@{NEW}" in run(project, "-m", "dvc", "stage", "list", "--name-only")


def test_the_pages_can_be_made(project):
    run(project, "stages/readme.py")
    run(project, "stages/readme.py", "--check")


def test_the_command_offers_the_new_one_with_its_setting_and_not_the_old_one(project):
    help_text = run(project, "stages/rebuild.py", "--help")
    assert "--rank" in help_text
    assert NEW in help_text
    assert GONE not in help_text


@pytest.mark.parametrize("tests", [RESULTS, pytest.param(["report", "referee"], marks=pytest.mark.slow)])
def test_what_remains_passes_and_the_new_one_meets_the_contracts(project, tests):
    everywhere = ["house/test_arrows.py", "house/test_stage_deps.py", "contracts/test_methods.py"]
    chosen = ["--deselect", "tests/report/test_browser.py", "-k", f"{NEW} or not test_methods"]
    run(project, "-m", "pytest", "-n0", "-x", *chosen, *(f"tests/{name}" for name in [*everywhere, *tests]))
