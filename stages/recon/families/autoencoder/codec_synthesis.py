"""The synthesis of the transform codec in exact arithmetic: from symbols to pixels."""

from collections.abc import Mapping
from decimal import Context, Decimal

import numpy as np

from recon.coding.context_model import MOST
from recon.coding.convolution import Convolution
from recon.families.autoencoder.codec_architecture import COLORS, MIDDLE, SIDE

_STEP_BITS, _COLOR_BITS = 20, 16  # of steps, and of hidden values and colors
_LARGEST = 2.0 ** (_COLOR_BITS + 6)  # no trained network is near it
_CONTEXT = Context(prec=40)


class Synthesis:
    """The synthesis at one rate."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the weights of the codec at a rate; ValueError where they are too large for exact sums."""
        # `decimal` defines the last digit of an exponential function; math libraries differ there.
        steps = np.array([float(_CONTEXT.exp(Decimal(float(value)))) for value in weights["log_steps"]])
        self._steps = np.rint(np.ldexp(steps, _STEP_BITS))[:, np.newaxis, np.newaxis]
        coefficients = {"largest": MOST * self._steps.ravel(), "units": _STEP_BITS, "outputs": _COLOR_BITS}
        colors = {"largest": _LARGEST, "units": _COLOR_BITS, "outputs": _COLOR_BITS}

        def convolution(name: str, options: dict) -> Convolution:
            return Convolution(weights[name], weights.get(f"{name}_bias"), **options)

        self._matrix = convolution("synthesis_matrix", coefficients)
        self._hidden, self._out = (
            convolution("synthesis_hidden", coefficients),
            convolution("synthesis_out", colors),
        )
        self._sharpen = [convolution(name, colors) for name in ("sharpen_hidden", "sharpen_out")]

    def render(self, symbols: np.ndarray) -> np.ndarray:
        """Return the picture of symbols (192, rows, columns): uint8 (8 rows, 8 columns, 3)."""
        coefficients = symbols * self._steps
        hidden = _clip(np.maximum(self._hidden(coefficients), 0))
        pixels = _clip(_to_pixels(self._matrix(coefficients) + self._out(hidden), SIDE))
        hidden = _clip(np.maximum(self._sharpen[0](_to_blocks(pixels, 2)), 0))
        pixels += _to_pixels(self._sharpen[1](hidden), 2)
        levels = pixels.transpose(1, 2, 0) * (255 / 2.0**_COLOR_BITS)
        levels += 255 * MIDDLE + 0.5
        return np.clip(np.floor(levels, out=levels), 0, 255, out=levels).astype(np.uint8)


def _to_pixels(blocks: np.ndarray, side: int) -> np.ndarray:
    """Return blocks (side x side x colors, rows, columns) as a picture (colors, side rows, side columns)."""
    _, rows, columns = blocks.shape
    parts = blocks.reshape(side, side, COLORS, rows, columns)
    return np.ascontiguousarray(parts.transpose(2, 3, 0, 4, 1)).reshape(COLORS, side * rows, side * columns)


def _to_blocks(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return what `_to_pixels` put together."""
    _, rows, columns = pixels.shape
    parts = pixels.reshape(COLORS, rows // side, side, columns // side, side)
    return np.ascontiguousarray(parts.transpose(2, 4, 0, 1, 3)).reshape(-1, rows // side, columns // side)


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -_LARGEST, _LARGEST, out=values)
