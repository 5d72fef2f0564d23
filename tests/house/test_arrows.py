"""The arrows between rooms, as stages/README.md draws them: who may import whom."""

import ast
import sys
from pathlib import Path

import pytest

from recon.core.sources import ROOMS, ROOT, STAGES, closure, imported_names, packages

RECON = STAGES / "recon"
SCRIPTS = sorted(STAGES.glob("*.py"))
LIBRARY = sorted(RECON.rglob("*.py"))
NETWORKS = sorted(path for room in ("networks", "fields", "decoders") for path in ROOMS[room].glob("*.py"))
METHODS = sorted(ROOMS["methods"].glob("*.py"))
REBUILDERS = sorted(path for path in (RECON / "rebuilders").glob("*.py") if path.stem != "__init__")
REBUILDING = {*REBUILDERS, RECON / "rebuilders" / "__init__.py", *(RECON / "rebuilding").glob("*.py")}
COMMAND = STAGES / "rebuild.py"  # for people, and no stage

# Where Keras and TensorFlow may be imported: importing them costs each stage 3 to 5 s.
TRAINING = ("training", "batches", "callbacks", "checkpoints", "losses", "optimizers", "schedules", "weights")
FITTING = (
    "autoencoder_training",
    "rated",
    "restorer_training",
    "coordinate_fitting",
    "pixel_fitting",
    "latent_fitting",
    "latent_pictures",
)
NEURAL = {RECON / f"{name}.py" for name in (*TRAINING, "towers", *FITTING, "layers", "runtime", "complexity")}
LEARN_NOTHING = {
    folder / f"{name}.py"
    for folder in (ROOMS["methods"], RECON / "rebuilders")
    for name in ("classical", "deblocking", "fractal")
}
MAY_TRAIN = NEURAL.union(NETWORKS, METHODS, REBUILDERS) - LEARN_NOTHING
LIGHT = [path for path in LIBRARY if path not in MAY_TRAIN]
COMPARE = (
    "restored",
    "comparison",
    "restoration_costs",
    "coordinate_comparison",
    "latent_comparison",
    "from_noise",
)
JUDGES = [STAGES / f"{name}.py" for name in ("evaluate", "leaderboard", "plot", "report", *COMPARE)]


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def recon_names(path: Path) -> set[str]:
    return {name for name in imported_names(path) if name.partition(".")[0] == "recon"}


def engine_users(path: Path) -> list[str]:
    """Return the files that `path` reaches and that import Keras or TensorFlow."""
    return [label(reached) for reached in closure([path]) if packages(reached) & {"keras", "tensorflow"}]


@pytest.mark.parametrize("path", LIBRARY, ids=label)
def test_the_library_never_imports_a_stage_script(path):
    assert not packages(path) & {script.stem for script in SCRIPTS}


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_a_stage_script_never_imports_another(path):
    assert not packages(path) & {script.stem for script in SCRIPTS}


@pytest.mark.parametrize("path", METHODS, ids=label)
def test_a_method_never_imports_a_network_or_another_method(path):
    forbidden = (
        "recon.networks",
        "recon.families.coordinates.networks",
        "recon.families.latent_decoder.networks",
        "recon.methods",
    )
    assert not [name for name in recon_names(path) if name.startswith(forbidden)]


@pytest.mark.parametrize("path", REBUILDERS, ids=label)
def test_a_rebuilder_imports_its_own_method_and_no_other_rebuilder(path):
    forbidden = (
        "recon.networks",
        "recon.families.coordinates.networks",
        "recon.families.latent_decoder.networks",
        "recon.methods",
        "recon.rebuilders",
    )
    own = ("recon.methods", f"recon.methods.{path.stem}")
    found = [name for name in recon_names(path) if name.startswith(forbidden) and name not in own]
    assert [name for name in found if not name.startswith(f"{own[1]}.")] == []


def test_the_command_for_people_loads_a_method_only_when_it_is_named():
    """So that who wants a WebP waits for no Keras."""
    assert not closure([COMMAND]) & {*REBUILDERS}
    assert engine_users(COMMAND) == []


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path != COMMAND], ids=label)
def test_no_stage_runs_anything_of_the_command_for_people(path):
    """So that a change of it makes nothing of the pipeline out of date."""
    assert not closure([path]) & REBUILDING


@pytest.mark.parametrize("path", NETWORKS, ids=label)
def test_a_network_imports_only_keras_numpy_and_layers(path):
    allowed = {"keras", "numpy", *sys.stdlib_module_names}
    assert packages(path) - {"recon"} <= allowed
    assert all(name.startswith("recon.training.layers") for name in recon_names(path) - {"recon"})


@pytest.mark.parametrize("path", LIGHT, ids=label)
def test_what_is_not_neural_never_reaches_keras(path):
    assert engine_users(path) == []


@pytest.mark.parametrize("path", JUDGES, ids=label)
def test_the_referee_and_what_draws_never_reach_keras(path):
    assert engine_users(path) == []


@pytest.mark.parametrize("path", JUDGES, ids=label)
def test_the_referee_and_what_draws_know_no_method(path):
    assert not closure([path]) & {*METHODS, *NETWORKS}


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_a_stage_script_runs_main_and_nothing_on_import(path):
    *definitions, last = ast.parse(path.read_text(encoding="utf-8")).body
    assert ast.unparse(last) == "if __name__ == '__main__':\n    run(main)"
    kinds = ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AnnAssign, ast.Expr
    assert all(isinstance(node, kinds) for node in definitions)


FIRST = [path for path in (*SCRIPTS, *REBUILDERS) if MAY_TRAIN & closure([path])]


@pytest.mark.parametrize("script", FIRST, ids=label)
def test_what_trains_sets_tensorflow_up_before_it_is_imported(script):
    """recon.training.runtime decides which kernels TensorFlow uses, which it reads once."""
    imports = [node for node in ast.parse(script.read_text(encoding="utf-8")).body if "recon" in ast.unparse(node)]
    first = next(node for node in imports if isinstance(node, ast.ImportFrom))
    names = [alias.name for alias in first.names]
    assert (first.module, names[-1]) == ("recon", "runtime")
    assert set(names) <= {"blas", "runtime"}  # neither imports what the other sets up
