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
from recon.core.errors import UserError

HALF = np.dtype(np.float16)
_BEYOND_HALF = 65520  # rounds to infinity


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


def load_weights(model: keras.Model, source: Path | bytes) -> None:
    """Load what `save_weights` or `save_rounded` wrote of such a model: a file, or its content.

    Keras believes a file: a small one may hold a compressed array that fills the memory, or point at other files.
    So each array is compared with the model's own before it is read, and the bytes that were checked are loaded.

    Raises:
        ValueError, OSError: the file is not of such a model, or not HDF5.
    """
    content = source if isinstance(source, bytes) else source.read_bytes()
    with h5py.File(BytesIO(content)) as file, h5py.File(BytesIO(to_bytes(model))) as expected:
        expected.visititems(
            lambda name, node: _check_array(file, name, node) if isinstance(node, h5py.Dataset) else None
        )
    store = saving_lib.H5IOStore(BytesIO(content), mode="r")
    saving_lib._load_state(model, weights_store=store, assets_store=None, inner_path="", visited_saveables=set())
    store.close()


def _check_array(file: h5py.File, name: str, expected: h5py.Dataset) -> None:
    """Raise ValueError unless the file itself holds an array like `expected` under `name`, as it is or rounded."""
    node: object = file
    for part in name.split("/"):
        if not (isinstance(node, h5py.Group) and isinstance(node.get(part, getlink=True), h5py.HardLink)):
            raise ValueError(f"no array {name}")
        node = node[part]
    is_plain = isinstance(node, h5py.Dataset) and node.chunks is None and not (node.external or node.is_virtual)
    types = (expected.dtype, HALF) if expected.dtype == np.float32 else (expected.dtype,)
    if not is_plain or node.shape != expected.shape or node.dtype not in types:
        raise ValueError(f"array {name} is not of {expected.shape} plain {expected.dtype}")


def save_network(model: keras.Model, path: Path) -> None:
    """Write the weights alone, without the state of the optimizer."""
    with _without_optimizer(model):
        save_weights(model, path)


def save_rounded(model: keras.Model, path: Path) -> None:
    """Round the weights to float16, let the model hold them so, and write them alone, in half the bytes.

    Raises:
        UserError: a weight is beyond the range of float16.
    """
    with _without_optimizer(model):
        try:
            halved = _halve(to_bytes(model))
        except ValueError as error:
            raise UserError(
                f"{path}: {error}; train with `half_precision: false`, or a smaller learning_rate"
            ) from None
        load_weights(model, halved)
    files.write_bytes(path, halved)


@contextmanager
def _without_optimizer(model: keras.Model) -> Iterator[None]:
    """Let `model` have no optimizer within the block."""
    optimizer, model.optimizer = getattr(model, "optimizer", None), None
    try:
        yield
    finally:
        model.optimizer = optimizer


def _halve(content: bytes) -> bytes:
    """Return a file of weights with its float32 arrays as float16, rounded to nearest."""
    memory = BytesIO()
    with h5py.File(BytesIO(content)) as whole, h5py.File(memory, "w") as halved:

        def copy(name: str, node: h5py.Group | h5py.Dataset) -> None:
            is_array = isinstance(node, h5py.Dataset)
            target = halved.create_dataset(name, data=_round(node)) if is_array else halved.require_group(name)
            target.attrs.update(node.attrs)

        whole.visititems(copy)
    return memory.getvalue()


def _round(array: h5py.Dataset) -> np.ndarray:
    """Return float32 values as float16, others as they are."""
    values = array[()]
    if values.dtype != np.float32:
        return values
    if np.abs(values).max(initial=0) >= _BEYOND_HALF:
        raise ValueError(f"array {array.name.removeprefix('/')} has values beyond the range of float16")
    return values.astype(HALF)


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
