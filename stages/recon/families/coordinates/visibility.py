"""How much of an image a fit sees: all pixels, those that a mask leaves, or the image at a lower resolution."""

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from recon.core import images
from recon.core.errors import UserError
from recon.data.masks import Kind
from recon.settings.core import EntryName, Section


class Mask(Section):
    """Which pixels are hidden, see `recon.data.masks`; `hidden` is the share of the image, of random and block."""

    kind: Kind
    hidden: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _share_for_random_and_block(self) -> "Mask":
        if (self.kind in ("random", "block")) != (self.hidden is not None):
            raise ValueError(
                "`random` and `block` need `hidden`, the share of the image; the other kinds take none"
            )
        return self


class Visibility(Section):
    """What a fit sees of an image.

    mask    which pixels are hidden, by a name among `masks`; null: none
    reduce  the factor by which the image is reduced for the fit; it is rebuilt at its full size
    """

    mask: EntryName | None = None
    reduce: int = Field(default=1, ge=1, le=16)

    @property
    def is_full(self) -> bool:
        """Whether the fit sees all pixels."""
        return self.mask is None and self.reduce == 1


def reduce_pixels(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Return uint8 pixels (rows, columns, channels) as rounded means over factor x factor of them.

    Raises:
        UserError: rows or columns are not a multiple of the factor.
    """
    rows, columns, channels = pixels.shape
    if rows % factor or columns % factor:
        raise UserError(f"`reduce: {factor}`: {rows} x {columns} pixels are not multiples of it; choose another")
    shape = rows // factor, columns // factor, channels
    return images.from_pillow(images.to_pillow(pixels).reduce(factor)).reshape(shape)
