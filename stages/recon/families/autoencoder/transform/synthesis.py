"""The synthesis of the transform codec in exact arithmetic: from symbols to pixels."""

from collections.abc import Mapping

import numpy as np

from recon.coding.context_model import MOST
from recon.coding.convolution import Convolution
from recon.families.autoencoder.transform.architecture import MIDDLE, SIDE
from recon.families.autoencoder.transform.blocks import to_blocks, to_pixels
from recon.families.autoencoder.transform.steps import STEP_BITS, make_steps

_COLOR_BITS = 16  # of hidden values and colors
_LARGEST = 2.0 ** (_COLOR_BITS + 6)  # no trained network is near it
_AT_ONCE = 2**13  # blocks of a strip, a megabyte for each 16 hidden values
# Blocks that a pixel depends on, up and down: one for each 3x3 layer over blocks, and four pixels for those that
# sharpen.
_HALO = 3


class BlockSynthesis:
    """The synthesis at one rate."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the weights of the codec at a rate; ValueError where they are too large for exact sums."""
        self._steps = make_steps(weights["log_steps"])
        coefficients = {"largest": MOST * self._steps.ravel(), "units": STEP_BITS, "outputs": _COLOR_BITS}
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
        """Return the picture of symbols (192, rows, columns): uint8 (8 rows, 8 columns, 3).

        It is made strip by strip, each with the blocks above and below that its pixels depend on.
        """
        _, rows, columns = symbols.shape
        height, strips = max(1, _AT_ONCE // columns), []
        for first in range(0, rows, height):
            start = max(0, first - _HALO)
            pixels = self._render(symbols[:, start : first + height + _HALO])
            strips.append(pixels[SIDE * (first - start) :][: SIDE * height])
        return np.concatenate(strips)[: SIDE * rows]

    def _render(self, symbols: np.ndarray) -> np.ndarray:
        coefficients = symbols * self._steps
        hidden = _clip(np.maximum(self._hidden(coefficients), 0))
        pixels = _clip(to_pixels(self._matrix(coefficients) + self._out(hidden), SIDE))
        hidden = _clip(np.maximum(self._sharpen[0](to_blocks(pixels, 2)), 0))
        pixels += to_pixels(self._sharpen[1](hidden), 2)
        levels = pixels.transpose(1, 2, 0) * (255 / 2.0**_COLOR_BITS)
        levels += 255 * MIDDLE + 0.5
        return np.clip(np.floor(levels, out=levels), 0, 255, out=levels).astype(np.uint8)


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -_LARGEST, _LARGEST, out=values)
