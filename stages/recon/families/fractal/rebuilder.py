"""fractal: blocks as images of other blocks, decoded from noise. The time to find them grows with side^4."""

from functools import cache

import numpy as np

from recon.core.errors import UserError
from recon.core.images import MIN_SIDE
from recon.families.fractal.method import FractalCodec
from recon.families.fractal.params import FAMILY
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {"fractal": (".rcn",)}
SETTINGS = {"tolerance": "fractal: RMSE in gray levels below which a block is not split"}
EXAMPLE = "photo.png --method fractal --bpp 0.5 -o photo.rcn"
_VALUES = scale(80, 0.5, per_octave=16)
_SECONDS = 4e-9  # for a pair of pixel and domain, all sides of blocks together


class Rebuilder(Family):
    """Transforms of the picture's own blocks, coded as in the first run of an entry."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read how blocks are coded."""
        self._entry = self.group.entry(self.entry_name)
        runs = self._entry.runs
        self._fit, self._usual = runs[0].fit, middle([tolerance for run in runs for _, tolerance in run.points])

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the tolerance; blocks are matched once for all of them."""
        least = min(pixels.shape[:2])
        if least < self._fit.largest:
            own = "largest" in self._entry.experiment.coding
            key = f"{self._entry.key if own else FAMILY}.coding.largest"
            raise UserError(f"a side of {least} pixels is smaller than a block; try -S {key}={MIN_SIDE}")
        codec = cache(lambda: FractalCodec(pixels, self._fit))
        return Dial("tolerance", _VALUES, self._usual, pixels, lambda value: codec().encode(value))

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float:
        """Return the time of matching the blocks, which is the same at any `value`."""
        pixels = shape[0] * shape[1]
        return _SECONDS * pixels * pixels / self._fit.domain_step**2

    def decode(self, data: bytes) -> np.ndarray:
        """Return the fixed point."""
        return FractalCodec.decode(data)
