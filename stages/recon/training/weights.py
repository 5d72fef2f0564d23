"""Saving weights, and replacing them for a while: by the moving averages, or the best so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import h5py
import keras
import numpy as np
from keras.src.saving import saving_lib

from recon.core import files


class _InMemory(saving_lib.H5IOStore):
    """Keras' store of weights as a file in memory, since HDF5 crashes the process where a disk is full."""

    def _get_h5_file(self, path_or_io: BytesIO, mode: str | None = None) -> h5py.File:
        return h5py.File("weights", "w", driver="core", backing_store=False)


def to_bytes(model: keras.Model) -> bytes:
    """Return what `model.save_weights` writes: the weights, and the optimizer's state if there is one, as HDF5.

    It holds no date: equal weights give equal bytes.
    """
    store = _InMemory(BytesIO(), mode="w")
    # What `save_weights` calls, which itself takes nothing but a path.
    saving_lib._save_state(model, weights_store=store, assets_store=None, inner_path="", visited_saveables=set())
    store.h5_file.flush()
    content = store.h5_file.id.get_file_image()
    store.close()
    return content


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights, and the optimizer's state if there is one, whole or not at all."""
    files.write_bytes(path, to_bytes(model))


def load_weights(model: keras.Model, path: Path) -> None:
    """Load what `save_weights` wrote of such a model.

    Keras believes a file: a small one may hold a compressed array that fills the memory, or point at other files.
    So each array is compared with the model's own before it is read.

    Raises:
        ValueError, OSError: the file is not of such a model, or not HDF5.
    """
    with h5py.File(path) as file, h5py.File(BytesIO(to_bytes(model))) as own:
        own.visititems(
            lambda name, node: _check_array(file, name, node) if isinstance(node, h5py.Dataset) else None
        )
    model.load_weights(path)


def _check_array(file: h5py.File, name: str, own: h5py.Dataset) -> None:
    """Raise ValueError unless the file itself holds an array like `own` under `name`, as it is."""
    node: object = file
    for part in name.split("/"):
        if not (isinstance(node, h5py.Group) and isinstance(node.get(part, getlink=True), h5py.HardLink)):
            raise ValueError(f"no array {name}")
        node = node[part]
    is_plain = isinstance(node, h5py.Dataset) and node.chunks is None and not (node.external or node.is_virtual)
    if not is_plain or (node.shape, node.dtype) != (own.shape, own.dtype):
        raise ValueError(f"array {name} is not of {own.shape} plain {own.dtype}")


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
