"""Weights that a stage has trained, which a payload only names."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError

_LARGEST = 1e6  # of a weight; no training that has not diverged gives one


@contextmanager
def loading_weights(
    path: Path, *, key: str, command: str, listed_in: str | Path = "params.yaml", action: str = "makes"
) -> Iterator[Path]:
    """Yield `path` to a block that loads it into the network at `key` of `listed_in`.

    Raises:
        UserError: the file is missing, damaged, or does not fit the network. The message says that `command` makes
            it, or whatever else `action` says of the command.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; this {action} it: {command}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of what it skips before it gives up
            yield path
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        # What Keras and h5py raise on a damaged file, in messages of many lines.
        raise UserError(
            f"{path}: not the weights of {key} in {listed_in}; this {action} them: {command}"
        ) from None


def check_weights(arrays: Iterable[np.ndarray]) -> None:
    """Raise ValueError where weights are no numbers, or so large that a network of them gives none."""
    if not all((np.abs(values) <= _LARGEST).all() for values in arrays):  # refuses NaN too
        raise ValueError(f"weights that are no numbers, or beyond {_LARGEST:g}")


def find_weights(data: bytes, *, family: str, paths: Iterable[Path], command: str) -> Path:
    """Return the one of the weight files at `paths` that a payload was made with.

    Raises:
        PayloadError: there is none, or the payload is damaged.
    """
    if not (needed := payload.model_id_of(data, family=family)):
        raise PayloadError(f"payload is of {family}, but names no model; encode it again")
    for path in paths:
        if payload.model_id(path.read_bytes()) == needed:
            return path
    raise PayloadError(
        f"payload needs model {needed.hex()}, which models/{family} does not hold; fetch the weights that it was "
        f"made with, or make new ones and encode again: {command}"
    )
