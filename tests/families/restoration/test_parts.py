"""A network as deep as those of the zoo on a picture in parts: 24 convolutions of 3x3 at half the resolution."""

from recon.training import runtime

# isort: split
import numpy as np
import pytest

from case import draw_weights
from recon.families.restoration import method
from recon.families.restoration.method import Restorer
from recon.families.shared import parts
from recon.jpeg.conditions import COUNTS
from recon.jpeg.degradation import jpeg_encode

SETTINGS = {"width": 4, "conditioned": True, "block_bias": True}


def draw_restorer(blocks):
    """Return a restorer whose 2 `blocks` + 2 convolutions each look 2 pixels around a pixel."""
    model = method.build("space_to_depth", SETTINGS | {"blocks": blocks}, channels=3)
    return Restorer(draw_weights(model, stddev=0.2), "unit")


def test_parts_of_a_picture_are_those_of_the_whole_to_one_gray_level(monkeypatch):
    """Convolutions of other sizes add up in another order, and 8 bits round that away or up."""
    i, j, c = np.ogrid[:200, :330, :3]
    noise = np.random.default_rng(0).normal(0, 20, (200, 330, 3))
    pixels = np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)
    restorer, content = draw_restorer(11), jpeg_encode(pixels, quality=10)
    whole = restorer.decode(content)
    monkeypatch.setattr(parts, "SIDE", 80)
    assert np.abs(restorer.decode(content).astype(int) - whole).max() <= 1


@pytest.mark.parametrize(("margin", "seams"), [(parts.MARGIN, False), (48, False), (16, True)])
def test_the_margin_is_beyond_its_reach(margin, seams, monkeypatch):
    """That is 48 pixels; beyond a smaller margin there are some that count."""
    monkeypatch.setattr(parts, "MARGIN", margin)
    restorer, conditions = draw_restorer(11), np.full(COUNTS[3], 0.7, np.float32)
    assert (parts.measure_seams(lambda part: restorer.transform(part, conditions), 3) > 1) == seams
