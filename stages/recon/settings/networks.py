"""A network's settings in params.yaml, held against the signature of its `build`."""

from functools import cache
from typing import Any

from pydantic import create_model

from recon.core import rooms
from recon.core.errors import UserError
from recon.settings.core import Section, parse


def network_type(net: str, key: str, *, room: str = "networks") -> type[Section]:
    """Return the section of the settings that the `build` of the network `net` declares.

    `key` is that of the entry in params.yaml, `room` where the network lives. UserError lists the known networks
    where there is no such one.
    """
    try:
        fields = rooms.build_settings(net, room=room)
    except UserError as error:
        raise UserError(f"params.yaml: {key}.net: {error}") from None
    return _model(tuple(fields.items()))


def network_settings(net: str, settings: dict[str, Any], key: str, *, room: str = "networks") -> dict[str, Any]:
    """Return `settings` as a `network_type`, with the defaults of those not given; UserError names a wrong key."""
    return parse(network_type(net, key, room=room), settings, f"{key}.settings").model_dump()


@cache
def _model(fields: tuple[tuple[str, tuple[Any, Any]], ...]) -> type[Section]:
    """Return the section of these settings; kept, since making one takes longer than all that is done with it."""
    return create_model("Settings", __base__=Section, **dict(fields))
