"""Shared starts: weights from which those of many images are coded as differences.

The file of a start has a magic "RCS", a version, the channels, the packed architecture, and all weights as
little-endian float32. Its name is its id, the first bytes of its SHA-256, which is in the header of each payload
that needs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.overfitted.architecture import Architecture, Parameters

_HEADER = b"RCS\x01"


@dataclass(frozen=True)
class Start:
    """A shared start and its id."""

    parameters: Parameters
    model_id: bytes

    @classmethod
    def of(cls, parameters: Parameters) -> "Start":
        """Return the start that a file of these weights holds, which has them in float32."""
        return read_start(format_start(parameters))


def format_start(parameters: Parameters) -> bytes:
    """Return the content of a start's file."""
    architecture = parameters.architecture
    header = _HEADER + bytes([architecture.channels]) + architecture.pack()
    return header + parameters.flat().astype("<f4").tobytes()


def read_start(content: bytes) -> Start:
    """Return the start in a file's content; ValueError where it is none."""
    if content[: len(_HEADER)] != _HEADER or len(content) == len(_HEADER):
        raise ValueError("not the file of a shared start")
    channels, rest = content[len(_HEADER)], content[len(_HEADER) + 1 :]
    architecture, weights = Architecture.unpack(rest, channels)
    if len(weights) != 4 * architecture.num_params:
        raise ValueError(f"{len(weights)} bytes of weights for {architecture}")
    flat = np.frombuffer(weights, "<f4").astype(np.float64)
    return Start(Parameters.from_flat(architecture, flat), payload.model_id(content))


def file_name(model_id: bytes) -> str:
    """Return the name of a start's file."""
    return f"{model_id.hex()}.start"


def find_start(data: bytes, *, family: str, folders: Iterable[Path]) -> Start | None:
    """Return the start that a payload needs, from the first of the folders that has it; None: it needs none.

    Raises:
        PayloadError: it is in none of them, or the payload is damaged.
        UserError: its file is damaged.
    """
    if not (needed := payload.model_id_of(data, family=family)):
        return None
    places = [folder / file_name(needed) for folder in folders]
    for path in places:
        if path.is_file():
            return _read_file(path, needed)
    raise PayloadError(
        f"payload needs the shared start {file_name(needed)}, which is not in "
        f"{' or '.join(str(path.parent) for path in places)}; fetch it from where the payload was made"
    )


def _read_file(path: Path, model_id: bytes) -> Start:
    content = path.read_bytes()
    try:
        if payload.model_id(content) != model_id:
            raise ValueError("its content is not that of its name")
        return read_start(content)
    except ValueError as error:
        raise UserError(f"{path}: damaged ({error}); fetch it again") from None
