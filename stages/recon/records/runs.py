"""Runs whose results are recorded: DVC experiments, read through git and the DVC cache.

So it does not matter where one ran: in a temporary folder, in the queue, or on another machine (`dvc exp pull`).
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from recon.core.errors import UserError

INPUTS = ("stages", "dvc.yaml", "data/sets")  # what may not differ from the base commit, beside params.yaml


@dataclass(frozen=True)
class RecordedRun:
    """Where results lie: `commit` holds them, `base` is the commit they were made from."""

    commit: str
    base: str


def run_experiment(overrides: Sequence[str], targets: Sequence[str]) -> RecordedRun:
    """Make `targets` as `dvc exp run --temp` does, on the code that is committed.

    Raises:
        UserError: some of the code or params.yaml is not committed, or the run failed.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    paths = ("params.yaml", *INPUTS)
    if changed := _git("status", "--porcelain", "--", *paths, fault="no git repository").splitlines():
        raise UserError(f"{changed[0][3:]} is not committed; commit it first: a record names the commit it ran on")
    try:
        results = Repo().experiments.run(targets=list(targets), params=list(overrides), tmp_dir=True)
    except DvcException as error:
        raise UserError(f"the run failed: {error}; nothing is recorded") from None
    return find(next(iter(results)))


def find(revision: str) -> RecordedRun:
    """Return the experiment or commit called `revision`, by its name in `dvc exp show` or in git.

    Raises:
        UserError: there is none or more than one, or the experiment ran on code that was never committed.
    """
    lines = _git(
        "for-each-ref", "--format=%(objectname) %(refname)", "refs/exps/??/*/*", fault="no git repository"
    )
    experiments = [line.split(" ") for line in lines.splitlines()]
    named = [commit for commit, ref in experiments if ref.split("/", 4)[-1] == revision]
    if len(named) > 1:
        raise UserError(f"{len(named)} experiments are called `{revision}`; give the commit: {', '.join(named)}")
    unknown = f"`{revision}`: neither an experiment of `dvc exp show` nor a revision of git"
    commit = named[0] if named else _git("rev-parse", "--verify", f"{revision}^{{commit}}", fault=unknown).strip()
    if commit not in [tip for tip, _ in experiments]:
        return RecordedRun(commit=commit, base=commit)
    base = _git("rev-parse", f"{commit}^", fault=f"`{revision}`: its base commit is missing").strip()
    if changed := _git("diff", "--name-only", base, commit, "--", *INPUTS, fault="git diff failed").split():
        raise UserError(f"`{revision}` ran with uncommitted changes of {changed[0]}; commit them and run it again")
    return RecordedRun(commit=commit, base=base)


@contextmanager
def checked_out(revision: str, paths: Sequence[str]) -> Iterator[None]:
    """Let the block run in a folder that has these files and folders as they are at `revision`, and no others.

    Raises:
        UserError: one is neither in git nor in the DVC cache.
    """
    from dvc.api import DVCFileSystem

    files = DVCFileSystem(rev=revision)
    with TemporaryDirectory() as folder:
        for path in paths:
            try:
                files.get(path, str(Path(folder) / path), recursive=True)
            except (OSError, AttributeError):  # absent from git, or from the cache
                raise UserError(
                    f"{revision[:7]} has no {path}; was the run's target a stage that writes it? If it ran "
                    "elsewhere: dvc exp pull"
                ) from None
        with chdir(folder):
            yield


def upstream_stages(revision: str, targets: Sequence[str]) -> set[str]:
    """Return the names of the stages `targets` at `revision`, and of all that they depend on."""
    from dvc.api import DVCFileSystem
    from networkx import descendants

    graph = DVCFileSystem(rev=revision).repo.index.graph  # from a stage to those whose outputs it reads
    chosen = [stage for stage in graph if stage.name in targets]
    return {stage.name for stage in chosen}.union(
        upstream.name for stage in chosen for upstream in descendants(graph, stage)
    )


def _git(*words: str, fault: str) -> str:
    """Return what `git WORDS` prints; UserError `fault` where it fails."""
    done = subprocess.run(["git", *words], capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise UserError(fault)
    return done.stdout
