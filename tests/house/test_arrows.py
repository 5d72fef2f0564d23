"""The arrows between rooms, as stages/README.md draws them: who may import whom."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

from recon.core.rooms import FAMILIES, RECON, network_rooms
from recon.core.sources import ROOT, STAGES, closure, imported_files, imported_names, packages

SCRIPTS = sorted(STAGES.glob("*.py"))
LIBRARY = sorted(RECON.rglob("*.py"))
NETWORKS = sorted(path for room in network_rooms() for path in (RECON / room).glob("*.py"))

# A room imports from rooms to the left of it only; those of one tuple do not import one another.
ORDER = [
    ("core",),
    ("coding", "settings", "drawing"),
    ("jpeg", "training"),
    ("networks", "data"),
    ("referee",),
    ("families",),
    ("check",),
    ("records",),
    ("readme", "report"),
    ("rebuilding",),
]
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}

# Where Keras and TensorFlow may be imported: importing them costs each stage 3 to 5 s.
# These parts of a family, and its networks; a `worker` is a process that a `pool` starts.
PARTS = ("method", "fitting", "start_training", "sources", "rebuilding", "rebuilder", "pool", "jobs", "worker")
COMMAND = STAGES / "rebuild.py"  # for people, and no stage
JUDGES = [
    *(STAGES / f"{name}.py" for name in ("evaluate", "leaderboard", "plot", "report", "timings", "readme")),
    *STAGES.glob("*_comparison.py"),
    *STAGES.glob("*_timings.py"),
]


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(RECON).parts[0]


def family(path: Path) -> str | None:
    """Return the family that a file belongs to."""
    return path.relative_to(FAMILIES).parts[0] if FAMILIES in path.parents else None


def recon_names(path: Path) -> set[str]:
    return {name for name in imported_names(path) if name.partition(".")[0] == "recon"}


def engine_users(path: Path) -> list[str]:
    """Return the files that `path` reaches and that import Keras or TensorFlow."""
    return [label(reached) for reached in closure([path]) if packages(reached) & {"keras", "tensorflow"}]


def loads_engine(path: Path) -> bool:
    """Return whether importing `path` imports Keras or TensorFlow, though no function of it is called."""
    reached, todo = set(), {path}
    while todo:
        reached.add(path := todo.pop())
        names = names_at_once(path)
        if {name.partition(".")[0] for name in names} & {"keras", "tensorflow"}:
            return True
        todo |= {other for other in imported_files(path) if dotted_name(other) in names} - reached
    return False


@cache
def names_at_once(path: Path) -> set[str]:
    """Return what `imported_names` does, but for what only functions import, when they are called."""

    def walk(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.FunctionDef):
            return
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        yield node
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    names = set()
    for node in walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted_name(path: Path) -> str:
    return ".".join(path.relative_to(STAGES).with_suffix("").parts)


def inner_imports(path: Path) -> list[Path]:
    """Return the files of the library that `path` imports, but for the packages' own docstrings."""
    return sorted(other for other in imported_files(path) if RECON in other.parents and other.parent != RECON)


def may_train(path: Path) -> bool:
    if family(path):
        return path in NETWORKS or path.stem in PARTS or path.stem in _beside_the_method(path)
    return room(path) in ("training", "networks")


def _beside_the_method(path: Path) -> set[str]:
    """Return the modules that one of a family's PARTS imports and that import Keras themselves."""
    parts = [path.with_name(f"{part}.py") for part in PARTS if path.with_name(f"{part}.py").is_file()]
    reached = {other for part in parts for other in closure([part]) if other.parent == path.parent}
    return {other.stem for other in reached if packages(other) & {"keras", "tensorflow"}}


@pytest.mark.parametrize("path", [path for path in LIBRARY if path.parent != RECON], ids=label)
def test_a_room_imports_only_from_rooms_below_it(path):
    others = [other for other in inner_imports(path) if room(other) != room(path)]
    assert [label(other) for other in others if LEVEL[room(other)] >= LEVEL[room(path)]] == []


