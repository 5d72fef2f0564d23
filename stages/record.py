"""Run a recipe, metrics/benchmarks/NAME.txt, and keep its results with their provenance in NAME.json beside it.

The network of a recipe with a line `zoo: NAME` is put into models/zoo/. Some families draw a figure, NAME.png. A
recipe with a line `pieces: NUMBER` is recorded piece by piece, and goes on with the pieces that NAME.json lacks.
"""

import argparse
from pathlib import Path
from typing import Any

from recon.core import files
from recon.core.errors import UserError, run
from recon.records import networks, pieces, recipes, records, runs
from recon.records.recipes import Recipe


def main(*words: str) -> None:
    """Run the recipe as a DVC experiment, or take a finished experiment, and print the path of its record."""
    parser = argparse.ArgumentParser(prog="python stages/record.py", description=__doc__)
    parser.add_argument("name", help="the name of the recipe: FAMILY-WHAT, such as classical-kodak")
    parser.add_argument(
        "--exp", metavar="REV", help="a finished experiment of the recipe, to record without running it"
    )
    parser.add_argument("--redraw", action="store_true", help="only draw the figure of the record again")
    arguments = parser.parse_args(words)
    recipe = recipes.read(arguments.name)
    path = recipes.FOLDER / f"{recipe.name}.json"
    if arguments.redraw:
        if not path.is_file():
            raise UserError(f"{path}: not there yet; this makes it: {recipe.command}")
        print(records.draw(recipe, files.read_json(path)) or f"{path}: has no figure")
        return
    if recipe.pieces:
        if arguments.exp:
            parser.error(f"{recipe.path} is run piece by piece; omit --exp")
        _record_pieces(recipe, path)
        return
    if arguments.exp:
        result = runs.find(arguments.exp)
    else:
        records.check(recipe)  # in seconds, before a run of hours
        result = runs.run_experiment(recipe.name, recipe.overrides, recipe.targets)
    record = records.describe(recipe, result)
    if recipe.zoo:
        network, line = networks.keep(*networks.read(recipe, result, record))
        record["zoo"] = {"name": network.name, "sha256": network.sha256}
        print(line)
    _write(recipe, path, record)
    print(f"{path}: written from experiment {result.commit[:7]}; next: make readme")


def _record_pieces(recipe: Recipe, path: Path) -> None:
    """Run what the record lacks, and keep each piece as soon as it is done."""
    records.check(recipe)
    pieces.check(recipe)
    for record in pieces.run(recipe, path):
        _write(recipe, path, record)
        print(f"{path}: {list(record['pieces'])[-1]} written", flush=True)
    print(f"{path}: all pieces are there; next: make readme; to record them again, remove it")


def _write(recipe: Recipe, path: Path, record: dict[str, Any]) -> None:
    files.write_json(path, record)
    records.draw(recipe, record)


if __name__ == "__main__":
    run(main)
