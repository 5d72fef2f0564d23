"""From latent grids to pixels, in exact arithmetic: upsampling, a network for each pixel, residual convolutions.

Upsampling is bilinear, by 2 from level to level: along each axis a new value is 3/4 of the nearest old one and 1/4
of the next. Upsampled latents are whole numbers in units of 2^-12, rounded at each level; hidden values and colors
in units of 2^-16, where a color is in [0, 1]. At the borders the last row or column is repeated.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from recon.coding.context_model import MOST
from recon.coding.fixed_point import Peaks, to_fixed
from recon.families.overfitted import grids
from recon.families.overfitted.architecture import Parameters

_LATENT_BITS, _WEIGHT_BITS, _COLOR_BITS = 12, 20, 16
_LARGEST_COLOR = 2.0 ** (_COLOR_BITS + 6)  # no trained network is near it
_STRIP = 2**16  # pixels that are computed from latents to colors before the next ones
_BLOCK = 2**11  # pixels for which the values of a layer fit into a fast cache


class Synthesis:
    """The synthesis network with its weights."""

    def __init__(self, parameters: Parameters) -> None:
        """Prepare the layers; ValueError where weights are so large that sums of them would be rounded."""
        self._levels = parameters.architecture.levels
        self._channels = parameters.architecture.channels
        self._hidden, self._out = _make_pixel_layers(parameters)
        self._kernels = [_make_convolution(kernel) for kernel in parameters.residual_kernels()]
        # Latents, a row of ones, which takes biases in, and hidden values.
        self._values = np.ones((len(self._levels) + 1 + len(self._hidden), _BLOCK))

    def render(self, latents: Sequence[np.ndarray], rows: int, columns: int) -> np.ndarray:
        """Return the picture of the grids, one for each level: uint8 (rows, columns, channels)."""
        by_level = dict(zip(self._levels, latents, strict=True))
        coarse = _upsample_to_level_1(by_level, rows, columns)
        picture = np.empty((rows, columns, self._channels), np.uint8)
        halo = len(self._kernels)
        step = max(1, _STRIP // columns)
        for first in range(0, rows, step):
            last = min(rows, first + step)
            top, bottom = max(0, first - halo), min(rows, last + halo)
            finest = [_to_units(by_level[0][top:bottom])] if 0 in by_level else []
            upsampled = [] if coarse is None else [_upsample(coarse, range(top, bottom), columns)]
            colors = self._color_pixels(np.concatenate(finest + upsampled))
            for number, kernel in enumerate(self._kernels, start=1):
                colors = _convolve(colors, kernel, rectify=number < halo)
            picture[first:last] = _to_uint8(colors[:, first - top : last - top]).transpose(1, 2, 0)
        return picture

    def _color_pixels(self, latents: np.ndarray) -> np.ndarray:
        """Return colors (channels, rows, columns) of upsampled latents (levels, rows, columns)."""
        levels, *shape = latents.shape
        latents = latents.reshape(levels, -1)
        colors = np.empty((self._channels, latents.shape[1]))
        for first in range(0, latents.shape[1], _BLOCK):
            part = latents[:, first : first + _BLOCK]
            values = self._values[:, : part.shape[1]]
            values[:levels] = part
            hidden = values[levels + 1 :]
            np.matmul(self._hidden, values[: levels + 1], out=hidden)
            np.floor(hidden, out=hidden)
            np.maximum(hidden, 0, out=hidden)
            np.matmul(self._out, values, out=colors[:, first : first + _BLOCK])
        return _round_colors(colors).reshape(self._channels, *shape)


def _make_pixel_layers(parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the matrices of the hidden layer and of the colors, biases in the column after those of latents."""
    fixed = {name: to_fixed(values, _WEIGHT_BITS) for name, values in parameters.arrays.items()}
    scale = 2.0 ** (_COLOR_BITS - _LATENT_BITS)
    biases = [2.0**_COLOR_BITS * fixed[f"{name}_bias"][:, np.newaxis] for name in ("pixel_hidden", "pixel_out")]
    hidden = np.column_stack([scale * fixed["pixel_hidden"], biases[0]])
    out = np.column_stack([scale * fixed["pixel_linear"], biases[1], fixed["pixel_out"]])
    levels = len(parameters.architecture.levels)
    latents = np.append(np.full(levels, MOST * 2.0**_LATENT_BITS), 1.0)
    peaks = Peaks(latents)
    peaks.pass_through(hidden, _WEIGHT_BITS)
    peaks.largest = np.concatenate([latents, peaks.largest])
    peaks.pass_through(out, _WEIGHT_BITS)
    return hidden, out


