"""Pixels that are trained from noise to a photograph, one step at a time."""

from dataclasses import dataclass, field
from time import perf_counter

import keras
import numpy as np

from recon.core import images
from recon.families.pixels import method
from recon.families.pixels.params import Descent, Step
from recon.settings.core import Runtime
from recon.settings.training import Training
from recon.training import fitting
from recon.training.batches import SampleBatches


@dataclass
class PixelFit:
    """A descent: the pictures that are kept, uint8 by step, the RMSE after each step, and the seconds it took."""

    pictures: dict[Step, np.ndarray] = field(default_factory=dict)
    rmse: list[float] = field(default_factory=list)
    seconds: float = 0.0


class DescentLog(keras.callbacks.Callback):
    """Notes the RMSE after every step, keeps some pictures, and stops when the difference is small enough."""

    def __init__(self, target: np.ndarray, descent: Descent) -> None:
        """Measure against `target`, float32 (rows, columns, channels) in [0, 1]."""
        super().__init__()
        self._target, self._descent = target, descent
        self.fit = PixelFit()

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Note the noise."""
        self._note()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Note the pixels after a step."""
        self._note()

    def _note(self) -> None:
        """Measure pixels as they are, neither rounded nor cut to black and white."""
        step, values = len(self.fit.rmse), self.model.get_weights()[0].reshape(self._target.shape)
        rmse = 255 * float(np.sqrt(np.mean((values.astype(np.float64) - self._target) ** 2)))
        self.fit.rmse.append(rmse)
        done = step > 0 and rmse < (self._descent.tolerance or 0)
        self.model.stop_training = done
        is_last = done or step == self._descent.steps
        if is_last or step in self._descent.shown_steps:
            self.fit.pictures[self._descent.last_step if is_last else step] = images.to_uint8(values, "unit")


def draw_noise(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return uniform noise in [0, 1), float32."""
    return np.random.Generator(np.random.PCG64(seed)).random(shape, np.float32)


def _translate(descent: Descent, values: int) -> Training:
    """Return the settings of `recon.training.fitting` for a picture of so many `values`.

    The gradient of a mean is small: its learning rate is far beyond the limit that `Training` has for networks.
    """
    shared = {"optimizer": descent.optimizer, "loss": "mse", "value_range": "unit", "learning_rate": 1}
    settings = Training(**shared, momentum=descent.momentum, beta_2=descent.beta_2)
    rate = descent.step_size * (values / 2 if descent.optimizer == "sgd" else 1)
    return settings.model_copy(update={"learning_rate": rate})


def fit_pixels(pixels: np.ndarray, descent: Descent, runtime: Runtime) -> PixelFit:
    """Train pixels from noise to uint8 `pixels` (rows, columns, channels); each fit seeds and clears Keras."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(runtime.seed)
    target, model = images.to_float(pixels, "unit"), method.build(pixels.shape)
    model.set_weights([draw_noise(target.shape, runtime.seed).reshape(1, -1)])
    log = DescentLog(target, descent)
    batches = SampleBatches(np.zeros((1, 1), np.int32), target[None], batch_size=None, steps=1, seed=runtime.seed)
    start = perf_counter()
    fitting.fit(model, batches, settings=_translate(descent, target.size), epochs=descent.steps, callbacks=[log])
    log.fit.seconds = perf_counter() - start
    return log.fit
