"""Refining the symbols of a picture."""

from recon.training import runtime

# isort: split
import numpy as np

from drawn_codec import draw_weights
from pictures import picture
from recon.families.autoencoder.transform.method import TransformCodec

WEIGHTS, PIXELS, LMBDA = draw_weights(), picture(37, 52, 3), 0.001


def refine(steps):
    return TransformCodec(WEIGHTS, PIXELS, refine=steps, seed=1).encode(LMBDA)


def measure(payload):
    """Return the cost of a file."""
    error = np.mean((TransformCodec(WEIGHTS, PIXELS).decode(payload) / 255 - PIXELS / 255) ** 2)
    return error + LMBDA * 8 * len(payload) / PIXELS[..., 0].size


def test_steps_lower_the_cost_of_the_file_and_equal_seeds_give_equal_files():
    refined = refine(40)
    assert measure(refined) < measure(refine(0))
    assert refine(40) == refined
