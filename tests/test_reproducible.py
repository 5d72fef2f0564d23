"""The whole pipeline on reduced data (tests/reduced.txt), run in two copies that share nothing.

The copies stand for two clones: each has its own folder, Git repository, DVC cache and hash seed.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

import reduced

ROOT = Path(__file__).resolve().parents[1]
PROJECT = [".dvc/config", ".dvcignore", ".gitignore", "dvc.yaml", "params.yaml", "data/sets", "stages"]
IDENTITY = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Copy:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path, *, hash_seed: int) -> None:
        self.folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = os.environ | IDENTITY | {"PATH": path, "PYTHONHASHSEED": str(hash_seed)}
        for name in PROJECT:
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        # A cache of its own, whatever the machine's DVC configuration says.
        (folder / ".dvc" / "config.local").write_text("[cache]\n    dir = cache\n", encoding="utf-8")
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
            subprocess.run(["git", *words], cwd=folder, env=self.environment, check=True)

    def dvc(self, *words: str) -> str:
        """Run DVC in the copy and return all that it prints."""
        words = [sys.executable, "-m", "dvc", *words]
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def lock(self) -> dict:
        return yaml.safe_load((self.folder / "dvc.lock").read_text(encoding="utf-8"))["stages"]


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two copies after a run each, at the same time."""
    pair = [Copy(tmp_path_factory.mktemp("copy"), hash_seed=seed) for seed in (1, 2)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda copy: copy.dvc("exp", "run", *reduced.options()), pair))
    return pair


def sums(lock: dict) -> dict[tuple[str, str, str], str]:
    """Return the MD5 sums of all deps and outs but timings, which no two runs share, by stage and path."""
    return {
        (stage, kind, item["path"]): item["md5"]
        for stage, entry in lock.items()
        for kind in ("deps", "outs")
        for item in entry.get(kind, [])
        if "/timings/" not in item["path"]
    }


def test_two_copies_give_the_same_bytes(copies):
    one, two = (sums(copy.lock()) for copy in copies)
    assert one == two


def test_every_stage_ran(copies):
    assert sorted(copies[0].lock()) == sorted(copies[0].dvc("stage", "list", "--name-only").split())


def test_a_second_run_has_nothing_to_do(copies):
    assert "Running stage" not in copies[0].dvc("repro")
