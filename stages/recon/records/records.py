"""The record of a run: what it measured, and all that is needed to measure it again.

Everything is read through git, so it does not matter where the experiment ran: here, in a temporary folder, in the
queue, or on another machine (`dvc exp pull`).
"""

import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pandas as pd
from dvc.utils.serialize import parse_yaml

from recon.core.errors import UserError
from recon.families.coordinates import records
from recon.families.restoration.records import summary
from recon.records.overrides import overrides
from recon.settings import groups

COMMON = ("epochs", "runtime", "plane")  # the groups of params.yaml that all families share
DATA = ("data", "degrade", "augment")  # and those of what trains on data/patches, or is scored on `test`
INPUTS = ("stages", "dvc.yaml", "data/sets")  # what may not differ from the base commit, beside params.yaml


@dataclass(frozen=True)
class Run:
    """Where results lie: `commit` holds them, `base` is the commit they were made from.

    The two are the same where the results themselves were committed, as those of `dvc repro` are.
    """

    commit: str
    base: str


def find(revision: str) -> Run:
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
        return Run(commit=commit, base=commit)
    base = _git("rev-parse", f"{commit}^", fault=f"`{revision}`: its base commit is missing").strip()
    if changed := _git("diff", "--name-only", base, commit, "--", *INPUTS, fault="git diff failed").split():
        raise UserError(f"`{revision}` ran with uncommitted changes of {changed[0]}; commit them and run it again")
    return Run(commit=commit, base=base)


def describe(run: Run, *, name: str, family: str, targets: str) -> dict[str, Any]:
    """Return the content of metrics/benchmarks/NAME.json.

    Raises:
        UserError: params.yaml has no such family, or the run has no results of it that belong to its params.
    """
    params = _read_yaml(run.commit, "params.yaml")
    families = dict(groups.families(params))
    if family not in families:
        raise UserError(f"unknown family `{family}`; known: {', '.join(families)}")
    _check_locked(_read_yaml(run.commit, "dvc.lock")["stages"], params, family)
    rows = pd.read_csv(StringIO(_read(run.commit, f"metrics/{family}.csv")))
    timings = _read_yaml(run.commit, f"metrics/timings/{family}.json")
    codecs = dict(library.rsplit(" ", 1) for library in rows["library"].dropna().unique())
    kept = (*COMMON, *(DATA if family in ("deblocking", "restoration") else ()), family)
    return {
        "name": name,
        "family": family,
        "command": _command(run, params, targets),
        "commit": run.base,
        "params": {group: params[group] for group in kept},
        "machines": timings["machines"],
        "codecs": codecs,
        "minutes": round(sum(entry["total_seconds"] for entry in timings["entries"].values()) / 60, 2),
        "minutes_of": "training, encoding and decoding; not starting up, scoring or drawing",
        "results": _read_yaml(run.commit, f"metrics/{family}.json"),
    }


def restoration_summary(run: Run) -> dict[str, Any]:
    """Return what `records_restoration.summary` makes of the run.

    Raises:
        UserError: the entry is in the plane, and the run's target was not the leaderboard too.
    """
    params, stages = _read_yaml(run.commit, "params.yaml"), _read_yaml(run.commit, "dvc.lock")["stages"]
    plane = None
    if any(entry["subject"] == "plane" for entry in params["restoration"]["experiments"].values()):
        _check_stages(stages, params, ["leaderboard"])
        plane = pd.read_csv(StringIO(_read(run.commit, "metrics/leaderboard.csv")))
    seconds = _read_yaml(run.commit, "metrics/timings/restoration.json")["entries"]
    return summary(_read_yaml(run.commit, "metrics/restoration.json"), seconds, plane)


def coordinates_summary(run: Run) -> dict[str, Any]:
    """Return what `records_coordinates.summary` makes of the run."""
    rows = pd.read_csv(StringIO(_read(run.commit, "metrics/coordinates.csv")))
    seconds = _read_yaml(run.commit, "metrics/timings/coordinates.json")["entries"]
    return records.summary(rows, seconds, _read_yaml(run.commit, "params.yaml"))


def _command(run: Run, params: dict[str, Any], targets: str) -> str:
    if run.commit == run.base:
        return shlex.join(["dvc", "repro", *targets.split()])
    changes = overrides(_read_yaml(run.base, "params.yaml"), params)
    options = [word for change in changes for word in ("-S", change)]
    return shlex.join(["dvc", "exp", "run", *options, *targets.split()])


def _check_locked(stages: dict[str, Any], params: dict[str, Any], family: str) -> None:
    """Raise UserError unless the family's stages ran with `params`: what lies there may be of an older run."""
    entries = params[family]["experiments"]
    wanted = {experiment["subject"] for experiment in entries.values()}
    subjects = sorted(_subject_stage(family, subject) for subject in wanted)
    fits = [f"{family}@{entry}" for entry in entries]
    data = ["normalize", "augment", "degrade"] if family == "restoration" else []
    _check_stages(stages, params, (*data, *subjects, *fits, f"evaluate@{family}", f"timings@{family}"))


def _subject_stage(family: str, subject: str) -> str:
    if subject == "test":
        return "normalize"
    return f"{'coordinates_' if family == 'coordinates' and subject != 'plane' else ''}subject@{subject}"


def _check_stages(stages: dict[str, Any], params: dict[str, Any], names: Iterable[str]) -> None:
    """Raise UserError unless these stages ran with `params`, on what the other stages made."""
    made = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ())}
    made |= groups.locked(params)
    for name in names:
        stage = stages.get(name, {})
        locked = stage.get("params", {}).get("params.yaml", {})
        same_params = stage and all(_lookup(params, key) == value for key, value in locked.items())
        if not same_params or any(made.get(dep["path"], dep["md5"]) != dep["md5"] for dep in stage["deps"]):
            raise UserError(f"dvc.lock: {name} did not run on this params.yaml; name it as a target of the run")


def _lookup(params: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        params = params[part]
    return params


def _read_yaml(commit: str, path: str) -> Any:
    """Return a YAML or JSON file as DVC reads it: by YAML 1.2, where `1e-05` is a number."""
    return parse_yaml(_read(commit, path), path)


def _read(commit: str, path: str) -> str:
    fault = f"{commit[:7]} has no {path}; was the run's target a stage that writes it?"
    return _git("show", f"{commit}:{path}", fault=fault)


def _git(*words: str, fault: str) -> str:
    """Return what `git WORDS` prints; UserError `fault` where it fails."""
    done = subprocess.run(["git", *words], capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise UserError(fault)
    return done.stdout
