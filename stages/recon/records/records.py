"""The record of a run: its measurements, and everything needed to repeat them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
from dvc.utils.serialize import load_yaml

from recon.check.schema import read_project
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.core.reconstruction import SCORES, TIMINGS
from recon.families.shared import zoo
from recon.families.shared.record_input import RecordInput
from recon.records import networks, recipes
from recon.records.recipes import Recipe
from recon.records.runs import RecordedRun, check_out, find_upstream_stages
from recon.referee import costs, leaderboard
from recon.settings import groups

SHARED_GROUPS = ("data", "subjects")  # of params.yaml, recorded in addition to those that the family's stages read
MINUTES_OF = "training, encoding and decoding; not starting up, scoring or drawing"


def check(recipe: Recipe) -> None:
    """Raise UserError where a run of the recipe could not be recorded, as far as params.yaml tells before it."""
    params = read_overridden_params(recipe)
    if recipe.zoo:
        networks.check(recipe, params)


def describe(recipe: Recipe, run: RecordedRun) -> dict[str, Any]:
    """Return the content of metrics/benchmarks/NAME.json: the first family's summary, then results and provenance.

    Of several families `results` has those of each by its name, and `seconds` what `costs.summarize` says of their
    entries. With the leaderboard as a target of the run, `methods` has their rows of metrics/methods.json.

    Raises:
        UserError: params.yaml has no such family, or the run used other params than the recipe, or lacks results.
    """
    chosen = recipe.families
    with check_out(run.base, ["params.yaml"]):
        params = read_overridden_params(recipe)
    names = find_upstream_stages(run.commit, [*(f"evaluate@{family}" for family in chosen), *recipe.targets])
    has_board = "leaderboard" in names
    paths = _list_paths(chosen, has_board=has_board) + (
        [str(zoo.INDEX)] if any(_list_weights(params).values()) else []
    )
    with check_out(run.commit, paths):
        if (key := find_difference(params, load_yaml("params.yaml"))) is not None:
            raise UserError(f"{run.commit[:7]} ran with a different `{key}` from {recipe.path}; run it again")
        locked = load_yaml("dvc.lock")["stages"]
        stages = {name: locked.get(name, {}) for name in sorted(names)}
        _check_locked(stages, params)
        results = {family: _read_results(family, params) for family in chosen}
        provenance = {
            "name": recipe.name,
            **({"family": chosen[0]} if len(chosen) == 1 else {"families": list(chosen)}),
            "command": recipe.command,
            "commit": run.base,
            "params": _read_params(stages, params, chosen),
            "machines": merge_machines([result.machines for result in results.values()]),
            "codecs": {name: version for result in results.values() for name, version in result.codecs.items()},
            "minutes": round(sum(result.total_seconds for result in results.values()) / 60, 2),
            "minutes_of": MINUTES_OF,
        }
        summary = _summarize(results, params, leaderboard.read() if has_board else None)
        if len(chosen) == 1:
            return summary | provenance | {"results": results[chosen[0]].metrics}
        methods = {"methods": _read_methods(chosen)} if has_board else {}
        seconds = {family: result.seconds for family, result in results.items()}
        scored = {family: result.metrics for family, result in results.items()}
        return summary | provenance | methods | {"seconds": seconds, "results": scored}


@dataclass(frozen=True)
class _Results:
    """What a run has left of one family."""

    metrics: dict[str, Any]
    scores: pd.DataFrame
    seconds: dict[str, dict[str, float]]
    machines: list[dict[str, Any]]

    @property
    def codecs(self) -> dict[str, str]:
        """The version of each codec library; a row may have been written by two, joined by " and "."""
        libraries = chain.from_iterable(text.split(" and ") for text in self.scores["library"].dropna().unique())
        return dict(library.rsplit(" ", 1) for library in libraries)

    @property
    def total_seconds(self) -> float:
        return sum(summary["total_seconds"] for summary in self.seconds.values())


def draw(recipe: Recipe, record: dict[str, Any]) -> Path | None:
    """Draw metrics/benchmarks/NAME.png where the first family has a figure of its records, and return its path."""
    family = recipe.families[0]
    part = rooms.load_part(family, "records") if family in rooms.families("records") else None
    if not hasattr(part, "draw"):
        return None
    path = recipes.FOLDER / f"{recipe.name}.png"
    part.draw(path, record)
    return path if path.is_file() else None


def _summarize(results: dict[str, _Results], params: dict[str, Any], board: pd.DataFrame | None) -> dict[str, Any]:
    """Return what the first family says of its run, beside the scores of the others, if it has `records`."""
    family, *names = results
    if family not in rooms.families("records"):
        return {}
    project, result = read_project(params), results[family]
    others = {name: results[name].scores for name in names}
    record_input = RecordInput(project, project.families[family], result.scores, result.seconds, board, others)
    return rooms.load_part(family, "records").summarize(record_input)


def read_overridden_params(recipe: Recipe) -> dict[str, Any]:
    """Return params.yaml as the recipe overrides it; UserError where it has no such family."""
    params = recipes.apply(recipe, load_yaml("params.yaml"))
    known = [name for name, _ in groups.families(params)]
    if unknown := [family for family in recipe.families if family not in known]:
        raise UserError(f"unknown family `{unknown[0]}`; known: {', '.join(known)}")
    return params


def _list_paths(families: Sequence[str], *, has_board: bool) -> list[str]:
    """Return the files and folders of a run that its record is made of."""
    paths = ["params.yaml", "dvc.lock"]
    for family in families:
        paths += [f"{TIMINGS}/{family}", f"{SCORES}/{family}.csv", f"metrics/{family}.json"]
    return [*paths, *(["metrics/leaderboard.csv", "metrics/methods.json"] if has_board else [])]


def _read_results(family: str, params: dict[str, Any]) -> _Results:
    entries = list(params[family]["experiments"])
    return _Results(
        metrics=files.read_json(f"metrics/{family}.json"),
        scores=files.read_csv(SCORES / f"{family}.csv"),
        seconds={entry: costs.summarize(family, entry) for entry in entries},
        machines=costs.list_machines(family, entries),
    )


def merge_machines(lists: Sequence[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the machines of several families, each once, with all of its entries."""
    merged: dict[str, dict[str, Any]] = {}
    for machine in chain.from_iterable(lists):
        same = merged.setdefault(json.dumps(machine | {"entries": None}), machine | {"entries": []})
        same["entries"] += machine["entries"]
    return list(merged.values())


