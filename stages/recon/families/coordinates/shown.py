"""What of an image a fit is shown: some of its pixels, or all of it at a lower resolution."""

from typing import Any

import numpy as np

from recon.core import images
from recon.core.errors import UserError
from recon.data import masks
from recon.families.coordinates.params import mask_of
from recon.families.coordinates.runs import Run


def mask_for(params: dict[str, Any], how: Run, shape: tuple[int, ...], *, seed: int) -> np.ndarray | None:
    """Return the mask of a fit to an image of this shape; None where all of it is known.

    Raises:
        UserError: it would hide all of the image, or nothing.
    """
    if how.shown.mask is None:
        return None
    mask = mask_of(params, how.shown.mask)
    try:
        return masks.draw(mask.kind, hidden=mask.hidden, rows=shape[0], columns=shape[1], seed=seed)
    except ValueError as error:
        raise UserError(f"params.yaml: coordinates.masks.{how.shown.mask}: {error}") from None


def reduced(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Return uint8 pixels (rows, columns, channels) as means over factor x factor of them, rounded.

    Raises:
        UserError: the sides are no multiples of the factor.
    """
    rows, columns, channels = pixels.shape
    if rows % factor or columns % factor:
        raise UserError(f"`reduce: {factor}`: {rows} x {columns} pixels are no multiples of it; choose another")
    shape = rows // factor, columns // factor, channels
    return images.from_pillow(images.to_pillow(pixels).reduce(factor)).reshape(shape)
