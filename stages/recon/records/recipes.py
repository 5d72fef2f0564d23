"""Recipes of recorded runs: metrics/benchmarks/NAME.txt lists a run's changes to params.yaml.

Lines that begin with `#` are comments: first what the run shows, then `# Cost: ` and `# Expected: `. Every other
line is an override in the grammar of `dvc exp run -S`, but for four that may be left out:

    targets: STAGE ...   the stages to run; by default those that score the families
    families: NAME ...   whose results are recorded, the first one's with a summary; by default the one that the
                         recipe's name begins with
    zoo: NAME            what the run's network is called in models/zoo/; a comment `# Purpose: ` says what it does
    pieces: NUMBER       run and recorded piece by piece: so many photographs of one entry at a time
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
from recon.settings.core import check_entry_name

FOLDER = Path("metrics/benchmarks")
_KEYS = ("targets", "families", "zoo", "pieces")


@dataclass(frozen=True)
class Recipe:
    """A recipe, named FAMILY-WHAT, such as `restoration-live1`.

    Attributes:
        comments: its comments, without `#`.
        overrides: of params.yaml.
        targets: the stages to run.
        families: whose results are recorded, the one that the run is about first.
        zoo: what its network is called in the zoo; None: it is not put there.
        pieces: the number of photographs that are run and recorded at a time; None: all.
    """

    name: str
    comments: tuple[str, ...]
    overrides: tuple[str, ...]
    targets: tuple[str, ...]
    families: tuple[str, ...]
    zoo: str | None = None
    pieces: int | None = None

    @property
    def path(self) -> str:
        """The path of its file."""
        return f"{FOLDER}/{self.name}.txt"

    @property
    def command(self) -> str:
        """The command that runs and records it."""
        return f"make record NAME={self.name}"

    def read_comment(self, key: str) -> str:
        """Return the text of the comment `# KEY: ...`; UserError where there is none."""
        texts = [line.removeprefix(f"{key}: ") for line in self.comments if line.startswith(f"{key}: ")]
        if not texts:
            raise UserError(f"{self.path}: no comment `# {key}: ...`; add it")
        return texts[0]


def list_names() -> list[str]:
    """Return the names of all recipes, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def read(name: str) -> Recipe:
    """Read metrics/benchmarks/NAME.txt; UserError where there is none, or its `zoo:` is not a name."""
    if not re.fullmatch("[a-z0-9_]+-[a-z0-9_-]+", name):
        raise UserError(f"the name `{name}` must be FAMILY-WHAT in a-z, 0-9, _ and -, such as classical-kodak")
    path = FOLDER / f"{name}.txt"
    if not path.is_file():
        raise UserError(f"{path}: not found; write it, or name one of these recipes: {', '.join(list_names())}")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
    settings = [line for line in lines if line and not line.startswith("#")]
    values: dict[str, list[str]] = {key: [] for key in _KEYS}
    overrides = []
    for line in settings:
        key, separator, value = line.partition(":")
        if separator and key in _KEYS:
            values[key] += value.split()
        else:
            overrides.append(line)
    families = values["families"] or [name.partition("-")[0]]
    targets = values["targets"] or [f"evaluate@{family}" for family in families]
    if len(values["zoo"]) > 1:
        raise UserError(f"{path}: `zoo:` names one network, not {len(values['zoo'])}; remove the others")
    zoo = next(iter(values["zoo"]), None)
    if zoo is not None:
        _check_zoo_name(zoo, path)
    pieces = _read_number(values["pieces"], path)
    return Recipe(name, tuple(comments), tuple(overrides), tuple(targets), tuple(families), zoo, pieces)


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


def _read_number(words: list[str], path: Path) -> int | None:
    """Return what `pieces:` says."""
    if not words:
        return None
    text = " ".join(words)
    if not re.fullmatch("[1-9][0-9]*", text):
        raise UserError(f"{path}: pieces: {text}; give the number of photographs of a piece, such as 4")
    return int(text)


def _check_zoo_name(name: str, path: Path) -> None:
    try:
        check_entry_name(name)
    except ValueError as error:
        raise UserError(f"{path}: zoo: {error}") from None
