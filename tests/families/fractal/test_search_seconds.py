"""The benchmark's own arithmetic; its times are nobody's facts."""

from pathlib import Path

import pytest

from fractal_search import coding_of, exponent, pairs
from recon.settings.core import read_params

CODING = coding_of(read_params(Path(__file__).parents[3] / "params.yaml"))


def test_pairs_by_hand():
    """16 x 16 pixels are 4 x 4 blocks; of the halved 8 x 8 the domains begin at 0, 2 and 4, down and across."""
    assert (CODING.sides, CODING.domain_step) == ([4], 4)
    assert pairs(16, CODING) == 16 * 9 * 8


def test_pairs_grow_with_the_fourth_power_of_the_side():
    assert exponent([512, 1024], [pairs(512, CODING), pairs(1024, CODING)]) == pytest.approx(4, abs=0.05)


def test_the_exponent_of_a_power_is_its_own():
    assert exponent([1, 2, 8], [5, 5 * 2**1.5, 5 * 8**1.5]) == pytest.approx(1.5)
