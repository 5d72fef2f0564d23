"""From a file to pixels of the asked color and sides."""

from pathlib import Path

import numpy as np

from recon.core.errors import UserError
from recon.core.images import Color, Fit, fit_to, read_image, to_color


def prepare_image(path: Path, *, color: Color, fit: Fit, rows: int | None, columns: int | None) -> np.ndarray:
    """Read an image file and bring it to `color` and rows x columns (None: its own); uint8, channels last.

    Raises:
        UserError: the file is no such image, or is smaller than the crop.
    """
    pixels = to_color(read_image(path), color)
    if fit == "crop" and (pixels.shape[0] < (rows or 0) or pixels.shape[1] < (columns or 0)):
        raise UserError(
            f"{path}: {pixels.shape[0]} rows x {pixels.shape[1]} columns, smaller than the crop of "
            f"{rows} x {columns}; choose `fit: resize` or smaller sides in params.yaml"
        )
    return fit_to(pixels, rows, columns, fit)