@pytest.mark.parametrize("path", sorted(FAMILIES.rglob("*.py")), ids=label)
def test_a_family_imports_no_other_family(path):
    families = {family(other) for other in inner_imports(path)} - {None, "shared", family(path)}
    assert families == set()


def test_no_package_imports_itself_by_way_of_others():
    graph = nx.DiGraph()
    for path in LIBRARY:
        for other in inner_imports(path):
            if path.parent != other.parent:
                graph.add_edge(label(path.parent), label(other.parent))
    assert list(nx.simple_cycles(graph)) == []


def test_no_module_imports_itself_by_way_of_others():
    graph = nx.DiGraph((path, other) for path in LIBRARY for other in inner_imports(path))
    assert list(nx.simple_cycles(graph)) == []


@pytest.mark.parametrize("path", [*LIBRARY, *SCRIPTS], ids=label)
def test_nothing_imports_a_stage_script(path):
    assert not packages(path) & {script.stem for script in SCRIPTS}


@pytest.mark.parametrize("path", NETWORKS, ids=label)
def test_a_network_imports_only_keras_numpy_and_layers(path):
    allowed = {"keras", "numpy", *sys.stdlib_module_names}
    assert packages(path) - {"recon"} <= allowed
    assert all(
        name.startswith("recon.training.layers") for name in recon_names(path) - {"recon", "recon.training"}
    )


@pytest.mark.parametrize("path", [path for path in LIBRARY if not may_train(path)], ids=label)
def test_what_is_not_neural_never_reaches_keras(path):
    assert engine_users(path) == []


@pytest.mark.parametrize("path", JUDGES, ids=label)
def test_the_referee_and_all_that_draws_never_reach_keras(path):
    assert engine_users(path) == []


def test_the_command_for_people_loads_a_family_only_when_it_is_named():
    """So that who wants a WebP waits for no Keras."""
    assert engine_users(COMMAND) == []


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path != COMMAND], ids=label)
def test_no_stage_runs_anything_of_the_command_for_people(path):
    """So that a change of it makes nothing of the pipeline out of date."""
    rebuilders = {*FAMILIES.glob("*/rebuilder.py"), *(RECON / "rebuilding").glob("*.py")}
    assert not closure([path]) & rebuilders


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_a_stage_script_runs_main_and_nothing_on_import(path):
    *definitions, last = ast.parse(path.read_text(encoding="utf-8")).body
    start, *middle, end = ast.unparse(last).splitlines()
    assert (start, end.strip()) == ("if __name__ == '__main__':", "run(main)")
    assert not middle or path == COMMAND  # which ends at Ctrl-C without a traceback
    kinds = ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.Expr
    assert all(isinstance(node, kinds) for node in definitions)


@pytest.mark.parametrize(
    "script",
    [
        path
        for path in (*SCRIPTS, *FAMILIES.glob("*/rebuilder.py"), *FAMILIES.glob("*/worker.py"))
        if loads_engine(path)
    ],
    ids=label,
)
def test_what_trains_sets_tensorflow_up_before_it_is_imported(script):
    """recon.training.runtime decides which kernels TensorFlow uses, which it reads once."""
    imports = [node for node in ast.parse(script.read_text(encoding="utf-8")).body if "recon" in ast.unparse(node)]
    first = next(node for node in imports if isinstance(node, ast.ImportFrom))
    names = [alias.name for alias in first.names]
    assert (first.module, names[-1]) == ("recon.training", "runtime")
    assert set(names) <= {"blas", "runtime"}  # neither imports what the other sets up


def test_classes_have_distinct_names():
    """Six classes were once called `Run`: a name that is looked up finds one. A family's `Rebuilder` is a part."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in LIBRARY]
    names = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1 and name != "Rebuilder"] == []


@pytest.mark.parametrize("path", LIBRARY, ids=label)
def test_only_what_reads_params_yaml_takes_it_whole(path):
    """Below a stage script nothing takes params.yaml as a dictionary but what reads, checks or records it."""
    if path.parent.name in ("settings", "check", "records", "rebuilding"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    arguments = [(node.name, a.arg) for node in functions for a in (*node.args.args, *node.args.kwonlyargs)]
    assert [name for name, argument in arguments if argument == "params"] == []
