"""Shared starts: weights from which those of many images are coded as differences.

The file of a start has a magic "RCS", a version, the channels, the packed architecture, and as little-endian
float32 all weights of the networks and, for encoders, those of the initial latents and their lambda. Its id, the
first bytes of its SHA-256, is in the header of each payload that needs it. Starts lie in models/zoo/, where the
index has their SHA-256, and in models/overfitted_start/, where the stage `overfitted_start` names its own by the
id.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.initial_latents import LatentRegression
from recon.families.overfitted.params import FAMILY, STARTS, TRAINED
from recon.families.shared import zoo

USUAL = "overfitted_start"  # of the zoo
COMMAND = "dvc repro overfitted_start"
_HEADER = b"RCS\x02"


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

    def keep_levels(self, levels: tuple[int, ...]) -> "Start":
        """Return it for some of its latent grids, with its id; ValueError where one is not among them."""
        parameters = self.parameters.keep_levels(levels)
        return replace(
            self, parameters=parameters, regression=self.regression and self.regression.keep_levels(levels)
        )


def format_start(parameters: Parameters, regression: LatentRegression | None = None) -> bytes:
    """Return the content of a start's file."""
    architecture = parameters.architecture
    weights = [parameters.flat()] if regression is None else [parameters.flat(), regression.flat()]
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


def open_start(name: str | None) -> Start | None:
    """Return the start that an entry names: `trained` (by the stage), one of the zoo, or None.

    Raises:
        UserError: there is no such start, or its file is missing or damaged.
    """
    if name is None:
        return None
    if name == TRAINED:
        return _read_trained()
    network = zoo.find_network(name, family=FAMILY)
    return _parse(network.read_weights(), network.path, f"this restores it: {zoo.RESTORE}")


def find_start(data: bytes) -> Start | None:
    """Return the start that a payload needs, of the zoo or the stage; None: it needs none.

    Raises:
        PayloadError: neither has it, or the payload is damaged.
        UserError: its file is damaged.
    """
    if not (needed := payload.model_id_of(data, family=FAMILY)):
        return None
    for network in zoo.read_index().values():
        if network.family == FAMILY and network.sha256.startswith(needed.hex()):
            return open_start(network.name)
    path = STARTS / file_name(needed)
    if path.is_file():
        return _read_file(path)
    raise PayloadError(
        f"payload needs the shared start {path}, which is not there, nor in {zoo.ZOO}; fetch it from where the "
        f"payload was made, or make a new one and encode again: {COMMAND}"
    )


def _read_trained() -> Start:
    """Return the start of the stage; UserError where it is missing or damaged."""
    if not (paths := sorted(STARTS.glob("overfitted-*.start"))):
        raise UserError(f"{STARTS}: no shared start there yet; this makes it: {COMMAND}")
    return _read_file(paths[0])


def _read_file(path: Path) -> Start:
    """Return the start in a file whose name has its id; UserError where it is damaged."""
    content, remedy = path.read_bytes(), f"fetch it again, or make a new one: {COMMAND}"
    if file_name(payload.model_id(content)) != path.name:
        raise UserError(f"{path}: damaged (its content is not that of its name); {remedy}")
    return _parse(content, path, remedy)


def _parse(content: bytes, path: Path, remedy: str) -> Start:
    try:
        return read_start(content)
    except ValueError as error:
        raise UserError(f"{path}: damaged ({error}); {remedy}") from None
