"""What the project says to whoever made a mistake."""

from collections.abc import Callable
from typing import Any

import pytest

from recon.errors import UserError


def refusal(call: Callable[..., Any], *arguments: Any) -> str:
    """Return the error by which a call is refused, which must be one line."""
    with pytest.raises(UserError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)
