"""Recipes of recorded runs: metrics/benchmarks/NAME.txt lists a run's changes to params.yaml.

Lines that begin with `#` are comments: first the purpose of the run, then `# Cost: ` and `# Expected: `. The line
`targets: STAGE ...` names the stages to run; every other line is an override in the grammar of `dvc exp run -S`.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvc.exceptions import DvcException
from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import dump_yaml, load_yaml

from recon.core.errors import UserError

FOLDER = Path("metrics/benchmarks")
_TARGETS = "targets:"


@dataclass(frozen=True)
class Recipe:
    """A recipe, named FAMILY-WHAT, such as `restoration-live1`."""

    name: str
    comments: tuple[str, ...]
    overrides: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def family(self) -> str:
        """The family whose results are recorded: the name before its first `-`."""
        return self.name.partition("-")[0]

    @property
    def path(self) -> str:
        """The path of its file."""
        return f"{FOLDER}/{self.name}.txt"

    @property
    def command(self) -> str:
        """The command that runs and records it."""
        return f"make record NAME={self.name}"

    def read_comment(self, key: str) -> str:
        """Return the text of the comment `# KEY: ...`."""
        return next(line.removeprefix(f"{key}: ") for line in self.comments if line.startswith(f"{key}: "))


def list_names() -> list[str]:
    """Return the names of all recipes, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def read(name: str) -> Recipe:
    """Read metrics/benchmarks/NAME.txt; UserError where there is none."""
    if not re.fullmatch("[a-z0-9_]+-[a-z0-9_-]+", name):
        raise UserError(f"the name `{name}` must be FAMILY-WHAT in a-z, 0-9, _ and -, such as classical-kodak")
    path = FOLDER / f"{name}.txt"
    if not path.is_file():
        raise UserError(f"{path}: not found; write it, or name one of these recipes: {', '.join(list_names())}")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
    settings = [line for line in lines if line and not line.startswith("#")]
    targets = " ".join(line.removeprefix(_TARGETS) for line in settings if line.startswith(_TARGETS)).split()
    overrides = [line for line in settings if not line.startswith(_TARGETS)]
    default = [f"evaluate@{name.partition('-')[0]}"]
    return Recipe(name, tuple(comments), tuple(overrides), tuple(targets or default))


def apply(recipe: Recipe, params: dict[str, Any]) -> dict[str, Any]:
    """Return `params`, the content of params.yaml, as overridden by DVC; UserError where DVC refuses."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "params.yaml"
        dump_yaml(path, params)
        try:
            apply_overrides(path, list(recipe.overrides))
        except DvcException as error:
            reason = " ".join(f"{error}: {error.__cause__ or ''}".split())
            raise UserError(f"{recipe.path}: {reason}") from None
        return load_yaml(path)
