from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest

from recon.families.shared.family import Dial, Family, middle, scale
from refusals import refusal


def test_a_value_is_a_whole_number_in_the_range_where_the_first_value_is():
    dial = Dial("level", range(1, 30), 20, np.zeros((8, 8, 1), np.uint8), bytes)
    assert isinstance(dial.check(7.0), int)
    for wrong in (0, 30, 7.5):
        assert refusal(dial.check, wrong) == f"--level {wrong}: expected a whole number from 1 to 29"


@pytest.mark.parametrize(("values", "expected"), [([3], 3), ([5, 1, 3], 3), ([1, 2, 3, 4], 3)])
def test_the_middle_is_one_of_the_values(values, expected):
    assert middle(values) == expected


@pytest.mark.parametrize(("first", "last"), [(80, 0.5), (0.02, 24)])
def test_a_scale_has_both_ends_and_equal_ratios(first, last):
    """To the 0.5 % that three digits leave of each of two numbers."""
    values = scale(first, last, per_octave=8)
    assert (values[0], values[-1]) == (first, last)
    ratios = np.divide(values[1:], values[:-1])
    assert ratios == pytest.approx(2 ** (np.sign(last - first) / 8), rel=0.011)


class Fitted(Family):
    """A family with two ways to fit a picture."""

    presets = "fast", "slow"

    def open(self):
        self.opened = self.preset

    def dial(self, pixels):
        """No test asks for it."""

    def decode(self, payload):
        """No test asks for it."""


class Plain(Fitted):
    """A family with one way."""

    presets = ()


def test_a_family_is_opened_with_the_preset_that_was_asked_for_and_refuses_others():
    project = SimpleNamespace(families=defaultdict(dict))
    assert [Fitted(project, "fitted", None, preset).opened for preset in (None, "slow")] == [None, "slow"]
    assert refusal(Fitted, project, "fitted", None, "best") == "--preset best: known: fast, slow"
    assert refusal(Plain, project, "plain", None, "slow") == "--preset slow: plain has no presets; omit it"
