"""The project of `rebuild.py`, and overrides of its params.yaml, in the grammar of `dvc exp run -S`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from recon.check.schema import check, read_project
from recon.core.errors import UserError
from recon.families.shared.project import Project
from recon.settings.core import lookup, read_params

ROOT = Path(__file__).resolve().parents[3]
_AT_ROOT = re.compile("params.yaml|models/|dvc ")  # in errors about the project, or whose remedy works there


@contextmanager
def project_folder() -> Iterator[None]:
    """Work in the project's folder, where params.yaml and models/ are, in the block.

    An error about them names the folder, where the user is in another.
    """
    elsewhere = Path.cwd() != ROOT
    try:
        with chdir(ROOT):
            yield
    except UserError as error:
        if elsewhere and _AT_ROOT.search(str(error)):
            raise type(error)(f"{error} (in {ROOT})") from None
        raise


def load_project(changes: Sequence[str]) -> Project:
    """Return params.yaml with `changes` applied; see `apply_change`.

    Raises:
        UserError: params.yaml or a change is invalid, or the result cannot be run.
    """
    params = read_params()
    for change in changes:
        apply_change(params, change)
    return check(params) if changes else read_project(params)


def apply_change(params: dict[str, Any], change: str) -> None:
    """Change `params` in place by KEY=VALUE, +KEY=VALUE (which adds a key) or ~KEY (which removes it).

    Raises:
        UserError: the change has another form, or its key is unknown.
    """
    # Imported here because both together take a second.
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(change)
        value = None if override.is_delete() else override.value()
    except HydraException:
        raise UserError(f"-S {change}: expected KEY=VALUE, such as runtime.seed=2") from None
    if override.is_sweep_override():
        raise UserError(f"-S {change}: one value at a time; a list goes in brackets")
    above, _, key = override.key_or_group.rpartition(".")
    group = lookup(params, above) if above else params
    if not isinstance(group, dict) or not override.is_add():
        lookup(params, override.key_or_group)
    if override.is_delete():
        del group[key]
    else:
        group[key] = value
