"""A copy of the project in a folder of its own, with its own Git repository, DVC cache and environment."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = [
    ".dvc/config",
    ".dvc/plots",
    ".dvcignore",
    ".gitignore",
    "dvc.yaml",
    "params.yaml",
    "data/sets",
    "models/zoo",
    "data/published",
    "stages",
]
IDENTITY = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
RUNNING = re.compile(r"Running stage '(.+)'")


class Copy:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path, *, hash_seed: int, **environment: str) -> None:
        self.folder = folder
        self.running: subprocess.Popen | None = None
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = os.environ | IDENTITY | {"PATH": path, "PYTHONHASHSEED": str(hash_seed)} | environment
        for name in PROJECT:
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        # A cache of its own, whatever the machine's DVC configuration says.
        (folder / ".dvc" / "config.local").write_text("[cache]\n    dir = cache\n", encoding="utf-8")
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
            subprocess.run(["git", *words], cwd=folder, env=self.environment, check=True)

    def dvc(self, *words: str, fails: bool = False) -> str:
        """Run DVC in the copy, tell how many stages have started, and return all that it prints."""
        printed, started = "", 0
        with subprocess.Popen(
            [sys.executable, "-m", "dvc", *words],
            **{"cwd": self.folder, "env": self.environment, "start_new_session": True},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True},
        ) as self.running:
            for line in self.running.stdout:
                printed += line
                if found := RUNNING.match(line):
                    started += 1
                    print(f"{self.folder.name}: stage {started}, {found[1]}", flush=True)
        assert (self.running.returncode != 0) == fails, printed
        return printed

    def stop(self) -> None:
        """End DVC, and the stage that it would leave behind."""
        if self.running and self.running.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)

    def kill_repro(self, seconds: float, *, whole: bool) -> bool:
        """Run what is out of date, kill DVC after some seconds, and return whether it was still running.

        With `whole` the stage that runs is killed at the same moment; otherwise it goes on for a second alone, as
        when somebody has ended DVC, sees the stage, and ends it too.
        """
        command = [sys.executable, "-m", "dvc", "repro", "-q"]
        self.running = subprocess.Popen(
            command,
            **{"cwd": self.folder, "env": self.environment, "start_new_session": True},
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
        )
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(seconds)
            return False
        if not whole:
            self.running.kill()
            time.sleep(1)
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        return True

    def stages(self) -> list[str]:
        return self.dvc("stage", "list", "--name-only").split()

    def reran(self) -> set[str]:
        """Run what is out of date and return the stages that ran."""
        return set(RUNNING.findall(self.dvc("repro")))

    def edit(self, before: str, after: str) -> None:
        """Change the one place in params.yaml that says `before`."""
        path = self.folder / "params.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")

    def take_results(self, other: "Copy") -> None:
        """Take all files of another copy but the settings, and what is Git's and the machine's."""
        ignore = shutil.ignore_patterns(".git", "params.yaml", "tmp")
        shutil.copytree(other.folder, self.folder, ignore=ignore, dirs_exist_ok=True)

    def results(self) -> dict[Path, bytes]:
        folders = ("data/reconstructions", "models", "metrics", "plots")
        paths = [path for folder in folders for path in (self.folder / folder).rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in paths}

    def lock(self) -> dict:
        return yaml.safe_load((self.folder / "dvc.lock").read_text(encoding="utf-8"))["stages"]


def sums(lock: dict) -> dict[tuple[str, str, str], str]:
    """Return the MD5 sums of all deps and outs but timings, which no two runs share, by stage and path."""
    return {
        (stage, kind, item["path"]): item["md5"]
        for stage, entry in lock.items()
        for kind in ("deps", "outs")
        for item in entry.get(kind, [])
        if "/timings/" not in item["path"]
    }
