"""Refining the symbols of a picture."""

from recon.training import runtime

# isort: split
import numpy as np
import pytest

from drawn_codec import draw_weights
from pictures import picture
from recon.families.autoencoder.transform.method import TransformCodec

WEIGHTS, PIXELS = draw_weights(), picture(37, 52, 3)


def measure(refine, lmbda=0.001, seed=0):
    """Return the payload, and its cost."""
    codec = TransformCodec(WEIGHTS, PIXELS, refine=refine, seed=seed)
    payload = codec.encode(lmbda)
    error = np.mean((codec.decode(payload) / 255 - PIXELS / 255) ** 2)
    return payload, error + lmbda * 8 * len(payload) / PIXELS[..., 0].size


@pytest.mark.parametrize("lmbda", [0.001, 0.003])
def test_each_further_step_lowers_the_cost_of_the_file(lmbda):
    costs = [measure(refine, lmbda)[1] for refine in (0, 20, 100)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < 0.95 * costs[0]


def test_equal_seeds_give_equal_files():
    assert measure(20)[0] == measure(20)[0]
    assert measure(20)[0] != measure(20, seed=1)[0]
