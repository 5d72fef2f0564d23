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
_ARTIFACTS = "artifacts:\n"


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
        content = path.read_bytes()
    return content, {
        "name": recipe.zoo,
        "purpose": recipe.read_comment("Purpose"),
        "family": recipe.families[0],
        **family.describe_network(project, record),
        "recipe": recipe.name,
        "data": project.data.source,
        "license": Manifest.load(project.data.source).license,
    }


def _load_family(recipe: Recipe) -> ModuleType:
    """Return the `records` of the recipe's only family; UserError unless the zoo can hold its networks."""
    if len(recipe.families) > 1 or recipe.families[0] not in rooms.families("records"):
        raise UserError(
            f"{recipe.path}: `zoo:` is for a run of one family whose networks the zoo can hold; omit it"
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
    """Write a network's path into dvc.yaml, over an older one or as an artifact more; leave the rest as it is."""
    pattern = rf"\b{re.escape(str(zoo.ZOO))}/{network.name}-[0-9a-f]{{8}}\.weights\.h5\b"
    text, count = re.subn(pattern, str(network.path), PIPELINE.read_text(encoding="utf-8"))
    if not count:
        if _ARTIFACTS not in text:
            text += f"\n{_HEADING}{_ARTIFACTS}"
        described = {"path": str(network.path), "type": "model", "desc": network.purpose}
        lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in described.items())
        text = text.replace(_ARTIFACTS, f"{_ARTIFACTS}  {network.name}:\n{lines}")
    files.write_text(PIPELINE, text)
