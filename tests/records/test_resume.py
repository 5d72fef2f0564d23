"""A recorded run that the machine cuts, and the same command again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from dvc.repo import Repo

from recon.core import files
from recon.core.sources import ROOT

PARTS = ("one", "two", "three", "four")
# The stage keeps each part as it is done. In the middle of the first try it kills the whole run, DVC too.
STAGE = f"""\
import os
import signal
import sys
from pathlib import Path

from recon.core.reconstruction import CHECKPOINTS

name, log = sys.argv[1], Path(os.environ["LOG"])
for part in {PARTS}:
    kept = CHECKPOINTS / "toy" / name / part
    if not kept.is_file():
        with log.open("a") as lines:
            lines.write(f"{{name}} {{part}}\\n")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch()
    if (name, part) == ("second", "two") and not log.with_suffix(".cut").is_file():
        log.with_suffix(".cut").touch()
        os.killpg(0, signal.SIGKILL)
Path(name).write_text("done")
"""
PIPELINE = """\
stages:
  first: {cmd: python stages/toy.py first, params: [epochs], outs: [first]}
  second: {cmd: python stages/toy.py second, deps: [first], outs: [second]}
"""
RUN = """\
import sys
from recon.records import runs
print(runs.run_experiment("toy-parts", ["epochs=2"], ["second"]).commit)
"""
IDENTITY = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A committed project of two stages, in the working folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    subprocess.run(["git", "init", "--quiet"], check=True)
    Repo.init()
    files.write_text("params.yaml", "epochs: 1\n")
    files.write_text("dvc.yaml", PIPELINE)
    files.write_text("stages/toy.py", STAGE)
    files.write_text(".gitignore", "/.checkpoints/\n/first\n/second\n")
    subprocess.run(["git", "add", "--all"], check=True)
    subprocess.run(["git", "commit", "--quiet", "--message=test"], check=True, env=os.environ | IDENTITY)
    return folder


def run(log: Path) -> subprocess.CompletedProcess:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = IDENTITY | {"PATH": path, "PYTHONPATH": str(ROOT / "stages"), "LOG": str(log)}
    command = [sys.executable, "-W", "ignore", "-c", RUN]
    return subprocess.run(
        command, env=os.environ | variables, start_new_session=True, capture_output=True, text=True
    )


def test_a_killed_run_goes_on_where_it_stopped(project, tmp_path):
    """Neither a finished stage nor a finished part of the other is repeated."""
    log = tmp_path / "parts.log"
    assert run(log).returncode == -signal.SIGKILL
    assert log.read_text().split("\n")[:-1] == [*(f"first {part}" for part in PARTS), "second one", "second two"]
    kept = project / ".checkpoints/records/toy-parts/toy/second"
    assert sorted(path.name for path in kept.iterdir()) == ["one", "two"]

    again = run(log)
    assert again.returncode == 0, again.stderr
    done = [f"{name} {part}" for name in ("first", "second") for part in PARTS]
    assert log.read_text().split("\n")[:-1] == done
    assert not (project / ".checkpoints/records/toy-parts").exists()
    commit = again.stdout.split()[-1]
    locked = subprocess.run(["git", "show", f"{commit}:params.yaml"], check=True, capture_output=True, text=True)
    assert json.loads(locked.stdout.partition(":")[2]) == 2
