"""The errors that users and decoders meet."""

from collections.abc import Callable
from typing import Any

import pytest

from recon.coding.payload import PayloadError
from recon.core.errors import UserError


def refusal(call: Callable[..., Any], *arguments: Any) -> str:
    """Return the error by which a call is refused, which must be one line."""
    with pytest.raises(UserError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def outcome(decode: Callable[[bytes], Any], payload: bytes) -> Any:
    """Return the picture that a payload is decoded to, or the PayloadError, which must be one line."""
    try:
        return decode(payload)
    except PayloadError as error:
        refused = error
    assert "\n" not in str(refused)
    return refused
