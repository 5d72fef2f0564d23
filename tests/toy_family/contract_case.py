"""Singular values, for the tests of all families: see tests/contracts/case.py."""

from case import Case
from recon.families.svd.method import SvdCodec

CASES = {"svd": Case(lambda folder, pixels: SvdCodec(pixels), 4, lambda folder, channels: SvdCodec(None).decode)}
GROUP = {"experiments": {"plane": {"subject": "plane", "points": {"rank": [1, 4]}}}}
USUAL = {"svd": ("rank", "16")}
