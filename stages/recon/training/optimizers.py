"""Keras' optimizers, built from the settings."""

import keras

from recon.settings.training import Training
from recon.training import schedules
from recon.training.muon import KernelMuon


def build(settings: Training, *, steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer for a run of `steps`.

    Raises:
        UserError: the run ends before its warm-up.
    """
    shared = {
        "learning_rate": schedules.learning_rate(settings, steps=steps),
        "global_clipnorm": settings.clip_norm,
        "use_ema": settings.ema_momentum is not None,
        "ema_momentum": settings.ema_momentum or 0.0,
    }
    if settings.optimizer == "sgd":
        return keras.optimizers.SGD(momentum=settings.momentum, **shared)
    if settings.optimizer == "adamw":
        return keras.optimizers.AdamW(beta_2=settings.beta_2, weight_decay=settings.weight_decay, **shared)
    if settings.optimizer == "muon":
        return KernelMuon(adam_beta_2=settings.beta_2, weight_decay=None, adam_weight_decay=None, **shared)
    return keras.optimizers.Adam(beta_2=settings.beta_2, **shared)
