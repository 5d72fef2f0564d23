"""Saving weights, and replacing them for a while: by the moving averages, or the best so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from recon.core import files


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights, and the optimizer's state if there is one, as HDF5.

    It holds no date: equal weights give equal bytes.
    """
    with files.atomic_path(path) as temporary:  # whose suffix must be .h5 for Keras
        model.save_weights(temporary)


def save_network(model: keras.Model, path: Path) -> None:
    """Write the weights alone, without the state of the optimizer."""
    optimizer, model.optimizer = model.optimizer, None
    try:
        save_weights(model, path)
    finally:
        model.optimizer = optimizer


@contextmanager
def holding(model: keras.Model, weights: list[np.ndarray]) -> Iterator[None]:
    """Let `model` hold `weights` (as `get_weights` gives them) within the block."""
    before = model.get_weights()
    model.set_weights(weights)
    try:
        yield
    finally:
        model.set_weights(before)


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Let `model` hold the optimizer's moving averages within the block, if it has any.

    Before the first step the averages are zeros, and the weights stay. (Keras' SwapEMAWeights exchanges both by
    additions, whose rounding changes the weights at each exchange.)
    """
    if not (model.optimizer.use_ema and int(model.optimizer.iterations)):
        yield
        return
    with holding(model, model.get_weights()):
        model.optimizer.finalize_variable_values(model.trainable_variables)
        yield
