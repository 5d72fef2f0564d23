import os
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from recon.core.noise import silenced


def test_warnings_and_what_c_code_writes_are_discarded(capfd):
    with silenced():
        warnings.warn("of Python", stacklevel=1)  # an error in these tests, elsewhere
        os.write(2, b"of a library")
    os.write(2, b"after")
    assert capfd.readouterr() == ("", "after")


def test_what_was_said_before_and_an_error_come_through(capfd):
    print("before", end="", file=sys.stderr)
    with pytest.raises(KeyError, match="inside"), silenced():
        raise KeyError("inside")
    print(", after", end="", file=sys.stderr, flush=True)
    assert capfd.readouterr() == ("", "before, after")


def test_without_a_terminal_there_is_nothing_to_silence(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with silenced():
        assert sys.stderr is None


def test_threads_leave_the_terminal_and_the_filters_as_they_were():
    def rest():
        with silenced():
            time.sleep(0.001)

    stderr, filters = os.fstat(2), list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(200):
            pool.submit(rest)
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (stderr.st_dev, stderr.st_ino)
    assert warnings.filters == filters


def test_a_block_in_a_block_leaves_the_outer_one_silent(capfd):
    with silenced():
        with silenced():
            pass
        os.write(2, b"of a library")
    assert capfd.readouterr() == ("", "")
