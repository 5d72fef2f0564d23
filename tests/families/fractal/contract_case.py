"""Fractals, for the tests of all families: see tests/contracts/case.py."""

from case import Case
from recon.families.fractal.method import FractalCodec
from recon.families.fractal.params import BlockFit

_CODING = {
    **{"largest": 8, "smallest": 4, "domain_step": 4, "max_contrast": 0.9, "contrast_steps": 7},
    **{"brightness_step": 4, "tolerance": 8, "chroma_tolerance": 0.5},
}


def _case(**settings: int) -> Case:
    fit = BlockFit(**_CODING | settings)
    return Case(lambda folder, pixels: FractalCodec(pixels, fit), 6, lambda folder, channels: FractalCodec.decode)


CASES = {"fractal_fixed": _case(largest=4), "fractal_quadtree": _case(largest=8, smallest=2)}
GROUP = {
    "coding": _CODING,
    "experiments": {
        "plane": {"subject": "plane", "points": {"tolerance": [4, 8, 16]}},
        "coarse": {"subject": "plane", "coding": {"largest": 16}},
    },
}
USUAL = {"fractal": ("tolerance", "8")}
