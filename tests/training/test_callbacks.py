"""What happens between epochs, on a network of one weight whose course is known: 1 - 0.8 ** steps."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.core.errors import UserError
from recon.training import fitting
from recon.training.batches import Photographs
from recon.training.callbacks import LowestLoss, Measure, tensorboard
from toys import Watch, ones, scaling, settings, weight_of


def fit(model, *, steps=1, epochs=3, callbacks=(), **changes):
    options = {name: changes.pop(name) for name in ("curves", "validate", "best") if name in changes}
    fitting.fit(model, ones(steps), settings=settings(**changes), epochs=epochs, callbacks=callbacks, **options)


def nearness_to(best):
    """Validate by how near the weight is to `best`."""
    return lambda model: {"val_psnr_db": -abs(weight_of(model) - best)}


def loaded(path):
    model = scaling()
    model.load_weights(path)
    return weight_of(model)


@pytest.mark.parametrize(("mode", "better"), [("max", 2), ("min", 1)])
def test_a_measure_has_a_direction(mode, better):
    measure = Measure("some", mode)
    assert measure.is_better(better, 3 - better)
    assert not measure.is_better(3 - better, better)
    assert not measure.is_better(better, better)
    assert measure.is_better(better, None)


def test_curves_have_a_row_for_each_epoch_from_1(tmp_path):
    fit(scaling(), curves=tmp_path / "curves.csv", validate=nearness_to(1), schedule="cosine", learning_rate=0.1)
    curves = pd.read_csv(tmp_path / "curves.csv")
    assert list(curves) == ["epoch", "loss", "val_psnr_db", "learning_rate"]
    assert curves.epoch.tolist() == [1, 2, 3]
    assert curves.loss[0] == pytest.approx(1)
    assert curves.val_psnr_db[0] == pytest.approx(-0.8, rel=1e-6)
    assert curves.learning_rate.tolist() == pytest.approx([0.075, 0.025, 0], abs=1e-8)


def test_curves_without_validation_have_no_column_for_it(tmp_path):
    fit(scaling(), curves=tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_text().startswith("epoch,loss,learning_rate\n1,1.0,0.1\n")


def test_the_best_weights_by_validation_are_saved_and_put_back(tmp_path):
    model = scaling()
    fit(model, epochs=6, validate=nearness_to(0.5), best=tmp_path / "best.weights.h5")
    assert weight_of(model) == loaded(tmp_path / "best.weights.h5") == pytest.approx(1 - 0.8**3, rel=1e-6)


def test_the_best_weights_without_validation_are_those_of_the_lowest_loss(tmp_path):
    model = scaling()
    rates = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 if epoch < 3 else 10.0)
    fit(model, epochs=6, best=tmp_path / "best.weights.h5", callbacks=[rates])
    assert weight_of(model) == loaded(tmp_path / "best.weights.h5")


def test_averaged_weights_are_what_is_validated_and_saved(tmp_path):
    """Weights 0.2, 0.36, 0.488 have the averages 0.2, 0.28, 0.384 with a momentum of 0.5."""
    seen, model = [], scaling()

    def validate(model):
        seen.append(weight_of(model))
        return {"val_psnr_db": seen[-1]}

    watch = Watch()
    fit(model, validate=validate, best=tmp_path / "best.weights.h5", ema_momentum=0.5, callbacks=[watch])
    assert watch.weights == pytest.approx([0, 0.2, 0.36], rel=1e-6)
    assert seen == pytest.approx([0.2, 0.28, 0.384], rel=1e-6)
    assert weight_of(model) == loaded(tmp_path / "best.weights.h5") == np.float32(seen[-1])


def test_a_loss_that_is_not_finite_stops_and_names_the_last_good_weights(tmp_path):
    """Steps of 10 multiply the distance to 1 by -19, so that the first epoch's weight is the best one: 20."""
    best = tmp_path / "best.weights.h5"
    words = rf"diverged in epoch \d+: .* learning_rate \(now 10\); .* weights are in {re.escape(str(best))}$"
    with pytest.raises(UserError, match=words):
        fit(
            scaling(),
            epochs=40,
            learning_rate=10,
            validate=nearness_to(1),
            best=best,
            curves=tmp_path / "curves.csv",
        )
    assert loaded(best) == pytest.approx(20)
    assert np.isfinite(pd.read_csv(tmp_path / "curves.csv")).all(axis=None)


def test_a_loss_that_is_not_finite_at_once_names_no_weights(tmp_path):
    with pytest.raises(UserError, match=r"training diverged in epoch 1: the loss .* \(now 10\)$"):
        fit(scaling(), steps=40, learning_rate=10, best=tmp_path / "best.weights.h5")
    assert list(tmp_path.iterdir()) == []


def test_weights_that_the_last_step_spoiled_are_never_validated():
    """The loss and its gradient are 1e38, a number; ten times that is more than float32 can hold, 3.4e38."""
    data = Photographs([np.full((1, 1, 1), 1e38, np.float32)])
    with pytest.raises(UserError, match="in epoch 1: weights are not finite any more"):
        fitting.fit(
            scaling(), data, settings=settings(loss="mae", learning_rate=10), epochs=1, validate=pytest.fail
        )


def test_training_stops_early_when_validation_gets_no_better():
    watch = Watch()
    fit(scaling(), epochs=20, validate=nearness_to(0.5), early_stopping=2, callbacks=[watch])
    assert len(watch.weights) == 3 + 2


def test_training_stops_early_by_the_loss_where_nothing_is_validated():
    watch = Watch()
    fit(scaling(1), epochs=20, early_stopping=2, callbacks=[watch])
    assert len(watch.weights) == 1 + 2


def test_the_lowest_loss_belongs_to_the_weights_that_its_epoch_began_with():
    model = scaling()
    rates = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 if epoch < 3 else 10.0)
    fit(model, epochs=6, callbacks=[rates, LowestLoss()])
    assert weight_of(model) == pytest.approx(1 - 0.8**3, rel=1e-6)


def test_a_learning_rate_that_is_too_large_leaves_the_weights_of_the_start():
    model = scaling(0.5)
    fit(model, learning_rate=10, callbacks=[LowestLoss()])
    assert weight_of(model) == 0.5


def test_progress_shows_epochs_loss_and_validation(capfd):
    fit(scaling(), validate=nearness_to(1))
    shown = capfd.readouterr().err
    assert "3/3" in shown
    assert "loss=0.4096, val_psnr_db=-0.512" in shown


def test_no_tensorboard_is_asked_for_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("RECON_TENSORBOARD", raising=False)
    assert tensorboard(tmp_path) == []


def test_tensorboard_that_is_not_installed_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setenv("RECON_TENSORBOARD", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"RECON_TENSORBOARD is set, but .* pip install tensorboard, or unset it"):
        tensorboard(tmp_path)


def test_tensorboard_logs_of_a_run_lie_in_a_folder_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("RECON_TENSORBOARD", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    (callback,) = tensorboard(Path("models/restoration/unet"))
    assert callback.log_dir == str(tmp_path / "models/restoration/unet")
