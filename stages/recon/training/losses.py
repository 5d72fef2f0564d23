"""Losses: the mean of some function of the errors, in units of the family's value range."""

from collections.abc import Callable
from functools import partial

import keras

# Far below it the loss is quadratic in the error, far above it linear. In [0, 1] it is a quarter of a gray level.
CHARBONNIER_EPSILON = 1e-3
# Half the square up to here, a straight line beyond (Huber 1964). Keras' default of 1 is the largest error that
# pixels in [0, 1] can have, so the loss would be half the square everywhere.
HUBER_DELTA = 0.05


def charbonnier(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean of sqrt(error^2 + epsilon^2) over the last axis, as Keras' own losses do.

    Charbonnier et al., "Two deterministic half-quadratic regularization algorithms for computed imaging", ICIP
    1994; in the form of Lai et al., "Deep Laplacian pyramid networks for fast and accurate super-resolution", CVPR
    2017. About epsilon + error^2 / (2 epsilon) near zero, the absolute error far from it.
    """
    return keras.ops.mean(keras.ops.sqrt((y_true - y_pred) ** 2 + CHARBONNIER_EPSILON**2), axis=-1)


_OURS: dict[str, Callable] = {"charbonnier": charbonnier, "huber": partial(keras.losses.huber, delta=HUBER_DELTA)}


def switch_loss(first: str, last: str, *, steps_done: keras.Variable, at: int) -> Callable:
    """Return the loss `first`, and from the step `at` on `last`; `steps_done` counts the steps of the run."""
    losses = [keras.losses.get(get_loss(name)) for name in (first, last)]

    def loss(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        return keras.ops.where(steps_done < at, *(function(y_true, y_pred) for function in losses))

    return loss


def get_loss(name: str) -> str | Callable:
    """Return the loss `name` as `compile` takes it: mse, mae (Keras' own), charbonnier or huber."""
    return _OURS.get(name, name)
