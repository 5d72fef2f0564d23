"""Every stage depends on the list of the code it runs.

Code that runs and is in no dependency makes DVC call old results up to date. The list is made from the imports, by
the stage `sources`; what they can't tell are the modules loaded by name, which a stage has to declare.
"""

import re
import shlex
from pathlib import Path

import networkx as nx  # as DVC keeps its graph
import pytest
from dvc.repo import Repo
from dvc.stage import PipelineStage

from recon.core.reconstruction import RECONSTRUCTIONS, SCORES, TIMINGS
from recon.core.rooms import families, network_rooms
from recon.core.sources import ROOT, STAGES, closure, rooms_entered
from recon.report import page
from recon.settings.core import PATH as PARAMS

# Without git, so that an export of the project can be tested as well.
REPO = Repo(ROOT, config={"core": {"no_scm": True}})
PIPELINE = sorted(REPO.index.stages, key=lambda stage: stage.name)
LISTED = [stage for stage in PIPELINE if stage.name != "sources"]
SOURCES = Path("data/sources")


def deps(stage: PipelineStage) -> set[Path]:
    return {Path(dep.fs_path).relative_to(ROOT) for dep in stage.deps}


def script(stage: PipelineStage) -> Path:
    return next(ROOT / word for word in shlex.split(stage.cmd) if word.endswith(".py"))


def rooms_of(stage: PipelineStage) -> set[str]:
    """Return the rooms of networks whose list a stage depends on, or that of one of their networks."""
    names = {room.removeprefix("families/"): room for room in network_rooms()}
    listed = {path.relative_to(SOURCES) for path in deps(stage) if SOURCES in path.parents}
    folders = {path.with_suffix("").as_posix() for path in listed} | {path.parent.as_posix() for path in listed}
    return {names[folder] for folder in folders & names.keys()}


every_stage = pytest.mark.parametrize("stage", LISTED, ids=lambda stage: stage.name)


@every_stage
def test_a_stage_depends_on_the_list_of_its_scripts_code(stage):
    assert SOURCES / f"{script(stage).stem}.txt" in deps(stage)


@every_stage
def test_a_stage_declares_the_rooms_from_which_it_loads_by_name(stage):
    code = closure([script(stage)])
    loaded = {room for path in code for room in rooms_entered(path)}
    assert loaded <= rooms_of(stage)
    assert STAGES / "recon" / "core" / "rooms.py" in code or not rooms_of(stage)


@pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")  # as DVC looks paths up
def test_every_stage_waits_for_the_check_of_params():
    """For what it writes, or for a stage that does."""
    (check,) = [stage for stage in LISTED if stage.name == "check"]
    waiting = [stage for stage in LISTED if stage is not check]
    assert not [stage.name for stage in waiting if check not in nx.descendants(REPO.index.graph, stage)]


@pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")
def test_what_reads_a_folder_of_all_experiments_waits_until_leftovers_are_removed_from_it():
    """Else the hash of the folder would count what a new clone has not."""
    (removing,) = [stage for stage in LISTED if stage.name == "experiments"]
    folders = {RECONSTRUCTIONS, TIMINGS, SCORES, Path("models")}
    whole = folders | {folder / family for folder in folders for family in families()}
    reading = [stage for stage in LISTED if deps(stage) & whole]
    assert len(reading) > 10
    assert not [stage.name for stage in reading if removing not in nx.descendants(REPO.index.graph, stage)]


def test_the_page_depends_on_all_that_it_is_made_of():
    (stage,) = [stage for stage in PIPELINE if stage.name == "report"]
    code = [path for path in closure([script(stage)]) if path.parent.name == "report" or path.stem == "findings"]
    text = "".join(path.read_text(encoding="utf-8") for path in (script(stage), *code))
    named = {Path(name) for name in re.findall(r'"((?:metrics|data|plots)/\w[\w/.]*\w)"', text)}
    declared = deps(stage)
    inside = {path for path in named for parent in (path, *path.parents) if parent in declared}
    outs = {Path(out.fs_path).relative_to(ROOT) for out in stage.outs}
    assert named - inside - outs == set()
    assert {page.TEMPLATES.relative_to(ROOT), page.SOURCES, Path(PARAMS)} <= declared


def test_there_are_fewer_than_80_stages():
    """DVC's own time grows with the square of their number."""
    assert len(PIPELINE) < 80
