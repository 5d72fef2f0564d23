"""A family's group of params.yaml as a file, data/params/FAMILY.json, which stages depend on.

data/params/families.json has the names of all families, in the order of params.yaml, which is that of tables too.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recon.core import files
from recon.core.errors import UserError

FOLDER = "data/params"
NAMES = f"{FOLDER}/families.json"


def families(params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each group of params.yaml that has experiments, with its name."""
    for name, group in params.items():
        if isinstance(group, dict) and "experiments" in group:
            yield name, group


def family_names() -> list[str]:
    """Return the names of all families as the stage `experiments` wrote them; UserError where it has not run."""
    if not Path(NAMES).is_file():
        raise UserError(f"{NAMES}: not there yet; this makes it: dvc repro experiments")
    return files.read_json(NAMES)


def read(family: str) -> dict[str, Any]:
    """Return a family's group as the stage `experiments` wrote it; UserError where there is none."""
    path = Path(FOLDER, f"{family}.json")
    if not path.is_file():
        raise UserError(
            f"{path}: not there; `{family}` is no family of params.yaml, or first run: dvc repro experiments"
        )
    return files.read_json(path)


def text(group: dict[str, Any]) -> str:
    """Return a group as indented JSON, its keys in the order of params.yaml, which is that of tables too."""
    return json.dumps(group, indent=2) + "\n"


def locked(params: dict[str, Any]) -> dict[str, str]:
    """Return the MD5 that dvc.lock has of each family's file where stages ran with `params`, by path."""
    texts = {f"{FOLDER}/{name}.json": text(group) for name, group in families(params)}
    texts[NAMES] = json.dumps([name for name, _ in families(params)], indent=2) + "\n"
    return {path: hashlib.md5(written.encode()).hexdigest() for path, written in texts.items()}
