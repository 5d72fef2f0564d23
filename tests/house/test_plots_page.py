import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from families_changed import remove_family

ROOT = Path(__file__).resolve().parents[2]
PLOTS = ROOT / ".dvc" / "plots"
PAGE = (PLOTS / "page.html").read_text(encoding="utf-8")
TEMPLATES = sorted(PLOTS.glob("*.json"))
DRAWN = {
    name: plot
    for plots in yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["plots"]
    for name, plot in plots.items()
}


@pytest.fixture
def project(tmp_path):
    """A copy of the results that DVC plots, committed, with an empty room for what else the graph names."""
    for name in ("metrics", "plots", ".dvc/plots", "stages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "report.html"))
    for name in ("dvc.yaml", "dvc.lock", "params.yaml", ".dvc/config"):
        shutil.copy(ROOT / name, tmp_path / name)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    return tmp_path


def plot(project, *words):
    """Return what `dvc plots` prints, but for the path of its page."""
    command = [sys.executable, "-m", "dvc", "plots", *words]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line for line in (done.stdout + done.stderr).splitlines() if line and not line.startswith("file:")]


def test_the_page_has_a_place_for_the_plots_and_for_the_refresh_tag():
    assert PAGE.count("{plot_divs}") == PAGE.count("{refresh_tag}") == 1


def test_the_page_loads_nothing_from_elsewhere():
    assert not re.findall(r"\bsrc=|\bhref=|@import|\{scripts\}", PAGE)


def test_the_page_carries_the_library_that_the_plots_call():
    packed = re.search(r'id="vega">([^<]+)</script>', PAGE).group(1)
    source = gzip.decompress(base64.b64decode(packed)).decode("utf-8")
    assert all(f".{name}=" in source for name in ("vega", "vegaLite", "vegaEmbed"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_is_of_the_schema_that_the_page_understands(path):
    assert json.loads(path.read_text(encoding="utf-8"))["$schema"].endswith("/vega-lite/v5.json")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.parametrize("anchor", ["DATA", "TITLE", "X", "Y", "X_LABEL", "Y_LABEL"])
def test_a_template_shows_all_that_dvc_yaml_gives(path, anchor):
    assert f'"<DVC_METRIC_{anchor}>"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("plot", DRAWN.values(), ids=DRAWN)
def test_a_plot_names_columns_that_its_file_has(plot):
    template = (PLOTS / f"{plot['template']}.json").read_text(encoding="utf-8")
    drawn = {*re.findall(r'"fields?": \[?"(\w+)"', template)} - {"rev"}  # DVC adds the revision
    for path, y in plot["y"].items():
        columns = pd.read_csv(ROOT / path, nrows=5).columns
        assert {plot["x"], y, *drawn} <= set(columns)


def test_dvc_warns_of_no_plot_in_the_workspace_or_beside_a_commit(project):
    board = pd.read_csv(project / "metrics" / "leaderboard.csv")
    board.assign(psnr_db=board["psnr_db"] + 1).to_csv(project / "metrics" / "leaderboard.csv", index=False)
    assert plot(project, "show") == []
    assert plot(project, "diff", "HEAD") == []


def test_plots_of_a_family_that_is_removed_are_not_missed(project):
    remove_family(project, "coordinates")
    shutil.rmtree(project / "metrics" / "comparisons" / "coordinates")
    assert plot(project, "show") == []
