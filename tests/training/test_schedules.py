"""Learning rates against their closed forms."""

import math

import pytest

from recon.training import runtime

# isort: split
from recon.core.errors import UserError
from recon.training import fitting, schedules
from toys import Watch, ones, scaling, settings

STEPS = 20


def rates(**changes):
    """Return the learning rate of each step, and the one after the last."""
    rate = schedules.learning_rate(settings(**changes), steps=STEPS)
    return [float(rate(step)) for step in range(STEPS + 1)]


def rates_in_training(*, epochs=3, validate=None, **changes):
    watch = Watch()
    chosen = settings(**changes)
    fitting.fit(scaling(), ones(2), settings=chosen, epochs=epochs, validate=validate, callbacks=[watch])
    return watch.rates


def test_a_constant_rate_is_a_number():
    assert schedules.learning_rate(settings(learning_rate=0.3), steps=STEPS) == 0.3


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine"])
def test_the_warm_up_is_a_straight_line_from_zero(schedule):
    actual = rates(schedule=schedule, learning_rate=0.4, warmup_steps=4, decay_at=[0.9])
    assert actual[:5] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], rel=1e-6)


def test_the_warm_up_to_a_plateau_is_a_straight_line_from_zero():
    actual = rates_in_training(schedule="plateau", learning_rate=0.4, warmup_steps=4)
    assert actual == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.4], rel=1e-6)


def test_a_constant_rate_stays_after_its_warm_up():
    assert rates(warmup_steps=4)[4:] == pytest.approx([0.1] * 17, rel=1e-6)


@pytest.mark.parametrize("warmup", [0, 4])
def test_a_cosine_falls_to_zero_over_what_the_warm_up_leaves(warmup):
    actual = rates(schedule="cosine", learning_rate=0.4, warmup_steps=warmup)
    expected = [
        0.2 * (1 + math.cos(math.pi * (step - warmup) / (STEPS - warmup))) for step in range(warmup, STEPS + 1)
    ]
    assert actual[warmup:] == pytest.approx(expected, abs=1e-7)
    assert actual[-1] == pytest.approx(0, abs=1e-7)


def test_steps_halve_the_rate_after_each_part_of_the_run():
    actual = rates(schedule="step", learning_rate=0.8)
    assert actual == pytest.approx([0.8] * 10 + [0.4] * 5 + [0.2] * 3 + [0.1] * 3, rel=1e-6)


def test_a_plateau_divides_the_rate_when_validation_gets_no_better():
    actual = rates_in_training(
        schedule="plateau",
        learning_rate=0.8,
        decay_factor=0.25,
        patience=2,
        epochs=4,
        validate=lambda _: {"val_psnr_db": 1},
    )
    assert actual == pytest.approx([0.8] * 6 + [0.2] * 2, rel=1e-6)


def test_a_plateau_is_one_of_the_loss_where_nothing_is_validated():
    """A weight of 1 is perfect: the loss stays 0."""
    watch = Watch()
    chosen = settings(schedule="plateau", patience=1)
    fitting.fit(scaling(1), ones(), settings=chosen, epochs=3, callbacks=[watch])
    assert watch.rates == pytest.approx([0.1, 0.1, 0.05], rel=1e-6)


def test_a_run_shorter_than_its_warm_up_is_refused():
    with pytest.raises(UserError, match=r"warmup_steps: 20, but the run has 20 steps in all"):
        rates(warmup_steps=20)
