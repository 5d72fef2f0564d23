"""Fractal compression: a partitioned iterated function system, whose transforms are the payload.

    pixels --planes--> each range block ~ contrast * (domain block - 128) + brightness --bits--> payload
    noise --the same contraction, pass after pass--> pixels

Jacquin, "Image coding based on a fractal theory of iterated contractive image transformations", IEEE Transactions
on Image Processing 1, 1992; Fisher (ed.), "Fractal Image Compression", Springer 1995. The body of a payload is
described in `recon.fractal.symbols`.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from recon import payload
from recon.fractal import symbols
from recon.fractal.attractor import Contraction, attractor, noise
from recon.fractal.blocks import padded, padded_sides
from recon.fractal.planes import from_planes, plane_shapes, to_planes
from recon.fractal.quadtree import Transforms, choose
from recon.fractal.search import Matches, search
from recon.params.fractal import Coding, Fit
from recon.reconstruction import Reconstruction

FAMILY = "fractal"
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
    """Find what the blocks of uint8 pixels (rows, columns, 1 or 3) are like; the larger part of encoding."""
    planes = [[padded(plane, coding.largest) for plane in part] for part in to_planes(pixels)]
    return Searched(*pixels.shape, coding, [[(p.shape, search(p, coding)) for p in part] for part in planes])


def encode(image: Searched, *, tolerance: float, chroma_tolerance: float) -> bytes:
    """Return the payload of an image, its blocks split as `recon.params.fractal.Fit` says."""
    tolerances = (tolerance, tolerance * chroma_tolerance)
    classes = [
        [choose(matches, shape, image.coding, limit) for shape, matches in part]
        for part, limit in zip(image.matches, tolerances, strict=False)
    ]
    body = symbols.to_body(classes, image.coding)
    return payload.pack(family=FAMILY, rows=image.rows, columns=image.columns, channels=image.channels, body=body)


def decode(data: bytes) -> np.ndarray:
    """Return the pixels that a payload stands for: uint8 (rows, columns, channels).

    Raises:
        PayloadError: it is none of this family, or damaged.
    """
    classes, coding, shapes = unpacked(data)
    planes = [
        [_plane(plane, coding)[: shape[0], : shape[1]] for plane, shape in zip(part, sides, strict=True)]
        for part, sides in zip(classes, shapes, strict=True)
    ]
    return from_planes(planes)


def unpacked(data: bytes) -> tuple[list[list[Transforms]], Coding, list[list[tuple[int, int]]]]:
    """Return what a payload says: transforms of its planes, how they are coded, and the planes' shapes."""
    head = payload.unpack(data, family=FAMILY)
    coding = symbols.read_coding(head.body)
    shapes = plane_shapes(head.rows, head.columns, head.channels)
    grown = [[padded_sides(*shape, coding.largest) for shape in part] for part in shapes]
    return symbols.from_body(head.body, coding, grown), coding, shapes


def rebuild(image: Searched, fit: Fit) -> Reconstruction:
    """Encode an image whose blocks are matched, decode it, and take the time of each."""
    start = perf_counter()
    data = encode(image, tolerance=fit.tolerance, chroma_tolerance=fit.chroma_tolerance)
    encoded = perf_counter()
    pixels = decode(data)
    return Reconstruction(pixels, data, encoded - start, perf_counter() - encoded)


def _plane(plane: Transforms, coding: Coding) -> np.ndarray:
    return attractor(Contraction.of(plane, coding), noise(plane.shape, _SEED))
