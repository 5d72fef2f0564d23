"""Fractal compression: a partitioned iterated function system, whose transforms are the payload.

    pixels --planes--> each range block ~ contrast * (domain block - 128) + brightness --bits--> payload
    noise --the same contraction, pass after pass--> pixels

Jacquin, "Image coding based on a fractal theory of iterated contractive image transformations", IEEE Transactions
on Image Processing 1, 1992; Fisher (ed.), "Fractal Image Compression", Springer 1995. The body of a payload is
described in `recon.families.fractal.symbols`.
"""

import numpy as np
from tqdm import tqdm

from recon.families.fractal import symbols
from recon.families.fractal.attractor import Contraction, draw_noise, find_attractor
from recon.families.fractal.blocks import pad_plane
from recon.families.fractal.params import BlockFit, check_sides
from recon.families.fractal.planes import from_planes, to_planes
from recon.families.fractal.quadtree import Transforms, choose_blocks
from recon.families.fractal.search import BlockSearch, Matches
from recon.families.shared.codec import Codec

_SEED = 0  # of the noise that decoding starts from: any leads to the same picture, this one to the same bits

_BAR = "{desc}: {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"

Plane = tuple[tuple[int, int], list[Matches]]  # shape, and the matches of each side of blocks


class FractalCodec(Codec):
    """One picture with the matches of its blocks: any tolerance is encoded from them."""

    def __init__(self, pixels: np.ndarray, fit: BlockFit) -> None:
        """Match the blocks of uint8 `pixels` (rows, columns, 1 or 3), by far the larger part of encoding.

        The share that is done and the time that is left are shown.

        Raises:
            UserError: the image is smaller than a block.
        """
        coding = fit.coding
        check_sides(coding, *pixels.shape[:2])
        self._shape, self._coding, self._chroma_tolerance = pixels.shape, coding, fit.chroma_tolerance
        classes = [[pad_plane(plane, coding.largest) for plane in part] for part in to_planes(pixels)]
        planes = [plane for part in classes for plane in part]
        searches = [BlockSearch(plane, side, coding) for plane in planes for side in coding.sides]
        total = sum(search.products for search in searches)
        with tqdm(total=total, desc="matching blocks", bar_format=_BAR, mininterval=1, ascii=True) as bar:
            matches = iter([search.run(bar.update) for search in searches])
        self._classes: list[list[Plane]] = [
            [(plane.shape, [next(matches) for _ in coding.sides]) for plane in part] for part in classes
        ]

    def encode(self, setting: float) -> bytes:
        """Return the payload at a tolerance: see `recon.families.fractal.params.BlockFit`."""
        tolerances = (setting, setting * self._chroma_tolerance)
        classes = [
            [choose_blocks(matches, shape, self._coding, tolerance) for shape, matches in part]
            for part, tolerance in zip(self._classes, tolerances, strict=False)
        ]
        return symbols.to_payload(symbols.Code(*self._shape, self._coding, classes))

    @staticmethod
    def decode(data: bytes) -> np.ndarray:
        """Return the pixels that a payload describes: uint8 (rows, columns, channels).

        Raises:
            PayloadError: it is of another family, or damaged.
        """
        code = symbols.from_payload(data)
        planes = [[_decode_plane(plane, code) for plane in part] for part in code.classes]
        return from_planes(planes, code.rows, code.columns)


def _decode_plane(plane: Transforms, code: symbols.Code) -> np.ndarray:
    return find_attractor(Contraction.of(plane, code.coding), draw_noise(plane.shape, _SEED))
