"""Weights that a stage has trained, which a payload does not carry."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError


@contextmanager
def weights_at(path: Path, *, key: str, command: str) -> Iterator[Path]:
    """Yield `path` to a block that loads it into the network of the entry at `key`.

    Raises:
        UserError: there is no such file, or it does not fit; `command` makes it.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; this makes it: {command}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Keras skips before it gives up
            yield path
    except (OSError, ValueError, KeyError):  # Keras' complaints have many lines
        raise UserError(f"{path}: not the weights of {key} in params.yaml; this makes them: {command}") from None


def made_with(data: bytes, *, family: str, paths: Iterable[Path], command: str) -> Path:
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
        wanted = str(error).partition(", given is none")
        if wanted[1]:
            raise PayloadError(
                f"{wanted[0]}, which models/{family} does not hold; fetch the weights that it was made with, or "
                f"make new ones and encode again: {command}"
            ) from None
        raise
    raise PayloadError(f"payload is of {family}, but names no model; encode it again")
