"""Masks: which pixels of an image a method sees, and which it must reconstruct.

A mask is a picture: KNOWN where the pixel is visible, HIDDEN where it is not and is scored apart, UNUSED where it
is neither visible nor scored.
"""

from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

KNOWN, UNUSED, HIDDEN = 255, 128, 0
Kind = Literal["even", "random", "block", "scratch", "text"]

_SCRATCHES = 6
_SCRATCH_WIDTH = 1 / 64  # of the shorter side
_TEXT = "What a network must make up is what it was never shown. "
_TEXT_HEIGHT = 1 / 9  # of the longer side, one line
_STROKE = 1 / 12  # of the text's height


def draw(kind: Kind, *, hidden: float | None, rows: int, columns: int, seed: int) -> np.ndarray:
    """Return the mask as uint8 (rows, columns, 1).

    Args:
        kind: even, random, block, scratch or text.
        hidden: share of the image, of random and block.
        rows: of the image.
        columns: of the image.
        seed: of random and scratch.

    Raises:
        ValueError: all or none of the pixels would be hidden.
    """
    mask = _DRAWERS[kind](hidden, rows, columns, np.random.Generator(np.random.PCG64(seed)))
    if not (mask == KNOWN).any() or not (mask == HIDDEN).any():
        share = "none" if (mask == KNOWN).all() else "all"
        raise ValueError(f"hides {share} of the {rows} x {columns} pixels; some must be known and some hidden")
    return mask[..., np.newaxis]


def _even(hidden: float | None, rows: int, columns: int, draws: np.random.Generator) -> np.ndarray:
    """Show every second pixel of every second row; score those that are odd in both (Tancik et al. 2020)."""
    mask = np.full((rows, columns), UNUSED, np.uint8)
    mask[::2, ::2] = KNOWN
    mask[1::2, 1::2] = HIDDEN
    return mask


def _random(hidden: float | None, rows: int, columns: int, draws: np.random.Generator) -> np.ndarray:
    """Hide this share of the pixels, each as likely as another."""
    mask = np.full(rows * columns, KNOWN, np.uint8)
    mask[draws.permutation(mask.size)[: round(hidden * mask.size)]] = HIDDEN
    return mask.reshape(rows, columns)


def _block(hidden: float | None, rows: int, columns: int, draws: np.random.Generator) -> np.ndarray:
    """Hide a block of this share of the area, with the image's proportions, around its center."""
    mask = np.full((rows, columns), KNOWN, np.uint8)
    down, right = (round(side * hidden**0.5) for side in (rows, columns))
    top, left = (rows - down) // 2, (columns - right) // 2
    mask[top : top + down, left : left + right] = HIDDEN
    return mask


def _scratch(hidden: float | None, rows: int, columns: int, draws: np.random.Generator) -> np.ndarray:
    """Hide straight lines from edge to edge, in any direction."""
    picture = Image.new("L", (columns, rows), KNOWN)
    pen = ImageDraw.Draw(picture)
    width = max(1, round(min(rows, columns) * _SCRATCH_WIDTH))
    center, reach = np.array([columns, rows]) / 2, rows + columns
    for number in range(_SCRATCHES):
        angle = np.pi * (number + draws.random()) / _SCRATCHES
        through = center + (draws.random(2) - 0.5) * (columns, rows)
        along = reach * np.array([np.cos(angle), np.sin(angle)])
        pen.line([*(through - along), *(through + along)], fill=HIDDEN, width=width)
    return np.array(picture)


def _text(hidden: float | None, rows: int, columns: int, draws: np.random.Generator) -> np.ndarray:
    """Hide the pixels under a text written all over the image."""
    picture = Image.new("1", (columns, rows), 1)  # of one bit: letters without soft edges
    height = max(8, round(max(rows, columns) * _TEXT_HEIGHT))
    font, stroke = ImageFont.load_default(0.8 * height), max(0, round(height * _STROKE) - 1)
    pen = ImageDraw.Draw(picture)
    for line in range(rows // height + 1):
        words = (3 * _TEXT)[7 * line :]
        pen.text((2, line * height), words, fill=0, font=font, stroke_width=stroke)
    return np.where(np.array(picture), KNOWN, HIDDEN).astype(np.uint8)


_DRAWERS = {"even": _even, "random": _random, "block": _block, "scratch": _scratch, "text": _text}
