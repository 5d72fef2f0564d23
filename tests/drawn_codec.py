"""Weights of a small transform codec, drawn: near those that training begins with, none of them 0."""

import numpy as np

from recon.training import runtime

# isort: split
from recon.families.autoencoder.transform import network
from recon.families.autoencoder.transform.architecture import CodecArchitecture
from recon.families.autoencoder.transform.weights import CodecWeights, format_weights, read_weights
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork

ARCHITECTURE = CodecArchitecture(2, width=8, blocks=1, hidden=8, sharpening=4, prior=8, contexts=6)
LAMBDAS = (0.001, 0.01)
NAME = "transform_codec"  # in the zoo


def draw_content(seed: int = 0) -> bytes:
    """Return a file of weights."""
    random, drawn = np.random.default_rng(seed), network.draw_weights(ARCHITECTURE, np.array(LAMBDAS), seed)
    arrays = {name: values + random.normal(0, 0.003, values.shape) for name, values in drawn.items()}
    return format_weights(ARCHITECTURE, LAMBDAS, arrays)


def draw_weights(seed: int = 0) -> CodecWeights:
    """Return the weights in such a file."""
    return read_weights(draw_content(seed))


def add_to_zoo(content: bytes) -> ZooNetwork:
    """Add a file of weights to the zoo in the working folder."""
    row = {
        **{"purpose": "Codes.", "family": "autoencoder", "net": "transform", "channels": 3},
        "settings": {"lambdas": list(LAMBDAS)},
        **{"scores": {}, "recipe": "autoencoder-bsds500", "data": "bsds500", "license": "none"},
    }
    return zoo.add(content, **row, name=NAME)
