"""A network fitted to a picture at any width: the learning rate, and what follows a fit that learns nothing."""

import numpy as np
import pytest

# isort: split
from recon.families.coordinates import fitting
from recon.families.coordinates.fitting import Fit, fit_width
from recon.families.coordinates.params import Coordinates
from recon.settings.core import Runtime

SEEDED = Runtime(seed=1, threads=1)
GROUP = {
    "masks": {},
    "mapping": {"kind": "none", "num_frequencies": 1, "scale": 1},
    "training": {
        **{"optimizer": "adam", "learning_rate": 0.02, "loss": "mse", "value_range": "unit"},
        **{"epochs": 2, "steps_per_epoch": 40, "batch_size": None},
    },
    "experiments": {"one": {"net": "siren", "subject": "small", "settings": {"width": 16, "depth": 3}}},
}
RUN = Coordinates(**GROUP).entry("one").runs[0]
PIXELS = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fits(monkeypatch):
    """Return the (width, learning rate) of all fits, which take no time; one learns at a rate of 0.005 or less."""
    done = []

    def fit(run, pixels, mask, *, runtime, entry, image):
        rate = run.training.learning_rate
        done.append((run.network["width"], rate))
        return Fit(len(done), 0.0, rate <= 0.005)

    monkeypatch.setattr(fitting, "fit_picture", fit)
    return done


def fit_at(width, rate, pixels=PIXELS):
    training = RUN.training.model_copy(update={"learning_rate": rate})
    return fit_width(fitting.replace(RUN, training=training), width, pixels, usual=16, runtime=SEEDED)


def test_up_to_the_usual_width_the_learning_rate_is_kept(fits):
    for width in (4, 16):
        fit_at(width, 0.004)
    assert fits == [(4, 0.004), (16, 0.004)]


def test_beyond_it_the_learning_rate_falls_as_the_width_grows(fits):
    for width in (32, 256):
        fit_at(width, 0.004)
    assert fits == [(32, 0.002), (256, 0.00025)]


def test_a_fit_that_learns_nothing_is_repeated_at_a_quarter_of_the_rate_and_says_so(fits, capsys):
    assert fit_at(32, 0.04) == 2
    assert fits == [(32, 0.02), (32, 0.005)]
    assert capsys.readouterr().err == (
        "width 32, learning rate 0.02: no better than one color for the whole image; fitting it again at learning "
        "rate 0.005\n"
    )


def test_the_third_fit_is_taken_as_it_is(fits, capsys):
    assert fit_at(16, 1) == 3
    assert [rate for _, rate in fits] == [1, 0.25, 0.0625]
    assert "no better than one color for the whole image; try another width" in capsys.readouterr().err


def test_a_picture_of_one_color_is_learned_by_any_fit():
    fit = fitting.fit_picture(RUN, np.full((12, 16, 3), 77, np.uint8), None, runtime=SEEDED, entry="x", image="x")
    assert fit.has_learned


@pytest.mark.parametrize("value_range", ["unit", "symmetric"])
def test_less_than_one_level_of_difference_is_one_color_in_any_range(value_range):
    pixels = np.full((12, 16, 3), 77, np.uint8)
    pixels[::2] += 1
    training = RUN.training.model_copy(update={"value_range": value_range, "epochs": 1, "learning_rate": 1e-9})
    run = fitting.replace(RUN, training=training)
    assert fitting.fit_picture(run, pixels, None, runtime=SEEDED, entry="x", image="x").has_learned
    pixels[::2] += 2  # a standard deviation of 1.5 levels
    assert not fitting.fit_picture(run, pixels, None, runtime=SEEDED, entry="y", image="x").has_learned


def test_a_siren_of_eight_times_the_width_learns_nothing_at_the_same_rate_but_at_an_eighth_of_it():
    i, j = np.mgrid[:12, :16]
    pixels = np.stack([i * 20, j * 15, (i // 3 + j // 4) % 2 * 200], -1).astype(np.uint8)

    def has_learned(rate):
        training = RUN.training.model_copy(update={"learning_rate": rate})
        run = fitting.replace(RUN, network=RUN.network | {"width": 128}, training=training)
        return fitting.fit_picture(run, pixels, None, runtime=SEEDED, entry=f"{rate}", image="x").has_learned

    assert [has_learned(0.02), has_learned(0.02 / 8)] == [False, True]
