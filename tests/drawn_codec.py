"""Weights of a small transform codec, drawn: near the cosine transform, none of them 0."""

import numpy as np

from recon.families.autoencoder.transform.architecture import CodecArchitecture, make_transform
from recon.families.autoencoder.transform.weights import CodecWeights, format_weights, read_weights

ARCHITECTURE = CodecArchitecture(2, width=8, blocks=1, hidden=8, sharpening=4, prior=8, contexts=6)
LAMBDAS = (0.001, 0.01)


def draw_content(seed: int = 0) -> bytes:
    """Return a file of weights."""
    random, matrix = np.random.default_rng(seed), make_transform()[np.newaxis, np.newaxis]
    arrays = {name: random.normal(0, 0.01, shape) for name, shape in ARCHITECTURE.shapes.items()}
    arrays["analysis_matrix"] += matrix.swapaxes(2, 3)
    arrays["synthesis_matrix"] += matrix
    arrays["log_steps"] += np.log([[0.1], [0.4]])
    return format_weights(ARCHITECTURE, LAMBDAS, arrays)


def draw_weights(seed: int = 0) -> CodecWeights:
    """Return the weights in such a file."""
    return read_weights(draw_content(seed))