def _read_methods(families: Sequence[str]) -> dict[str, Any]:
    """Return the rows of metrics/methods.json of the families' methods."""
    board = leaderboard.read()
    methods = board.loc[board["family"].isin(families), "method"].unique()
    return {name: row for name, row in files.read_json("metrics/methods.json").items() if name in methods}


def find_difference(one: Any, other: Any, prefix: str = "") -> str | None:
    """Return the dotted key of the first value that differs; None where all are equal."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return None if one == other else prefix
    keys = dict.fromkeys([*one, *other])
    differences = (find_difference(one.get(key), other.get(key), f"{prefix}.{key}".strip(".")) for key in keys)
    return next((key for key in differences if key is not None), None)


def _read_params(stages: dict[str, Any], params: dict[str, Any], families: Sequence[str]) -> dict[str, Any]:
    """Return the groups of params.yaml that the families' stages read, with only the subjects they rebuilt."""
    fits = [stage for name, stage in stages.items() if name.partition("@")[0] in families]
    names = {key.partition(".")[0] for stage in fits for key in _read_locked(stage)}
    chosen = {name: group for name, group in params.items() if name in names | {*families, *SHARED_GROUPS}}
    experiments = [params[family]["experiments"].values() for family in families]
    subjects = {experiment["subject"] for experiment in chain.from_iterable(experiments)}
    return chosen | {"subjects": {name: value for name, value in params["subjects"].items() if name in subjects}}


def _check_locked(stages: dict[str, Any], params: dict[str, Any]) -> None:
    """Raise UserError unless these stages of dvc.lock ran with `params`, and on each other's current outputs.

    They must have had the zoo's current weights too.
    """
    hashes = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ())}
    hashes |= groups.locked(params) | _hash_weights(params)
    for name, stage in stages.items():
        same_params = stage and all(_lookup(params, key) == value for key, value in _read_locked(stage).items())
        if not same_params or any(
            hashes.get(dep["path"], dep["md5"]) != dep["md5"] for dep in stage.get("deps", ())
        ):
            raise UserError(f"dvc.lock: {name} did not run on this params.yaml; name it as a target of the run")


def _hash_weights(params: dict[str, Any]) -> dict[str, str]:
    """Return the MD5 that dvc.lock has of each entry's file on its weights in the zoo, by path."""
    texts = {
        f"{groups.FOLDER}/weights/{family}/{entry}.txt": zoo.identify_weights(weights)
        for (family, entry), weights in _list_weights(params).items()
    }
    return {path: hashlib.md5(text.encode()).hexdigest() for path, text in texts.items()}


def _list_weights(params: dict[str, Any]) -> dict[tuple[str, str], str | None]:
    """Return the name of each entry's weights in the zoo, by family and entry; None: it has none there."""
    return {
        (family, entry): zoo.find_name(experiment)
        for family, group in groups.families(params)
        for entry, experiment in group["experiments"].items()
    }


def _read_locked(stage: dict[str, Any]) -> dict[str, Any]:
    return stage.get("params", {}).get("params.yaml", {})


def _lookup(params: dict[str, Any], key: str) -> Any:
    """Return the value at a dotted key; an empty mapping where there is none."""
    for part in key.split("."):
        params = params.get(part, {}) if isinstance(params, dict) else {}
    return params
