"""What the zoo's index says of a restorer, read as params.yaml's settings of the same names are."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field

from recon.core.errors import UserError
from recon.data.params import Qualities
from recon.families.restoration.params import Inference
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.jpeg.degradation import Subsampling
from recon.jpeg.files import Encoder, Tables
from recon.settings.core import PATH, Section, parse
from recon.settings.networks import network_settings


class DrawnFiles(Section):
    """The kinds of JPEG files that a network was trained on, as in `augment`."""

    qualities: Qualities
    subsamplings: Annotated[list[Subsampling], Field(min_length=1)]
    encoders: Annotated[list[Encoder], Field(min_length=1)]
    tables: Annotated[list[Tables], Field(min_length=1)]


class ZooSettings(NamedTuple):
    """The settings of the network's `build`, how it is used, and what it was trained on."""

    network: dict[str, Any]
    inference: Inference
    augment: DrawnFiles


def read_settings(network: ZooNetwork) -> ZooSettings:
    """Return the settings of a row of the index; UserError names the wrong key, and the remedy."""
    name = network.name
    try:
        return ZooSettings(
            network_settings(network.net, network.settings, name),
            parse(Inference, network.inference, f"{name}.inference"),
            parse(DrawnFiles, network.augment, f"{name}.augment"),
        )
    except UserError as error:
        reason = str(error).removeprefix(f"{PATH}: ")
        raise UserError(f"{zoo.INDEX}: {reason}; this restores it: {zoo.RESTORE}") from None
