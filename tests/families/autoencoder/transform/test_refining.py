"""Refining the symbols of a picture."""

from recon.training import runtime

# isort: split
from functools import cache

import numpy as np

from drawn_codec import draw_weights
from pictures import picture
from recon.families.autoencoder.transform.method import TransformCodec

WEIGHTS, PIXELS, LMBDA = draw_weights(), picture(37, 52, 3), 0.001


@cache
def refine(steps, seed=0):
    return TransformCodec(WEIGHTS, PIXELS, refine=steps, seed=seed).encode(LMBDA)


def measure(payload):
    """Return the cost of a file."""
    error = np.mean((TransformCodec(WEIGHTS, PIXELS).decode(payload) / 255 - PIXELS / 255) ** 2)
    return error + LMBDA * 8 * len(payload) / PIXELS[..., 0].size


def test_each_further_step_lowers_the_cost_of_the_file():
    costs = [measure(refine(steps)) for steps in (0, 20, 60)]
    assert costs[0] > costs[1] > costs[2]


def test_equal_seeds_give_equal_files():
    assert refine.__wrapped__(20) == refine(20)
    assert refine(20, seed=1) != refine(20)
