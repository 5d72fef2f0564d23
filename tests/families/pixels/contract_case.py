"""Pixel optimization, for the tests of all families: see tests/contracts/case.py."""

from case import Case
from recon.families.pixels.method import PixelCodec

CASES = {
    "pixels": Case(lambda folder, pixels: PixelCodec({20: pixels}), 20, lambda folder, channels: PixelCodec.decode)
}
GROUP = {
    "descent": {"optimizer": "sgd", "step_size": 0.5, "steps": 20, "shown_steps": [0]},
    "experiments": {"plane": {"subject": "plane", "descent": {"tolerance": 1}}},
}
USUAL = {"pixels": ("tolerance", "1")}
