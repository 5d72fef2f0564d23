"""What the settings of a network of places must be, in params.yaml and in a payload, which brings its own."""

from typing import Any

from recon.core.errors import UserError
from recon.settings.network_checks import check_setting

MOST, MOST_COUNT = 1000, 2**20  # of a network's settings
MOST_LAYERS = 64
_LAYERS = ("depth", "levels")  # settings that say how many there are


def check_field_settings(settings: dict[str, Any], key: str) -> None:
    """Raise UserError where the settings at `key`, of the right types, are such that no picture comes of them."""
    for name, value in settings.items():
        where, least = f"{key}.settings.{name}", 1 if name == "growth" else 0
        check_setting(value, where)
        if type(value) is float and not (least < value <= MOST):
            raise UserError(f"params.yaml: {where}: above {least}, at most {MOST} (got {value!r})")
        most = MOST_LAYERS if name in _LAYERS else MOST_COUNT
        if type(value) is int and value > most:
            raise UserError(f"params.yaml: {where}: at most {most} (got {value!r})")
