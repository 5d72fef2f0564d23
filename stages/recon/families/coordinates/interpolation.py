"""Filling in without a network: what a coordinate network that is shown the same pixels has to beat."""

from time import perf_counter

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt
from skimage.restoration import inpaint_biharmonic

from recon.core import images
from recon.core.reconstruction import Reconstruction
from recon.data.masks import KNOWN
from recon.families.coordinates.params import ANYWHERE, Method
from recon.families.coordinates.shown import reduced

_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,  # a = -0.5, Catmull and Rom's
    "lanczos": Image.Resampling.LANCZOS,
}
_MARGIN = 4  # samples repeated around the image, more than any of these filters reaches


def rebuild(pixels: np.ndarray, mask: np.ndarray | None, *, reduce: int, method: Method) -> Reconstruction:
    """Make an image up from its known pixels, or, without a mask, from itself reduced; no bytes stand for it."""
    start = perf_counter()
    shown = pixels if mask is not None else reduced(pixels, reduce)
    made = fill(shown, mask, method=method) if mask is not None else enlarge(shown, reduce, method=method)
    return Reconstruction(made, None, 0.0, perf_counter() - start)


def enlarge(pixels: np.ndarray, factor: int, *, method: Method) -> np.ndarray:
    """Return uint8 (rows, columns, channels), `factor` times as many rows and columns, over the same picture."""
    return _resampled(pixels, factor, method=method, offset=0.0)


def fill(pixels: np.ndarray, mask: np.ndarray, *, method: Method) -> np.ndarray:
    """Return uint8 `pixels` (rows, columns, channels) with those that are not KNOWN made up from those that are.

    Args:
        pixels: what is not known of them is not looked at.
        mask: uint8 (rows, columns, 1), see `recon.data.masks`.
        method: nearest, or biharmonic (Damelin and Hoang 2018, by scikit-image), or, if the known pixels are those
            of even row and column, another.
    """
    known = mask[..., 0] == KNOWN
    if _is_lattice(known) and method != "biharmonic":
        return _on_lattice(pixels, method)
    if method == "nearest":
        rows, columns = distance_transform_edt(~known, return_distances=False, return_indices=True)
        return pixels[rows, columns]
    if method != "biharmonic":
        raise ValueError(f"{method} needs the pixels of even row and column; {' or '.join(ANYWHERE)} does not")
    shown = np.where(known[..., np.newaxis], images.to_float(pixels, "unit"), 0)
    filled = images.to_uint8(inpaint_biharmonic(shown, ~known, channel_axis=-1), "unit")
    return np.where(known[..., np.newaxis], pixels, filled)


def _is_lattice(known: np.ndarray) -> bool:
    lattice = np.zeros_like(known)
    lattice[::2, ::2] = True
    return np.array_equal(known, lattice)


def _on_lattice(pixels: np.ndarray, method: Method) -> np.ndarray:
    """Return what goes through, or near, the pixels of even row and column: each stays the first of its 2 x 2.

    So in units of the small image a pixel lies a quarter further up and left than where `enlarge` has it.
    """
    rows, columns, _ = pixels.shape
    return _resampled(pixels[::2, ::2], 2, method=method, offset=0.25)[:rows, :columns]


def _resampled(pixels: np.ndarray, factor: int, *, method: Method, offset: float) -> np.ndarray:
    """Return `pixels` on the finer grid, `offset` of the small image's pixels further down and right."""
    rows, columns, channels = pixels.shape
    grown = np.pad(pixels, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="edge")
    start = _MARGIN + offset
    box = (start, start, start + columns, start + rows)
    small = images.to_pillow(grown)
    large = small.resize((columns * factor, rows * factor), _FILTERS[method], box=box)
    return images.from_pillow(large).reshape(rows * factor, columns * factor, channels)
