"""Limits of a coordinate network's settings, in params.yaml and in a payload, which brings settings of its own."""

from typing import Any

from recon.core.errors import UserError
from recon.settings.network_checks import check_setting

MAX_FLOAT, MAX_COUNT, MAX_LAYERS = 1000, 2**20, 64
_LAYER_COUNTS = ("depth", "levels")


def check_limits(settings: dict[str, Any], key: str) -> None:
    """Raise UserError where the settings at `key`, of the right types, are out of range."""
    for name, value in settings.items():
        where, lowest = f"{key}.settings.{name}", 1 if name == "growth" else 0
        check_setting(value, where)
        if type(value) is float and not (lowest < value <= MAX_FLOAT):
            raise UserError(f"params.yaml: {where}: above {lowest}, at most {MAX_FLOAT} (got {value!r})")
        most = MAX_LAYERS if name in _LAYER_COUNTS else MAX_COUNT
        if type(value) is int and value > most:
            raise UserError(f"params.yaml: {where}: at most {most} (got {value!r})")
