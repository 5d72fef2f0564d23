"""Weights that a stage has trained, which a payload only names."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError


@contextmanager
def loading_weights(path: Path, *, key: str, command: str) -> Iterator[Path]:
    """Yield `path` to a block that loads it into the network of the entry at `key`.

    Raises:
        UserError: the file is missing, or does not fit the network; `command` makes it.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; this makes it: {command}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of what it skips before it gives up
            yield path
    except (OSError, ValueError, KeyError):  # Keras' own messages have many lines
        raise UserError(f"{path}: not the weights of {key} in params.yaml; this makes them: {command}") from None


def find_weights(data: bytes, *, family: str, paths: Iterable[Path], command: str) -> Path:
    """Return the one of the weight files at `paths` that a payload was made with.

    Raises:
        PayloadError: there is none, or the payload is damaged.
    """
    for path in paths:
        try:
            payload.unpack(data, family=family, model_id=payload.model_id(path.read_bytes()))
        except PayloadError:
            continue
        return path
    try:
        payload.unpack(data, family=family)
    except PayloadError as error:
        needed = str(error).partition(", given is none")
        if needed[1]:
            raise PayloadError(
                f"{needed[0]}, which models/{family} does not hold; fetch the weights that it was made with, or "
                f"make new ones and encode again: {command}"
            ) from None
        raise
    raise PayloadError(f"payload is of {family}, but names no model; encode it again")
