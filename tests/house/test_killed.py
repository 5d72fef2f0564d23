"""The pipeline on reduced data, killed again and again: the next run goes on, and ends with the same bytes."""

import random
import shutil

import pytest
from dvc.utils.hydra import apply_overrides

import reduced
from project_copy import Copy, sums

KILLS = 50
LONGEST = 14  # seconds to a kill: most of them hit the first stages that a run has to do

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    pair = [Copy(tmp_path_factory.mktemp("copy"), hash_seed=seed) for seed in (1, 2)]
    try:
        for copy in pair:
            apply_overrides(copy.folder / "params.yaml", reduced.settings())
        yield pair
    finally:
        for copy in pair:
            copy.stop()
            shutil.rmtree(copy.folder)


def test_a_pipeline_that_was_killed_at_random_moments_ends_as_one_that_was_not(copies):
    """`kill -9` of DVC alone, or of DVC and its stage."""
    undisturbed, killed = copies
    moments, hits = random.Random(1), 0
    for kill in range(KILLS):
        hits += killed.kill_repro(moments.uniform(1, LONGEST), whole=bool(kill % 2))
    print(f"{hits} of {KILLS} kills found DVC running; {len(killed.lock())} stages were done", flush=True)
    killed.dvc("repro")
    undisturbed.dvc("repro")
    assert hits > KILLS / 2
    assert sums(killed.lock()) == sums(undisturbed.lock())
    assert not killed.reran()
