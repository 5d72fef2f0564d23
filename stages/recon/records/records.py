"""The record of a run: its measurements, and everything needed to repeat them."""

from typing import Any

from dvc.utils.serialize import load_yaml

from recon.check.schema import read_project
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.core.reconstruction import SCORES, TIMINGS
from recon.families.shared.record_input import RecordInput
from recon.records import recipes
from recon.records.recipes import Recipe
from recon.records.runs import RecordedRun, check_out, find_upstream_stages
from recon.referee import costs, leaderboard
from recon.settings import groups

SHARED_GROUPS = ("data", "subjects")  # of params.yaml, recorded in addition to those that the family's stages read
MINUTES_OF = "training, encoding and decoding; not starting up, scoring or drawing"


def describe(recipe: Recipe, run: RecordedRun) -> dict[str, Any]:
    """Return the content of metrics/benchmarks/NAME.json: the family's summary, then results and provenance.

    Raises:
        UserError: params.yaml has no such family, or the run used other params than the recipe, or lacks results.
    """
    family = recipe.family
    with check_out(run.base, ["params.yaml"]):
        params = recipes.apply(recipe, load_yaml("params.yaml"))
    families = [name for name, _ in groups.families(params)]
    if family not in families:
        raise UserError(f"unknown family `{family}`; known: {', '.join(families)}")
    names = find_upstream_stages(run.commit, [f"evaluate@{family}", *recipe.targets])
    paths = ["params.yaml", "dvc.lock", f"{TIMINGS}/{family}", f"{SCORES}/{family}.csv", f"metrics/{family}.json"]
    board_path = ["metrics/leaderboard.csv"] if "leaderboard" in names else []
    with check_out(run.commit, [*paths, *board_path]):
        if (key := _find_difference(params, load_yaml("params.yaml"))) is not None:
            raise UserError(f"{run.commit[:7]} ran with a different `{key}` from {recipe.path}; run it again")
        locked = load_yaml("dvc.lock")["stages"]
        stages = {name: locked.get(name, {}) for name in sorted(names)}
        _check_locked(stages, params)
        seconds = {entry: costs.summarize(family, entry) for entry in params[family]["experiments"]}
        scores = files.read_csv(SCORES / f"{family}.csv")
        record = {
            "name": recipe.name,
            "family": family,
            "command": recipe.command,
            "commit": run.base,
            "params": _read_params(stages, params, family),
            "machines": costs.list_machines(family, list(seconds)),
            "codecs": dict(library.rsplit(" ", 1) for library in scores["library"].dropna().unique()),
            "minutes": round(sum(summary["total_seconds"] for summary in seconds.values()) / 60, 2),
            "minutes_of": MINUTES_OF,
            "results": files.read_json(f"metrics/{family}.json"),
        }
        if family not in rooms.families("records"):
            return record
        project, board = read_project(params), leaderboard.read() if board_path else None
        record_input = RecordInput(project, project.families[family], scores, seconds, board)
        return rooms.load_part(family, "records").summarize(record_input) | record


def _find_difference(one: Any, other: Any, prefix: str = "") -> str | None:
    """Return the dotted key of the first value that differs; None where all are equal."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return None if one == other else prefix
    keys = dict.fromkeys([*one, *other])
    differences = (_find_difference(one.get(key), other.get(key), f"{prefix}.{key}".strip(".")) for key in keys)
    return next((key for key in differences if key is not None), None)


def _read_params(stages: dict[str, Any], params: dict[str, Any], family: str) -> dict[str, Any]:
    """Return the groups of params.yaml that the family's stages read, with only the subjects that it rebuilt."""
    fits = [stage for name, stage in stages.items() if name.partition("@")[0] == family]
    names = {key.partition(".")[0] for stage in fits for key in _read_locked(stage)} | {family, *SHARED_GROUPS}
    chosen = {name: group for name, group in params.items() if name in names}
    subjects = {experiment["subject"] for experiment in params[family]["experiments"].values()}
    return chosen | {"subjects": {name: value for name, value in params["subjects"].items() if name in subjects}}


def _check_locked(stages: dict[str, Any], params: dict[str, Any]) -> None:
    """Raise UserError unless these stages of dvc.lock ran with `params`, and on each other's current outputs."""
    hashes = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ())}
    hashes |= groups.locked(params)
    for name, stage in stages.items():
        same_params = stage and all(_lookup(params, key) == value for key, value in _read_locked(stage).items())
        if not same_params or any(
            hashes.get(dep["path"], dep["md5"]) != dep["md5"] for dep in stage.get("deps", ())
        ):
            raise UserError(f"dvc.lock: {name} did not run on this params.yaml; name it as a target of the run")


def _read_locked(stage: dict[str, Any]) -> dict[str, Any]:
    return stage.get("params", {}).get("params.yaml", {})


def _lookup(params: dict[str, Any], key: str) -> Any:
    """Return the value at a dotted key; an empty mapping where there is none."""
    for part in key.split("."):
        params = params.get(part, {}) if isinstance(params, dict) else {}
    return params
