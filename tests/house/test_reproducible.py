"""The whole pipeline on reduced data (tests/reduced.txt), run in one copy of the project, and again in another.

The copies stand for clones on two machines: each has its own folder, Git repository, DVC cache and hash seed, and
one has the settings that libraries would take from an old processor. One runs as an experiment. The other, with
the same settings in its params.yaml, gets its results and runs stages of all kinds again (all stages in
`make test-all`). With `-s` each stage is told as it starts.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml
from dvc.utils.hydra import apply_overrides

import reduced
from families_changed import add_family
from recon.core.images import read_image, write_png

ROOT = Path(__file__).resolve().parents[2]
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
# What trains, searches and draws: of each kind one.
SAMPLE = [
    *("autoencoder@plane", "coordinates@plane", "latent_decoder@plane", "restoration@plane", "overfitted_start"),
    *("overfitted@overfitted_alone", "pixels", "fractal", "deblocking", "classical", "evaluate@restoration"),
    *("coordinates_comparison", "plot", "report"),
]

# All that these would change is set by `recon.core.instructions`.
OLD_PROCESSOR = {
    "OPENBLAS_CORETYPE": "Prescott",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
}


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


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two copies, one after its run, the other with the same settings and the results of the first one."""
    pair = [
        Copy(tmp_path_factory.mktemp("copy"), hash_seed=1),
        Copy(tmp_path_factory.mktemp("copy"), hash_seed=2, **OLD_PROCESSOR),
    ]
    apply_overrides(pair[1].folder / "params.yaml", reduced.settings())
    print(f"\n{len(pair[1].stages())} stages in each copy", flush=True)
    try:
        pair[0].dvc("exp", "run", *reduced.options())
        pair[1].take_results(pair[0])
        yield pair
    finally:
        for copy in pair:
            copy.stop()
            shutil.rmtree(copy.folder)


def sums(lock: dict) -> dict[tuple[str, str, str], str]:
    """Return the MD5 sums of all deps and outs but timings, which no two runs share, by stage and path."""
    return {
        (stage, kind, item["path"]): item["md5"]
        for stage, entry in lock.items()
        for kind in ("deps", "outs")
        for item in entry.get(kind, [])
        if "/timings/" not in item["path"]
    }


def test_every_stage_ran(copies):
    assert sorted(copies[0].lock()) == sorted(copies[0].stages())


@pytest.mark.parametrize("number", [0, 1], ids=["after_the_experiment", "with_its_settings_and_its_results"])
def test_there_is_nothing_to_do(copies, number):
    assert not copies[number].reran()


@pytest.mark.parametrize("stages", [SAMPLE, pytest.param([], marks=pytest.mark.slow)], ids=["of_each_kind", "all"])
def test_another_copy_gives_the_same_bytes(copies, stages):
    printed = copies[1].dvc("repro", "--force", *(["--single-item", *stages] if stages else []))
    assert set(RUNNING.findall(printed)) == set(stages or copies[1].stages())
    one, two = (sums(copy.lock()) for copy in copies)
    assert one == two


def test_a_changed_comment_reruns_no_stage_but_the_list_of_sources(copies):
    with (copies[0].folder / "stages" / "recon" / "core" / "files.py").open("a", encoding="utf-8") as source:
        source.write("# The end.\n")
    assert copies[0].reran() == {"sources"}


def test_a_mistake_in_params_is_named_and_costs_no_result(copies):
    before = copies[0].results()
    copies[0].edit("learning_rate: 0.002\n    loss: mse ", "learning_rate: -1\n    loss: mse ")
    printed = copies[0].dvc("repro", fails=True)
    assert "error: params.yaml: autoencoder.training.learning_rate: input should be greater than 0" in printed
    assert copies[0].results() == before


def test_a_change_of_one_autoencoder_and_a_new_family_run_only_these_and_what_compares(copies):
    copies[1].take_results(copies[0])  # and its seconds, on which all that scores depends
    copies[1].edit("q_step: 0.02", "q_step: 0.03")
    add_family(copies[1].folder, "svd")
    ran = copies[1].reran()
    changed = {"autoencoder@residual", "evaluate@autoencoder", "autoencoder_comparison"}
    added = {"svd", "evaluate@svd", "leaderboard", "plot"}
    assert changed | added <= ran
    assert ran <= changed | added | {"sources", "check", "experiments", "timings", "report"}


def test_a_family_of_one_file_came_by_a_folder_a_group_and_a_stage(copies):
    """It ran with the others: it is in the leaderboard, and a picture of anybody's can be rebuilt by it."""
    board = (copies[1].folder / "metrics" / "leaderboard.csv").read_text(encoding="utf-8")
    assert board.count("\nsvd,") == 3
    pixels = np.random.default_rng(0).integers(0, 256, (24, 16, 3), np.uint8)
    write_png(copies[1].folder / "picture.png", pixels)
    command = [
        sys.executable,
        "stages/rebuild.py",
        "picture.png",
        "--method",
        "svd",
        "--rank",
        "16",
        "-o",
        "out.png",
    ]
    subprocess.run(command, cwd=copies[1].folder, check=True, capture_output=True)
    rebuilt = read_image(copies[1].folder / "out.png")
    assert np.abs(rebuilt.astype(int) - pixels).max() <= 1  # of full rank; half precision has 11 bits
