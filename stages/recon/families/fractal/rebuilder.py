"""fractal: blocks as images of other blocks, decoded from noise. The time to find them grows with side^4."""

from functools import cache

import numpy as np
from tqdm import tqdm

from recon.families.fractal import method
from recon.families.fractal.blocks import domain_grid, padded
from recon.families.fractal.method import Searched
from recon.families.fractal.params import Coding, check_sides, points_of
from recon.families.fractal.planes import to_planes
from recon.families.fractal.search import Matches, search
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {"fractal": (".rcn",)}
SETTINGS = {"tolerance": "fractal: RMSE in gray levels below which a block is not split"}
_VALUES = scale(80, 0.5, per_octave=16)


class Rebuilder(Family):
    """Transforms of the picture's own blocks."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read how blocks are coded: as at the first point of the entry's sweep."""
        points = [point.settings for point in points_of(self.params, self.entry)]
        self._fit, self._usual = points[0], middle([fit.tolerance for fit in points])

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the tolerance; blocks are matched once for all of them."""
        fit = self._fit
        image = cache(lambda: searched(pixels, fit.coding))
        return Dial(
            "tolerance",
            _VALUES,
            self._usual,
            pixels,
            lambda value: method.encode(image(), tolerance=value, chroma_tolerance=fit.chroma_tolerance),
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return the fixed point."""
        return method.decode(data)


def searched(pixels: np.ndarray, coding: Coding) -> Searched:
    """Return what `method.searched` does, and show the time left: sides of blocks one by one.

    Raises:
        UserError: the image is smaller than a block.
    """
    check_sides(coding, *pixels.shape[:2])
    planes = [[padded(plane, coding.largest) for plane in part] for part in to_planes(pixels)]
    total = sum(_products(plane.shape, side, coding) for part in planes for plane in part for side in coding.sides)
    bar_format = "{desc}: {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"
    with tqdm(total=total, desc="matching blocks", bar_format=bar_format, ascii=True) as bar:

        def of_side(plane: np.ndarray, side: int) -> list[Matches]:
            matches = search(plane, coding.model_copy(update={"largest": side, "smallest": side}))
            bar.update(_products(plane.shape, side, coding))
            return matches

        matched = [
            [(plane.shape, [match for side in coding.sides for match in of_side(plane, side)]) for plane in part]
            for part in planes
        ]
    return Searched(*pixels.shape, coding, matched)


def _products(shape: tuple[int, int], side: int, coding: Coding) -> int:
    """Return the multiplications that matching blocks of one side takes, but for the factor of the turns."""
    rows, columns = domain_grid(shape, side, coding.domain_step)
    return shape[0] * shape[1] * rows * columns
