"""Restorers of the zoo, ready to use."""

import keras

from recon.families.restoration import method
from recon.families.restoration.zoo_settings import read_settings
from recon.families.shared import trained, zoo
from recon.families.shared.zoo import ZooNetwork
from recon.training import weights


def load(network: ZooNetwork) -> keras.Model:
    """Return a network of the zoo with its weights.

    Raises:
        UserError: its row or its file is wrong, or the file is missing or does not fit the network.
    """
    content = network.read_weights()
    model = method.build(network.net, read_settings(network).network, channels=network.channels)
    wording = {"key": f"`{network.name}`", "listed_in": zoo.INDEX, "action": "restores", "command": zoo.RESTORE}
    with trained.loading_weights(network.path, **wording):
        weights.load_weights(model, content)
        trained.check_weights(model.get_weights())
    return model
