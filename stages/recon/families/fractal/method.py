"""Fractal compression: a partitioned iterated function system, whose transforms are the payload.

    pixels --planes--> each range block ~ contrast * (domain block - 128) + brightness --bits--> payload
    noise --the same contraction, pass after pass--> pixels

Jacquin, "Image coding based on a fractal theory of iterated contractive image transformations", IEEE Transactions
on Image Processing 1, 1992; Fisher (ed.), "Fractal Image Compression", Springer 1995. The body of a payload is
described in `recon.families.fractal.symbols`.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from recon.core.reconstruction import Reconstruction
from recon.families.fractal import symbols
from recon.families.fractal.attractor import Contraction, attractor, noise
from recon.families.fractal.blocks import padded
from recon.families.fractal.params import Coding, Fit, check_sides
from recon.families.fractal.planes import from_planes, to_planes
from recon.families.fractal.quadtree import Transforms, choose
from recon.families.fractal.search import Matches, search

FAMILY = symbols.FAMILY
_SEED = 0  # of the noise that decoding starts from: any leads to the same picture, this one to the same bits


@dataclass(frozen=True)
class Searched:
    """An image with the matches of its blocks, class by class of its planes; any tolerance is encoded from it."""

    rows: int
    columns: int
    channels: int
    coding: Coding
    matches: list[list[tuple[tuple[int, int], list[Matches]]]]


def searched(pixels: np.ndarray, coding: Coding) -> Searched:
    """Find what the blocks of uint8 pixels (rows, columns, 1 or 3) are like; the larger part of encoding.

    Raises:
        UserError: the image is smaller than a block.
    """
    check_sides(coding, *pixels.shape[:2])
    planes = [[padded(plane, coding.largest) for plane in part] for part in to_planes(pixels)]
    return Searched(*pixels.shape, coding, [[(p.shape, search(p, coding)) for p in part] for part in planes])


def encode(image: Searched, *, tolerance: float, chroma_tolerance: float) -> bytes:
    """Return the payload of an image, its blocks split as `recon.families.fractal.params.Fit` says."""
    tolerances = (tolerance, tolerance * chroma_tolerance)
    classes = [
        [choose(matches, shape, image.coding, limit) for shape, matches in part]
        for part, limit in zip(image.matches, tolerances, strict=False)
    ]
    return symbols.to_payload(symbols.Code(image.rows, image.columns, image.channels, image.coding, classes))


def decode(data: bytes) -> np.ndarray:
    """Return the pixels that a payload stands for: uint8 (rows, columns, channels).

    Raises:
        PayloadError: it is none of this family, or damaged.
    """
    code = symbols.from_payload(data)
    planes = [[_plane(plane, code.coding) for plane in part] for part in code.classes]
    return from_planes(planes, code.rows, code.columns)


def rebuild(image: Searched, fit: Fit) -> Reconstruction:
    """Encode an image whose blocks are matched, decode it, and take the time of each."""
    start = perf_counter()
    data = encode(image, tolerance=fit.tolerance, chroma_tolerance=fit.chroma_tolerance)
    encoded = perf_counter()
    pixels = decode(data)
    return Reconstruction(pixels, data, encoded - start, perf_counter() - encoded)


def _plane(plane: Transforms, coding: Coding) -> np.ndarray:
    return attractor(Contraction.of(plane, coding), noise(plane.shape, _SEED))
