"""The record of a run: what it measured, and all that is needed to measure it again."""

from typing import Any

from dvc.utils.serialize import load_yaml

from recon.check.schema import read_project
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.core.reconstruction import SCORES, TIMINGS
from recon.families.shared.record_input import RecordInput
from recon.records import recipes
from recon.records.recipes import Recipe
from recon.records.runs import RecordedRun, checked_out, upstream_stages
from recon.referee import costs, leaderboard
from recon.settings import groups

SHARED_GROUPS = ("data", "subjects")  # of params.yaml, kept beside those that the family's stages read
MINUTES_OF = "training, encoding and decoding; not starting up, scoring or drawing"


def describe(recipe: Recipe, run: RecordedRun) -> dict[str, Any]:
    """Return the content of metrics/benchmarks/NAME.json: the family's summary, then results and provenance.

    Raises:
        UserError: params.yaml has no such family, or the run is not the recipe's, or has no results of its own.
    """
    family = recipe.family
    with checked_out(run.base, ["params.yaml"]):
        params = recipes.apply(recipe, load_yaml("params.yaml"))
    known = [name for name, _ in groups.families(params)]
    if family not in known:
        raise UserError(f"unknown family `{family}`; known: {', '.join(known)}")
    names = upstream_stages(run.commit, [f"evaluate@{family}", *recipe.targets])
    paths = ["params.yaml", "dvc.lock", f"{TIMINGS}/{family}", f"{SCORES}/{family}.csv", f"metrics/{family}.json"]
    board_path = ["metrics/leaderboard.csv"] if "leaderboard" in names else []
    with checked_out(run.commit, [*paths, *board_path]):
        if (key := _first_difference(params, load_yaml("params.yaml"))) is not None:
            raise UserError(f"{run.commit[:7]} ran with another `{key}` than {recipe.path} says; run it again")
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


def _first_difference(one: Any, other: Any, below: str = "") -> str | None:
    """Return the dotted key of the first value that differs; None where all are equal."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return None if one == other else below
    keys = dict.fromkeys([*one, *other])
    differences = (_first_difference(one.get(key), other.get(key), f"{below}.{key}".strip(".")) for key in keys)
    return next((key for key in differences if key is not None), None)


def _read_params(stages: dict[str, Any], params: dict[str, Any], family: str) -> dict[str, Any]:
    """Return the groups of params.yaml that the family's stages read; of the subjects those that it rebuilt."""
    fits = [stage for name, stage in stages.items() if name.partition("@")[0] == family]
    read = {key.partition(".")[0] for stage in fits for key in _locked_params(stage)} | {family, *SHARED_GROUPS}
    kept = {group: value for group, value in params.items() if group in read}
    used = {experiment["subject"] for experiment in params[family]["experiments"].values()}
    return kept | {"subjects": {name: value for name, value in params["subjects"].items() if name in used}}


def _check_locked(stages: dict[str, Any], params: dict[str, Any]) -> None:
    """Raise UserError unless these stages of dvc.lock ran with `params`, and on what the others of them made."""
    made = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ())}
    made |= groups.locked(params)
    for name, stage in stages.items():
        same_params = stage and all(_lookup(params, key) == value for key, value in _locked_params(stage).items())
        if not same_params or any(
            made.get(dep["path"], dep["md5"]) != dep["md5"] for dep in stage.get("deps", ())
        ):
            raise UserError(f"dvc.lock: {name} did not run on this params.yaml; name it as a target of the run")


def _locked_params(stage: dict[str, Any]) -> dict[str, Any]:
    return stage.get("params", {}).get("params.yaml", {})


def _lookup(params: dict[str, Any], key: str) -> Any:
    """Return the value at a dotted key; None where there is none any more."""
    for part in key.split("."):
        params = params.get(part, {}) if isinstance(params, dict) else {}
    return params
