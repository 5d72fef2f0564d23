"""A Dask cluster gives the bytes that one machine does, and survives a worker."""

import os
import time
from functools import partial

import numpy as np
import pytest

from cluster import Cluster
from pictures import picture
from recon.core.parallel import SCHEDULER, run_all
from recon.families.classical.method import ClassicalCodec
from refusals import refusal

PIECES = 9


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    started = Cluster(tmp_path, workers=3)
    try:
        monkeypatch.setenv(SCHEDULER, started.address)
        yield started
    finally:
        started.stop()


def work(number):
    """Return who has done a piece of work that takes a while."""
    time.sleep(0.3)
    return number, os.getpid()


def rebuild_all():
    codecs = [ClassicalCodec(np.roll(picture(40, 48, 3), number, 0), "webp") for number in range(4)]
    return [(found.payload, found.pixels) for found in run_all(partial(codec.rebuild, 30) for codec in codecs)]


def test_workers_of_a_cluster_give_the_same_bytes(cluster, monkeypatch):
    there = rebuild_all()
    monkeypatch.delenv(SCHEDULER)
    for found, expected in zip(there, rebuild_all(), strict=True):
        assert found[0] == expected[0]
        np.testing.assert_array_equal(found[1], expected[1])


def test_what_a_lost_worker_had_is_done_by_another(cluster):
    results = run_all(partial(work, number) for number in range(PIECES))
    done = [next(results)]
    cluster.workers[0].kill()
    done += results
    assert [number for number, _ in done] == list(range(PIECES))
    assert len({process for _, process in done}) > 1


def test_a_scheduler_that_ends_is_one_line(cluster):
    address = cluster.address
    results = run_all(partial(work, number) for number in range(10 * PIECES))
    next(results)
    cluster.scheduler.kill()
    assert refusal(lambda: list(results)) == (
        f"{SCHEDULER}={address}: the scheduler is gone; start it and its workers, and run again"
    )