def _make_convolution(kernel: np.ndarray) -> np.ndarray:
    """Return a kernel (3, 3, inputs, outputs) as a matrix (outputs, 9 inputs)."""
    matrix = to_fixed(kernel, _WEIGHT_BITS).reshape(-1, kernel.shape[-1]).T
    Peaks(np.full(matrix.shape[1], _LARGEST_COLOR)).pass_through(matrix, _WEIGHT_BITS)
    return matrix


def _upsample_to_level_1(by_level: dict[int, np.ndarray], rows: int, columns: int) -> np.ndarray | None:
    """Return the grids of level 1 and above at level 1, int32 (grids, rows, columns); None: there are none."""
    stack: list[np.ndarray] = []
    shapes = grids.list_shapes(rows, columns, range(max(by_level) + 1))
    for level in range(max(by_level), 0, -1):
        stack = [_upsample(old, range(shapes[level][0]), shapes[level][1]) for old in stack]
        new = [_to_units(by_level[level])] if level in by_level else []
        stack = [np.concatenate(new + stack)]
    return stack[0] if stack else None


def _to_units(latents: np.ndarray) -> np.ndarray:
    """Return latents (rows, columns) as a stack of one grid in units of 2^-_LATENT_BITS, int32."""
    return latents[np.newaxis].astype(np.int32) << _LATENT_BITS


def _upsample(values: np.ndarray, rows: range, columns: int) -> np.ndarray:
    """Return some rows of int32 values (grids, old rows, old columns) at twice the resolution, rounded.

    Row 2i lies at a quarter between rows i and i - 1 of the old ones, row 2i + 1 between i and i + 1.
    """
    numbers = np.arange(rows.start, rows.stop)
    nearest = numbers // 2
    next_one = np.clip(nearest + np.where(numbers % 2, 1, -1), 0, values.shape[1] - 1)
    wide = 3 * values[:, nearest]
    wide += values[:, next_one]
    padded = np.concatenate([wide[..., :1], wide, wide[..., -1:]], axis=2)
    wide *= 3
    wide += 8  # of 16, to round
    result = np.empty((*wide.shape[:2], 2 * wide.shape[2]), np.int32)
    np.add(wide, padded[..., :-2], out=result[..., 0::2])
    np.add(wide, padded[..., 2:], out=result[..., 1::2])
    result >>= 4
    return result[..., :columns]


def _convolve(colors: np.ndarray, matrix: np.ndarray, *, rectify: bool) -> np.ndarray:
    """Return a 3x3 convolution of (channels, rows, columns), by a matrix as of `_make_convolution`."""
    channels, rows, columns = colors.shape
    padded = np.pad(colors, ((0, 0), (1, 1), (1, 1)), mode="edge")
    result = np.empty_like(colors)
    step = max(1, _BLOCK // columns)
    patches = np.empty((9, channels, step, columns))
    for first in range(0, rows, step):
        height = min(step, rows - first)
        for patch, (down, right) in zip(patches, product(range(3), range(3)), strict=True):
            patch[:, :height] = padded[:, first + down : first + down + height, right : right + columns]
        block = patches[:, :, :height].reshape(9 * channels, -1)
        result[:, first : first + height] = (matrix @ block).reshape(channels, height, columns)
    return _round_colors(result, lowest=0 if rectify else -_LARGEST_COLOR)


def _round_colors(colors: np.ndarray, lowest: float = -_LARGEST_COLOR) -> np.ndarray:
    """Round colors down to whole numbers and bring them into their range, in place."""
    np.floor(colors, out=colors)
    return np.clip(colors, lowest, _LARGEST_COLOR, out=colors)


def _to_uint8(colors: np.ndarray) -> np.ndarray:
    """Return whole numbers in units of 2^-_COLOR_BITS as gray levels, halves up."""
    levels = colors * (255 / 2.0**_COLOR_BITS)
    levels += 0.5
    return np.clip(np.floor(levels, out=levels), 0, 255, out=levels).astype(np.uint8)
