"""Every stage declares the code it runs, and no other.

A file that is imported and not declared makes DVC call old results up to date; one that is declared and not
imported makes it run again for nothing. `python tests/imports.py stages/NAME.py` prints the list to declare.
"""

import shlex
from pathlib import Path

import pytest
from dvc.repo import Repo
from dvc.stage import PipelineStage

from imports import ROOMS, ROOT, STAGES, closure, rooms_entered

# Without git, so that an export of the project can be tested as well.
PIPELINE = sorted(Repo(ROOT, config={"core": {"no_scm": True}}).index.stages, key=lambda stage: stage.name)


def declared(stage: PipelineStage) -> set[Path]:
    """Return the deps of `stage` that are code: files under stages/."""
    return {Path(dep.fs_path) for dep in stage.deps if STAGES in Path(dep.fs_path).parents}


def script(stage: PipelineStage) -> Path:
    return next(ROOT / word for word in shlex.split(stage.cmd) if word.endswith(".py"))


def entered(stage: PipelineStage) -> set[str]:
    return set().union(*(rooms_entered(path) for path in closure([script(stage)])))


def by_name(stage: PipelineStage) -> set[Path]:
    """Return the declared files of the rooms that the stage loads modules from by name; of a whole room, all."""
    doors = {ROOMS[room] for room in entered(stage)}
    return {path for dep in declared(stage) for path in (dep, *dep.glob("*.py")) if path.parent in doors}


def executed(stage: PipelineStage) -> set[Path]:
    return closure({script(stage)} | by_name(stage))


every_stage = pytest.mark.parametrize("stage", PIPELINE, ids=lambda stage: stage.name)


@every_stage
def test_all_code_that_runs_is_declared(stage):
    """File by file, or, of a room of which the stage may load any module, as a folder."""
    code = declared(stage)
    assert {path for path in executed(stage) if path.parent not in code} <= code


@every_stage
def test_all_code_that_is_declared_runs(stage):
    # A whole room stands for the list of names in it, which a stage may read without loading any; and a family's
    # stages declare the layers that networks share, though one or another network does without.
    rooms = {*ROOMS.values(), STAGES / "recon" / "layers.py"}
    spared = rooms if STAGES / "recon" / "rooms.py" in executed(stage) else set()
    assert declared(stage) - spared <= executed(stage)


@every_stage
def test_a_stage_that_loads_modules_by_name_declares_which(stage):
    code = declared(stage)
    assert {ROOMS[room] for room in entered(stage)} <= {dep.parent for dep in code} | code


def test_every_stage_waits_for_the_check_of_params():
    check, *others = sorted(PIPELINE, key=lambda stage: stage.name != "check")
    output = check.outs[0].fs_path
    assert not [stage.name for stage in others if output not in [dep.fs_path for dep in stage.deps]]
