"""Pixels that are trained from noise to a photograph, one step at a time."""

from pathlib import Path
from time import perf_counter

import keras
import numpy as np

from recon.core import files, images
from recon.families.pixels import method
from recon.families.pixels.params import Descent
from recon.settings.core import Runtime
from recon.settings.training import Training
from recon.training import fitting
from recon.training.batches import Places

MODELS = Path("models/pixels")


class Watch(keras.callbacks.Callback):
    """Notes the RMSE after every step, keeps some pictures, and stops when the difference is small enough."""

    def __init__(self, target: np.ndarray, descent: Descent) -> None:
        """Measure against `target`, float32 (rows, columns, channels) in [0, 1]."""
        super().__init__()
        self._target, self._descent = target, descent
        self.rmse: list[float] = []
        self.pictures: dict[str, np.ndarray] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at the noise."""
        self._look()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Look at what the step has made of it."""
        self._look()

    def _look(self) -> None:
        """Measure pixels as they are, neither rounded nor cut to black and white."""
        step, values = len(self.rmse), current(self.model, self._target.shape)
        self.rmse.append(255 * float(np.sqrt(np.mean((values.astype(np.float64) - self._target) ** 2))))
        tolerance = self._descent.tolerance
        done = tolerance is not None and step > 0 and self.rmse[-1] < tolerance
        self.model.stop_training = done
        if done or step == self._descent.steps:
            self.pictures[self._descent.last] = images.to_uint8(values, "unit")
        elif step in self._descent.shown_steps:
            self.pictures[f"{step}"] = images.to_uint8(values, "unit")


def noise(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return uniform noise in [0, 1), float32."""
    return np.random.Generator(np.random.PCG64(seed)).random(shape, np.float32)


def current(model: keras.Model, shape: tuple[int, ...]) -> np.ndarray:
    """Return the pixels of a model as they are, float32."""
    return np.asarray(model.get_weights()[0]).reshape(shape)


def settings_of(descent: Descent, values: int) -> Training:
    """Return how `recon.training.fitting` is to train so many values.

    The gradient of a mean is small: its learning rate is far beyond those of networks, for which `Training` has
    its limit.
    """
    shared = {"optimizer": descent.optimizer, "loss": "mse", "value_range": "unit", "learning_rate": 1}
    settings = Training(**shared, momentum=descent.momentum, beta_2=descent.beta_2)
    rate = descent.step_size * (values / 2 if descent.optimizer == "sgd" else 1)
    return settings.model_copy(update={"learning_rate": rate})


def fitted(
    pixels: np.ndarray, descent: Descent, *, runtime: Runtime, curve: Path
) -> tuple[dict[str, np.ndarray], float]:
    """Train pixels from noise to uint8 `pixels` (rows, columns, channels); write each step's RMSE to `curve`.

    Returns:
        The pictures that are kept, uint8, by what their steps are called, and the seconds of training.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(runtime.seed)
    target, model = images.to_float(pixels, "unit"), method.build(pixels.shape)
    model.set_weights([noise(target.shape, runtime.seed).reshape(1, -1)])
    watch = Watch(target, descent)
    one = Places(np.zeros((1, 1), np.int32), target[np.newaxis], batch_size=None, steps=1, seed=runtime.seed)
    start = perf_counter()
    fitting.fit(model, one, settings=settings_of(descent, target.size), epochs=descent.steps, callbacks=[watch])
    seconds = perf_counter() - start
    files.write_csv(curve, [{"step": step, "rmse": rmse} for step, rmse in enumerate(watch.rmse)])
    return watch.pictures, seconds
