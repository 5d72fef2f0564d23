"""What the project says to whoever made a mistake."""

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
    """Return what comes of a payload that may be right or wrong: a picture, or the PayloadError, of one line."""
    try:
        return decode(payload)
    except PayloadError as error:
        said = error
    assert "\n" not in str(said)
    return said
