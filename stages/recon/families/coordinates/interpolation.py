"""Interpolation: the baselines of a coordinate network that sees the same pixels."""

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt
from skimage.restoration import inpaint_biharmonic

from recon.core import images
from recon.core.reconstruction import Reconstruction, timed
from recon.data.masks import KNOWN
from recon.families.coordinates.params import SCATTERED_METHODS, FieldRun, Method
from recon.families.coordinates.visibility import reduce_pixels

_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,  # a = -0.5, Catmull and Rom's
    "lanczos": Image.Resampling.LANCZOS,
}
_MARGIN = 4  # samples repeated around the image, more than any of these filters reaches


def rebuild(run: FieldRun, pixels: np.ndarray, mask: np.ndarray | None) -> Reconstruction:
    """Rebuild an image from the visible pixels or, without a mask, from the reduced image; there is no payload."""

    def interpolate(_: None) -> np.ndarray:
        if mask is None:
            factor = run.visibility.reduce
            return enlarge(reduce_pixels(pixels, factor), factor, method=run.method)
        return fill(pixels, mask, method=run.method)

    return timed(lambda: None, interpolate)


def enlarge(pixels: np.ndarray, factor: int, *, method: Method, offset: float = 0.0) -> np.ndarray:
    """Return uint8 `pixels` (rows, columns, channels) with `factor` times as many rows and columns.

    The finer grid lies `offset` of the small image's pixels further down and right.
    """
    rows, columns, channels = pixels.shape
    padded = np.pad(pixels, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="edge")
    start = _MARGIN + offset
    box = (start, start, start + columns, start + rows)
    large = images.to_pillow(padded).resize((columns * factor, rows * factor), _FILTERS[method], box=box)
    return images.from_pillow(large).reshape(rows * factor, columns * factor, channels)


def fill(pixels: np.ndarray, mask: np.ndarray, *, method: Method) -> np.ndarray:
    """Return uint8 `pixels` (rows, columns, channels) with all that are not KNOWN interpolated from the KNOWN.

    Args:
        pixels: those that are not KNOWN are ignored.
        mask: uint8 (rows, columns, 1), see `recon.data.masks`.
        method: nearest or biharmonic (Damelin and Hoang 2018, by scikit-image); any other if the known pixels are
            those of even row and column.
    """
    known = mask[..., 0] == KNOWN
    if _is_lattice(known) and method != "biharmonic":
        return _fill_lattice(pixels, method)
    if method == "nearest":
        rows, columns = distance_transform_edt(~known, return_distances=False, return_indices=True)
        return pixels[rows, columns]
    if method != "biharmonic":
        raise ValueError(
            f"{method} needs the pixels of even row and column; {' or '.join(SCATTERED_METHODS)} does not"
        )
    visible = np.where(known[..., np.newaxis], images.to_float(pixels, "unit"), 0)
    filled = images.to_uint8(inpaint_biharmonic(visible, ~known, channel_axis=-1), "unit")
    return np.where(known[..., np.newaxis], pixels, filled)


def _is_lattice(known: np.ndarray) -> bool:
    lattice = np.zeros_like(known)
    lattice[::2, ::2] = True
    return np.array_equal(known, lattice)


def _fill_lattice(pixels: np.ndarray, method: Method) -> np.ndarray:
    """Resample the pixels of even row and column so that each stays the first of its 2 x 2.

    In units of the small image a pixel lies a quarter further up and left than where `enlarge` has it.
    """
    rows, columns, _ = pixels.shape
    return enlarge(pixels[::2, ::2], 2, method=method, offset=0.25)[:rows, :columns]
