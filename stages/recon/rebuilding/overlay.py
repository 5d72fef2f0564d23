"""Settings laid over params.yaml for one command, in the words of `dvc exp run -S`."""

from collections.abc import Sequence
from typing import Any

from recon.core.errors import UserError
from recon.settings.core import lookup


def laid_over(params: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """Change `params` in place by KEY=VALUE, +KEY=VALUE (a new key) and ~KEY (a key less), and return them.

    Raises:
        UserError: no such change, or a key that is not there, or that makes params.yaml one that cannot be run.
    """
    if not changes:
        return params
    # They cost a second together, which only those pay who change something.
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    from recon.check.schema import check

    for change in changes:
        try:
            read = OverridesParser.create().parse_override(change)
            value = None if read.is_delete() else read.value()
        except HydraException:
            raise UserError(f"-S {change}: expected KEY=VALUE, such as coordinates.training.epochs=5") from None
        if read.is_sweep_override():
            raise UserError(f"-S {change}: one value at a time; a list goes in brackets")
        *above, last = read.key_or_group.split(".")
        inside = lookup(params, ".".join(above)) if above else params
        if not isinstance(inside, dict) or not read.is_add():
            lookup(params, read.key_or_group)
        if read.is_delete():
            del inside[last]
        else:
            inside[last] = value
    check(params)
    return params
