"""Pixels as planes that are coded apart: gray is one; color is luma, and Cb and Cr at half the resolution."""

import numpy as np
from PIL import Image

from recon.core.images import from_pillow, to_pillow


def to_planes(pixels: np.ndarray) -> list[list[np.ndarray]]:
    """Return float32 planes (rows, columns), 0 to 255, of uint8 pixels: [[gray]], or [[Y], [Cb, Cr]].

    YCbCr is Pillow's: BT.601, full range, rounded.
    """
    if pixels.shape[-1] == 1:
        return [[pixels[..., 0].astype(np.float32)]]
    luma, *chroma = to_pillow(pixels).convert("YCbCr").split()
    return [[np.array(luma, np.float32)], [np.array(part.reduce(2), np.float32) for part in chroma]]


def list_shapes(rows: int, columns: int, channels: int) -> list[list[tuple[int, int]]]:
    """Return the shapes of the planes of such pixels."""
    return [[(rows, columns)], *([[(-(-rows // 2), -(-columns // 2))] * 2] if channels == 3 else [])]


def from_planes(planes: list[list[np.ndarray]], rows: int, columns: int) -> np.ndarray:
    """Return the uint8 pixels (rows, columns, 1 or 3) of planes that may be padded, rounded.

    Chroma is enlarged by Pillow's bicubic filter, in whole numbers: all machines agree to the bit.
    """
    shapes = list_shapes(rows, columns, 1 if len(planes) == 1 else 3)
    cut = [
        [
            Image.fromarray(np.rint(plane[:high, :wide]).astype(np.uint8))
            for plane, (high, wide) in zip(*pair, strict=True)
        ]
        for pair in zip(planes, shapes, strict=True)
    ]
    if len(cut) == 1:
        return from_pillow(cut[0][0])
    (luma,), chroma = cut
    sides = tuple(2 * side for side in chroma[0].size)
    finer = [part.resize(sides, Image.Resampling.BICUBIC).crop((0, 0, columns, rows)) for part in chroma]
    return from_pillow(Image.merge("YCbCr", (luma, *finer)))
