"""Weights of transform codecs, in models/zoo and in the folders of entries."""

from pathlib import Path

from recon.coding import payload
from recon.core.errors import UserError
from recon.families.autoencoder.params import FAMILY, MODELS
from recon.families.autoencoder.transform.params import NET, WEIGHTS
from recon.families.autoencoder.transform.weights import CodecWeights, read_weights
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork

USUAL = "transform_codec"  # of the zoo


def open_zoo(name: str = USUAL) -> CodecWeights:
    """Return the weights of the zoo called `name`; UserError where there are none, or they are damaged."""
    return _open_network(zoo.find_network(name, family=FAMILY))


def open_entry(name: str) -> CodecWeights:
    """Return the weights of an entry; UserError where its stage has not run, or they are damaged."""
    path, command = MODELS / name / WEIGHTS, f"dvc repro {FAMILY}@{name}"
    if not path.is_file():
        raise UserError(f"{path}: not there yet; this makes it: {command}")
    return _parse(path.read_bytes(), path, f"this makes it again: {command}")


def find_weights(data: bytes) -> CodecWeights | None:
    """Return the weights that a payload needs, of the zoo or of an entry; None: neither has them.

    Raises:
        PayloadError: the payload is damaged, or names no weights.
        UserError: the file of the weights is damaged.
    """
    needed = payload.model_id_of(data, family=FAMILY)
    if not needed:
        raise payload.PayloadError(f"payload is of {FAMILY}, but names no model; encode it again")
    for network in zoo.read_index().values():
        if (network.family, network.net) == (FAMILY, NET) and network.sha256.startswith(needed.hex()):
            return _open_network(network)
    for path in sorted(MODELS.glob(f"*/{WEIGHTS}")):
        if payload.model_id(path.read_bytes()) == needed:
            return open_entry(path.parent.name)
    return None


def _open_network(network: ZooNetwork) -> CodecWeights:
    return _parse(network.read_weights(), network.path, f"this restores it: {zoo.RESTORE}")


def _parse(content: bytes, path: Path, remedy: str) -> CodecWeights:
    try:
        return read_weights(content)
    except ValueError as error:
        raise UserError(f"{path}: damaged ({error}); {remedy}") from None
