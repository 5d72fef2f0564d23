"""fractal: blocks as images of other blocks, decoded from noise. The time to find them grows with side^4."""

from functools import cache

import numpy as np

from recon.families.fractal.method import FractalCodec
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {"fractal": (".rcn",)}
SETTINGS = {"tolerance": "fractal: RMSE in gray levels below which a block is not split"}
EXAMPLE = "photo.png --method fractal --bpp 0.5 -o photo.rcn"
_VALUES = scale(80, 0.5, per_octave=16)


class Rebuilder(Family):
    """Transforms of the picture's own blocks, coded as in the first run of an entry."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read how blocks are coded."""
        runs = self.group.entry(self.entry_name).runs
        self._fit, self._usual = runs[0].fit, middle([tolerance for run in runs for _, tolerance in run.points])

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the tolerance; blocks are matched once for all of them."""
        codec = cache(lambda: FractalCodec(pixels, self._fit))
        return Dial("tolerance", _VALUES, self._usual, pixels, lambda value: codec().encode(value))

    def decode(self, data: bytes) -> np.ndarray:
        """Return the fixed point."""
        return FractalCodec.decode(data)
