"""Shared starts: weights from which those of many images are coded as differences.

The file of a start has a magic "RCS", a version, the channels, the packed architecture, and as little-endian
float32 all weights of the networks and, for encoders, those of the initial latents. Its name has its id, the first
bytes of its SHA-256, which is in the header of each payload that needs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.initial_latents import LatentRegression

_HEADER = b"RCS\x01"


@dataclass(frozen=True)
class Start:
    """A shared start and its id.

    Attributes:
        parameters: the weights of the networks.
        regression: that gives the initial latents; None: they are 0.
        model_id: the id.
    """

    parameters: Parameters
    regression: LatentRegression | None
    model_id: bytes

    @classmethod
    def of(cls, parameters: Parameters, regression: LatentRegression | None = None) -> "Start":
        """Return the start that a file of these weights holds, which has them in float32."""
        return read_start(format_start(parameters, regression))


def format_start(parameters: Parameters, regression: LatentRegression | None = None) -> bytes:
    """Return the content of a start's file."""
    architecture = parameters.architecture
    weights = [parameters.flat()] if regression is None else [parameters.flat(), regression.weights.ravel()]
    header = _HEADER + bytes([architecture.channels]) + architecture.pack()
    return header + np.concatenate(weights).astype("<f4").tobytes()


def read_start(content: bytes) -> Start:
    """Return the start in a file's content; ValueError where it is none."""
    if content[: len(_HEADER)] != _HEADER or len(content) == len(_HEADER):
        raise ValueError("not the file of a shared start")
    channels, rest = content[len(_HEADER)], content[len(_HEADER) + 1 :]
    architecture, weights = Architecture.unpack(rest, channels)
    if len(weights) % 4:
        raise ValueError(f"{len(weights)} bytes of weights")
    networks, rest = np.split(np.frombuffer(weights, "<f4"), [architecture.num_params])
    regression = LatentRegression.from_flat(architecture.levels, channels, rest) if rest.size else None
    return Start(Parameters.from_flat(architecture, networks), regression, payload.model_id(content))


def file_name(model_id: bytes) -> str:
    """Return the name of a start's file."""
    return f"overfitted-{model_id.hex()}.start"


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
