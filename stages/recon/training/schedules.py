"""The learning rate over a run: constant, step, cosine or plateau, each after a linear warm-up.

Steps count from 0, and the learning rate of step s of w warm-up steps is s / w of the highest: 0 in the first.
"""

import keras
from keras.optimizers.schedules import CosineDecay, LearningRateSchedule, PiecewiseConstantDecay

from recon.core.errors import UserError
from recon.settings.training import Training


class WarmedUp(LearningRateSchedule):
    """Another schedule, or a constant rate, that climbs from 0 in its first `steps`."""

    def __init__(self, rate: LearningRateSchedule | float, steps: int) -> None:
        self._rate, self._steps = rate, steps

    def __call__(self, step: keras.Variable) -> keras.KerasTensor:
        """Return the learning rate of `step`."""
        climbed = keras.ops.minimum(1.0, keras.ops.cast(step, "float32") / self._steps)
        return climbed * (self._rate(step) if callable(self._rate) else self._rate)


class WarmUp(keras.callbacks.Callback):
    """The same for a rate that callbacks change, which Keras forbids for a schedule's: up to `rate` in `steps`."""

    def __init__(self, rate: float, steps: int) -> None:
        super().__init__()
        self._rate, self._steps = rate, steps

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Set the learning rate of this step, if it is in the warm-up."""
        step = int(self.model.optimizer.iterations)
        if step <= self._steps:
            self.model.optimizer.learning_rate = self._rate * step / self._steps


def learning_rate(settings: Training, *, steps: int) -> float | LearningRateSchedule:
    """Return the learning rate over a run of `steps`, as Keras' optimizers take it.

    For a plateau it is the rate at the start, which callbacks then lower.

    Raises:
        UserError: the run ends before its warm-up.
    """
    peak, warmup = settings.learning_rate, settings.warmup_steps
    if warmup >= steps:
        raise UserError(
            f"training.warmup_steps: {warmup}, but the run has {steps} steps in all; lower it or train longer"
        )
    if settings.schedule == "cosine":
        return CosineDecay(0.0, steps - warmup, warmup_target=peak, warmup_steps=warmup)
    rate = _drops(settings, steps) if settings.schedule == "step" else peak
    return WarmedUp(rate, warmup) if warmup and settings.schedule != "plateau" else rate


def _drops(settings: Training, steps: int) -> LearningRateSchedule:
    """Return the rate of the schedule `step`; the step that Keras calls a boundary is the last before a drop."""
    last = [round(part * steps) - 1 for part in settings.decay_at]
    rates = [settings.learning_rate * settings.decay_factor**drop for drop in range(len(last) + 1)]
    return PiecewiseConstantDecay(last, rates)
