"""Recording a recipe: metrics/benchmarks/NAME.json from its run, whole or in pieces, and the figure beside it."""

from pathlib import Path
from typing import Any

from recon.core import files
from recon.core.errors import UserError
from recon.records import networks, pieces, recipes, records, runs
from recon.records.recipes import Recipe

_NEXT = "next: make readme"


def record_run(recipe: Recipe, revision: str | None = None) -> None:
    """Run a recipe, or take the finished experiment `revision`; keep the record, and the network of a `zoo:`.

    Raises:
        UserError: the recipe cannot be recorded so, the run fails, or the experiment is not one of the recipe.
    """
    if revision and recipe.pieces:
        raise UserError(f"{recipe.path} is run piece by piece; omit --exp")
    if not revision:
        records.check(recipe)  # in seconds, before a run of hours
    if recipe.pieces:
        _record_pieces(recipe)
        return
    if revision:
        result = runs.find(revision)
    else:
        result = runs.run_experiment(recipe.name, recipe.overrides, recipe.targets)
    record = records.describe(recipe, result)
    if recipe.zoo:
        network, line = networks.keep(*networks.read(recipe, result, record))
        record["zoo"] = {"name": network.name, "sha256": network.sha256}
        print(line)
    _write(recipe, record)
    print(f"{_locate(recipe)}: written from experiment {result.commit[:7]}; {_NEXT}")


def redraw(recipe: Recipe) -> None:
    """Draw the figure of a record again; UserError where there is no record."""
    path = _locate(recipe)
    if not path.is_file():
        raise UserError(f"{path}: not there yet; this makes it: {recipe.command}")
    print(records.draw(recipe, files.read_json(path)) or f"{path}: has no figure")


def _record_pieces(recipe: Recipe) -> None:
    """Run what the record lacks, and keep each piece as soon as it is done."""
    pieces.check(recipe)
    path = _locate(recipe)
    for record in pieces.run(recipe, path):
        _write(recipe, record)
        print(f"{path}: {list(record['pieces'])[-1]} written", flush=True)
    print(f"{path}: all pieces are there; {_NEXT}; to record them again, remove it")


def _locate(recipe: Recipe) -> Path:
    return recipes.FOLDER / f"{recipe.name}.json"


def _write(recipe: Recipe, record: dict[str, Any]) -> None:
    files.write_json(_locate(recipe), record)
    records.draw(recipe, record)
