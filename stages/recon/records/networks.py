"""The network of a recorded run, put into the zoo."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from dvc.utils.serialize import load_yaml

from recon.check.schema import read_project
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.data.manifest import Manifest
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.records.recipes import Recipe
from recon.records.runs import RecordedRun, check_out

PIPELINE = Path("dvc.yaml")
_HEADING = "# The networks of models/zoo/, for `dvc artifacts get`.\n"
_ARTIFACTS = re.compile(r"^artifacts:\n(?P<listed>(?:(?:[ #].*)?\n)*)", re.MULTILINE)


def check(recipe: Recipe, params: dict[str, Any]) -> None:
    """Raise UserError unless a run of the recipe with `params` would leave a network for the zoo.

    `recipe` has a `zoo`; `params` is the content of params.yaml as the recipe overrides it.
    """
    recipe.read_comment("Purpose")
    _load_family(recipe).find_weights(read_project(params))


def read(recipe: Recipe, run: RecordedRun, record: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Return the weights that a run has left, and what the zoo's index says of them.

    Args:
        recipe: with a `zoo`.
        run: of this recipe.
        record: what `records.describe` returns for both.

    Raises:
        UserError: the run has no such network, or its weights are not in the DVC cache.
    """
    family = _load_family(recipe)
    with check_out(run.commit, ["params.yaml"]):
        project = read_project(load_yaml("params.yaml"))
    path = family.find_weights(project)
    with check_out(run.commit, [str(path)]):
        content = _read_only_file(path)
    return content, {
        "name": recipe.zoo,
        "purpose": recipe.read_comment("Purpose"),
        "family": recipe.families[0],
        **family.describe_network(project, record),
        "recipe": recipe.name,
        "data": project.data.source,
        "license": Manifest.load(project.data.source).license,
    }


def _read_only_file(path: Path) -> bytes:
    """Return the content of a file, or of the only file of a folder, where its name depends on its content."""
    (file,) = path.iterdir() if path.is_dir() else [path]
    return file.read_bytes()


def _load_family(recipe: Recipe) -> ModuleType:
    """Return the `records` of the recipe's first family; UserError unless the zoo can hold its networks."""
    if recipe.families[0] not in rooms.families("records"):
        raise UserError(
            f"{recipe.path}: `zoo:` is for a run whose first family has networks that the zoo can hold; omit it"
        )
    return rooms.load_part(recipe.families[0], "records")


def keep(content: bytes, row: Mapping[str, Any]) -> tuple[ZooNetwork, str]:
    """Put a network into the zoo, and into `artifacts` of dvc.yaml; return it, and a line on what that changed."""
    before = zoo.read_index().get(row["name"])
    network = zoo.add(content, **row)
    _list_artifact(network)
    if before and before.sha256 == network.sha256:
        return network, f"{network.path}: the run's weights are these, bit for bit"
    return network, f"{network.path}: the run's weights{f', in place of {before.file}' if before else ''}"


def _list_artifact(network: ZooNetwork) -> None:
    """Write a network into `artifacts` of dvc.yaml, over an older one of its name; leave the rest as it is."""
    described = {"path": str(network.path), "type": "model", "desc": network.purpose}
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in described.items())
    block, text = f"  {network.name}:\n{lines}", PIPELINE.read_text(encoding="utf-8")
    if not _ARTIFACTS.search(text):
        text += f"\n{_HEADING}artifacts:\n"
    section = _ARTIFACTS.search(text)
    older = rf"^  {network.name}:.*\n(?:    .*\n)*"
    listed, count = re.subn(older, lambda _: block, section["listed"], count=1, flags=re.MULTILINE)
    listed = listed if count else block + listed
    files.write_text(PIPELINE, text[: section.start("listed")] + listed + text[section.end() :])
