"""Calls made by several processes, and by a cluster's workers."""

import os
import time
from functools import partial
from pathlib import Path

import pytest

from recon.core import parallel
from recon.core.errors import UserError
from recon.core.parallel import SCHEDULER, WORKERS, run_all
from refusals import refusal


def refuse(name):
    raise UserError(f"{name}: not there")


def test_what_the_calls_return_comes_in_their_order():
    assert list(run_all(partial(pow, 2, power) for power in range(20))) == [2**power for power in range(20)]


def test_a_user_s_mistake_comes_through_as_it_is(tmp_path):
    """And what was called before it has been done."""
    calls = [partial(Path.write_text, tmp_path / "first", "done"), partial(refuse, "a.png")]
    with pytest.raises(UserError, match=r"^a\.png: not there$"):
        list(run_all(calls, by="processes"))
    assert (tmp_path / "first").read_text() == "done"


def test_few_calls_are_taken_ahead_of_those_that_returned(monkeypatch):
    """So a thousand pictures need the memory of a few."""
    monkeypatch.setenv(WORKERS, "2")
    taken, ahead = [], []

    def take():
        for number in range(100):
            taken.append(number)
            yield partial(time.sleep, 0.005)

    for returned, _ in enumerate(run_all(take(), by="threads")):
        ahead.append(len(taken) - returned)
    assert len(ahead) == 100
    assert max(ahead) < 20


def test_a_process_that_is_ended_is_one_line():
    assert refusal(lambda: list(run_all([partial(os._exit, 1)], by="processes"))) == (
        f"a process was ended from outside, maybe for lack of memory; set {WORKERS} to a smaller number"
    )


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_the_number_of_workers_is_checked(monkeypatch, text):
    monkeypatch.setenv(WORKERS, text)
    assert refusal(lambda: list(run_all([]))) == f"{WORKERS}={text}: must be a whole number of at least 1"


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch):
    monkeypatch.setenv(SCHEDULER, "tcp://127.0.0.1:9")
    monkeypatch.setattr(parallel, "_PATIENCE", 1)
    assert "no Dask scheduler answers" in refusal(lambda: list(run_all([partial(abs, 1)])))
