import numpy as np
import pytest

from recon.training import runtime

# isort: split
import keras

from recon.coding.payload import PayloadError
from recon.families.autoencoder.method import TrainedAutoencoder


def test_a_latent_that_the_network_turns_into_no_numbers_is_refused():
    latent, image = keras.Input((None, None, 1)), keras.Input((None, None, 1))
    synthesis = keras.Model(latent, keras.layers.Rescaling(float("nan"))(latent), name="synthesis")
    analysis = keras.Model(image, keras.layers.Conv2D(1, 1)(image), name="analysis")
    network = TrainedAutoencoder(keras.Model(image, synthesis(analysis(image))), "unit", b"12345678")
    payload = network.encode(np.zeros((19, 27, 1), np.uint8), q_step=0.1)
    with pytest.raises(PayloadError, match="no numbers"):
        network.decode(payload)
