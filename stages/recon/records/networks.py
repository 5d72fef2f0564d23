"""The network of a recorded run, put into the zoo."""

import re
from collections.abc import Mapping
from pathlib import Path
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

PIPELINE = Path("dvc.yaml")  # whose `artifacts` name the files of the zoo


def read(recipe: Recipe, run: RecordedRun, record: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Return the weights that a run has left, and what the zoo's index says of them.

    Args:
        recipe: with a `zoo`.
        run: of this recipe.
        record: what `records.describe` returns for both.

    Raises:
        UserError: the run has no such network, or its weights are not in the DVC cache.
    """
    if len(recipe.families) > 1 or recipe.families[0] not in rooms.families("records"):
        raise UserError(
            f"{recipe.path}: `zoo:` is for a run of one family whose networks the zoo can hold; omit it"
        )
    family = rooms.load_part(recipe.families[0], "records")
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


def keep(content: bytes, row: Mapping[str, Any]) -> tuple[ZooNetwork, str]:
    """Put a network into the zoo, and its file into `artifacts` of dvc.yaml; return it, and what that changed."""
    before = zoo.read_index().get(row["name"])
    network = zoo.add(content, **row)
    if before and before.sha256 == network.sha256:
        return network, f"{network.path}: the run's weights are these, bit for bit"
    listed = _list_artifact(network)
    replaced = f", in place of {before.file}" if before else ""
    missing = f"; dvc.yaml lacks it, add below `artifacts:`: {network.name}: {{path: {network.path}, type: model}}"
    return network, f"{network.path}: the run's weights{replaced}{'' if listed else missing}"


def _list_artifact(network: ZooNetwork) -> bool:
    """Write the file's name over an older one of the network in dvc.yaml; return whether there was one."""
    pattern = rf"\b{re.escape(str(zoo.ZOO))}/{network.name}-[0-9a-f]{{8}}\.weights\.h5\b"
    text, count = re.subn(pattern, str(network.path), PIPELINE.read_text(encoding="utf-8"))
    if count:
        files.write_text(PIPELINE, text)
    return count > 0
