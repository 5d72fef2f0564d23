"""Calls made in several processes."""

from functools import partial
from pathlib import Path

import pytest

from recon.core.errors import UserError
from recon.core.processes import at_once


def refuse(name):
    raise UserError(f"{name}: not there")


def test_what_the_calls_return_comes_in_their_order():
    assert at_once(partial(pow, 2, power) for power in range(20)) == [2**power for power in range(20)]


def test_a_user_s_mistake_comes_through_as_it_is(tmp_path):
    """And what was called before it has been done."""
    calls = [partial(Path.write_text, tmp_path / "first", "done"), partial(refuse, "a.png")]
    with pytest.raises(UserError, match=r"^a\.png: not there$"):
        at_once(calls)
    assert (tmp_path / "first").read_text() == "done"
