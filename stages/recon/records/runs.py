"""Runs whose results are recorded: DVC experiments, read through git and the DVC cache.

An experiment may have run anywhere: in a temporary folder, in the queue, or on another machine (`dvc exp pull`).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from recon.core.errors import UserError
from recon.core.reconstruction import CHECKPOINTS, CHECKPOINTS_VARIABLE

if TYPE_CHECKING:  # it takes a second to import
    from dvc.repo import Repo

# What must equal the base commit; only params.yaml may differ.
INPUTS = ("stages", "dvc.yaml", "data/sets", "models/zoo/index.json")


@dataclass(frozen=True)
class RecordedRun:
    """The commit that holds the results, and the base commit that they were made from."""

    commit: str
    base: str


def run_experiment(name: str, overrides: Sequence[str], targets: Sequence[str]) -> RecordedRun:
    """Run the stages `targets` as `dvc exp run --temp` does, on the committed code.

    A run that is cut goes on when it is repeated: DVC keeps what stages have written, and unfinished ones their
    checkpoints in .checkpoints/records/NAME of the project, since the temporary folder is lost.

    Raises:
        UserError: code or params.yaml is not committed, the path is not one for DVC, or the run failed.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    if not str(Path.cwd()).isascii():  # a UnicodeEncodeError in the midst of the run
        raise UserError(
            f"{Path.cwd()}: DVC runs nothing in a temporary folder while the project's path has letters outside "
            "ASCII; move the project, or record an experiment that ran in the workspace: --exp NAME"
        )
    paths = ("params.yaml", *INPUTS)
    if changed := _run_git("status", "--porcelain", "--", *paths, fault="no git repository").splitlines():
        raise UserError(f"{changed[0][3:]} is not committed; commit it first: a record names the commit it ran on")
    checkpoints = (CHECKPOINTS / "records" / name).absolute()
    os.environ[CHECKPOINTS_VARIABLE] = str(checkpoints)  # of the stages, which DVC starts
    try:
        results = Repo().experiments.run(targets=list(targets), params=list(overrides), tmp_dir=True)
    except DvcException as error:
        raise UserError(
            f"the run failed: {error}; nothing is recorded; the same command goes on from what is finished"
        ) from None
    finally:
        del os.environ[CHECKPOINTS_VARIABLE]
    shutil.rmtree(checkpoints, ignore_errors=True)
    return find(next(iter(results)))


def find(revision: str) -> RecordedRun:
    """Return the experiment or commit called `revision`, by its name in `dvc exp show` or in git.

    Raises:
        UserError: there is none, or more than one, or the experiment ran on uncommitted code.
    """
    words = ("for-each-ref", "--format=%(objectname) %(refname)", "refs/exps/??/*/*")
    experiments = [line.split(" ") for line in _run_git(*words, fault="no git repository").splitlines()]
    commits = [commit for commit, ref in experiments if ref.split("/", 4)[-1] == revision]
    if len(commits) > 1:
        raise UserError(
            f"{len(commits)} experiments are called `{revision}`; give the commit: {', '.join(commits)}"
        )
    fault = f"`{revision}`: neither an experiment of `dvc exp show` nor a revision of git"
    commit = (
        commits[0] if commits else _run_git("rev-parse", "--verify", f"{revision}^{{commit}}", fault=fault).strip()
    )
    if commit not in [tip for tip, _ in experiments]:
        return RecordedRun(commit=commit, base=commit)
    base = _run_git("rev-parse", f"{commit}^", fault=f"`{revision}`: its base commit is missing").strip()
    difference = ("diff", "--name-only", "--relative", base, commit, "--", *INPUTS)
    if changed := _run_git(*difference, fault="git diff failed").splitlines():
        raise UserError(f"`{revision}` ran with uncommitted changes of {changed[0]}; commit them and run it again")
    return RecordedRun(commit=commit, base=base)


@contextmanager
def check_out(revision: str, paths: Sequence[str]) -> Iterator[None]:
    """Run the block in a temporary folder that holds only these files and folders, as of `revision`.

    Raises:
        UserError: one of them is neither in git nor in the DVC cache.
    """
    from dvc_data.index import DataIndexDirError

    with TemporaryDirectory() as folder:
        with _switch(revision) as repo:
            for path in paths:
                try:
                    repo.dvcfs.get(path, str(Path(folder) / path), recursive=True)
                except (OSError, AttributeError, DataIndexDirError):  # absent from git, or from the cache
                    raise UserError(
                        f"{revision[:7]} has no {path}; was the run's target a stage that writes it? If it ran "
                        "elsewhere: dvc exp pull"
                    ) from None
        with chdir(folder):
            yield


def find_upstream_stages(revision: str, targets: Sequence[str]) -> set[str]:
    """Return the names of the stages `targets` at `revision`, and of all upstream stages."""
    from networkx import descendants

    with _switch(revision) as repo:
        graph = repo.index.graph  # edges lead from a stage to the stages whose outputs it reads
        chosen = [stage for stage in graph if stage.name in targets]
        return {upstream.name for stage in chosen for upstream in (stage, *descendants(graph, stage))}


@contextmanager
def _switch(revision: str) -> "Iterator[Repo]":
    """Hand out the project as of `revision`; with `DVCFileSystem(rev=...)` one below the root of git is empty."""
    from dvc.repo import Repo

    with Repo() as repo, repo.switch(revision):
        yield repo


def _run_git(*words: str, fault: str) -> str:
    """Return what `git WORDS` prints; UserError `fault` where it fails."""
    try:
        command = ["git", "-c", "core.quotePath=false", *words]
        process = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise UserError("git: not found; install it, since a record names the commit that ran") from None
    if process.returncode != 0:
        raise UserError(fault)
    return process.stdout
