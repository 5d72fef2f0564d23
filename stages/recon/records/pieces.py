"""Long recipes, run piece by piece: some photographs of one entry at a time, each kept in the record at once.

A run that is cut, or continues on another machine, loses no more than a piece.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from recon.core import files, rooms
from recon.core.errors import UserError
from recon.data.manifest import Manifest
from recon.records import records, runs
from recon.records.recipes import Recipe

# What a piece keeps of its own record, beside the family's summary.
_PROVENANCE = ("commit", "machines", "codecs", "minutes")
_SHARED = ("name", "family", "families", "command", "params", "minutes_of", "seconds", "results")


@dataclass(frozen=True)
class Piece:
    """Some photographs of an entry."""

    entry: str
    images: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the record."""
        ends = dict.fromkeys((self.images[0], self.images[-1]))
        return f"{self.entry}, {' to '.join(ends)}"


def check(recipe: Recipe) -> None:
    """Raise UserError where a recipe with `pieces` could not be recorded so."""
    family = recipe.families[0]
    if family not in rooms.families("records") or not hasattr(rooms.load_part(family, "records"), "join"):
        raise UserError(f"{recipe.path}: pieces: {family} is not recorded in pieces; omit the line")
    if recipe.zoo:
        raise UserError(f"{recipe.path}: zoo: a run in pieces leaves no network; omit `zoo:` or `pieces:`")


def list_pieces(recipe: Recipe, params: Mapping[str, Any]) -> list[Piece]:
    """Return the pieces of a recipe with `pieces`, entry after entry.

    Args:
        recipe: with `pieces`.
        params: the content of params.yaml as the recipe overrides it.
    """
    experiments = params[recipe.families[0]]["experiments"]
    return [
        Piece(entry, images)
        for entry, experiment in experiments.items()
        for images in _cut(_list_images(params["subjects"][experiment["subject"]]), recipe.pieces)
    ]


def narrow(recipe: Recipe, piece: Piece, params: Mapping[str, Any]) -> Recipe:
    """Return the recipe of one piece: all families rebuild its photographs alone."""
    family = recipe.families[0]
    others = [name for name in params[family]["experiments"] if name != piece.entry]
    overrides = [f"~{family}.experiments.{name}" for name in others]
    subjects = {
        experiment["subject"]
        for name in recipe.families
        for entry, experiment in params[name]["experiments"].items()
        if name != family or entry == piece.entry
    }
    overrides += [f"subjects.{name}.images=[{','.join(piece.images)}]" for name in sorted(subjects)]
    return replace(recipe, overrides=(*recipe.overrides, *overrides), pieces=None)


def run(recipe: Recipe, path: Path) -> Iterator[dict[str, Any]]:
    """Run the pieces that the record at `path` lacks, and yield the record with each of them.

    Raises:
        UserError: the record was begun with other params, or a run fails.
    """
    params = records.read_overridden_params(recipe)
    kept = _read_kept(recipe, path, params)
    for piece in list_pieces(recipe, params):
        if piece.name not in kept:
            narrowed = narrow(recipe, piece, params)
            result = runs.run_experiment(recipe.name, narrowed.overrides, narrowed.targets)
            record = records.describe(narrowed, result)
            kept[piece.name] = _keep(record, recipe.families[0])
            yield join(recipe, params, kept, record["params"])


def join(
    recipe: Recipe, params: Mapping[str, Any], kept: Mapping[str, dict[str, Any]], groups: Iterable[str]
) -> dict[str, Any]:
    """Return the record of a recipe of which these pieces are done, by name.

    An entry is in its summary as soon as all of its pieces are done.

    Args:
        recipe: with `pieces`.
        params: the content of params.yaml as the recipe overrides it.
        kept: of each piece, what its family's summary is made of, and its provenance.
        groups: of params.yaml, those that are recorded.
    """
    pieces = list_pieces(recipe, params)
    done = {piece.name: kept[piece.name] for piece in pieces if piece.name in kept}
    unfinished = {piece.entry for piece in pieces if piece.name not in kept}
    whole = [done[piece.name] for piece in pieces if piece.entry not in unfinished]
    summary = rooms.load_part(recipe.families[0], "records").join(whole)
    return summary | {
        "name": recipe.name,
        "families": list(recipe.families),
        "command": recipe.command,
        "params": {name: params[name] for name in groups} | {"subjects": _choose_subjects(recipe, params)},
        "machines": _merge_machines(done),
        "codecs": _join_codecs(done),
        "minutes": round(sum(piece["minutes"] for piece in done.values()), 2),
        "minutes_of": records.MINUTES_OF,
        "pieces": done,
    }


def _list_images(subject: Mapping[str, Any]) -> list[str]:
    if subject["images"] == "all":
        return [image.name for image in Manifest.load(subject["source"]).images]
    return subject["images"]


def _cut(images: list[str], count: int) -> list[tuple[str, ...]]:
    return [tuple(images[start : start + count]) for start in range(0, len(images), count)]


def _choose_subjects(recipe: Recipe, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the subjects of the families' experiments."""
    experiments = (params[family]["experiments"].values() for family in recipe.families)
    names = {experiment["subject"] for experiment in chain.from_iterable(experiments)}
    return {name: subject for name, subject in params["subjects"].items() if name in names}


def _merge_machines(done: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    machines = records.merge_machines([piece["machines"] for piece in done.values()])
    return [machine | {"entries": list(dict.fromkeys(machine["entries"]))} for machine in machines]


def _join_codecs(done: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the version of each codec library, or all of them where pieces had different ones."""
    versions: dict[str, dict[str, None]] = {}
    for name, version in (pair for piece in done.values() for pair in piece["codecs"].items()):
        versions.setdefault(name, {})[version] = None
    return {name: " and ".join(of_name) for name, of_name in versions.items()}


def _keep(record: Mapping[str, Any], family: str) -> dict[str, Any]:
    """Return what a piece keeps: the other families' scores are in its anchors."""
    summary = {name: value for name, value in record.items() if name not in (*_SHARED, *_PROVENANCE)}
    return summary | {name: record[name] for name in _PROVENANCE} | {"results": record["results"][family]}


def _read_kept(recipe: Recipe, path: Path, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pieces of the record at `path` by name; none where there is no record."""
    if not path.is_file():
        return {}
    record = files.read_json(path)
    wanted = {name: params[name] for name in record["params"]} | {"subjects": _choose_subjects(recipe, params)}
    if (key := records.find_difference(wanted, record["params"])) is not None:
        raise UserError(f"{path}: was begun with a different `{key}`; remove it to begin again")
    known = {piece.name for piece in list_pieces(recipe, params)}
    if "pieces" not in record or not record["pieces"].keys() <= known:
        raise UserError(f"{path}: was begun with a different `pieces`; remove it to begin again")
    return record["pieces"]
