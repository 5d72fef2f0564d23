"""Losses: the mean of some function of the errors, in units of the family's value range."""

from collections.abc import Callable
from functools import partial

import keras

# Far below it the loss is quadratic in the error, far above it linear. It is a quarter of a gray level in [0, 1],
# half that in [-1, 1].
CHARBONNIER_EPSILON = 1e-3
# Half the square up to here, a straight line beyond (Huber 1964). Keras' default of 1 is the largest error that
# pixels in [0, 1] can have, so the loss would be half the square everywhere.
HUBER_DELTA = 0.05
# Under the root, so that a perfect answer has a gradient. In [0, 1] its root is a twelfth of a gray level.
RMSE_EPSILON = 1e-7


def charbonnier(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean of sqrt(error^2 + epsilon^2) over the last axis, as Keras' own losses do.

    Charbonnier et al., "Two deterministic half-quadratic regularization algorithms for computed imaging", ICIP
    1994; in the form of Lai et al., "Deep Laplacian pyramid networks for fast and accurate super-resolution", CVPR
    2017. About epsilon + error^2 / (2 epsilon) near zero, the absolute error far from it.
    """
    return keras.ops.mean(keras.ops.sqrt((y_true - y_pred) ** 2 + CHARBONNIER_EPSILON**2), axis=-1)


def rmse(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Return the root mean squared error of each item of the batch, (batch,): of an image, or of one place.

    Its gradient weighs items alike, whereas that of the squared error follows the hardest ones. PSNR is the
    logarithm of it, so that over images this is closer to the mean of PSNRs.
    """
    axes = tuple(range(1, len(y_pred.shape)))
    return keras.ops.sqrt(keras.ops.mean((y_true - y_pred) ** 2, axis=axes) + RMSE_EPSILON)


_OURS: dict[str, Callable] = {
    "charbonnier": charbonnier,
    "huber": partial(keras.losses.huber, delta=HUBER_DELTA),
    "rmse": rmse,
}


def get_loss(name: str) -> str | Callable:
    """Return the loss `name` as `compile` takes it: mse, mae (Keras' own), charbonnier, huber or rmse."""
    return _OURS.get(name, name)
