"""The networks of the transform codec, as both sides know them: what is coded, and the shapes of all weights.

A picture is cut into blocks of 8 x 8 pixels of 3 colors. A block has 192 coefficients, in groups: the prior
predicts those of a group from the groups before it. The first three are the DC coefficients of the colors.

One set of weights serves all rates. Quantizer steps and some biases depend on the rate: the file has them at a few
rates, and between two of them they are interpolated (Cui et al., "Asymmetric Gained Deep Image Compression With
Continuous Rate Adaptation", CVPR 2021).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod

import numpy as np

SIDE = 8  # pixels of a block
COLORS = 3
COEFFICIENTS = COLORS * SIDE**2
GROUPS = (1, 1, 1, 3, 3, 3, 6, 6, 6, 9, 9, 12, 12, 24, 36, 60)  # coefficients of each
FLAT = COLORS  # groups of one coefficient that are coded pixel by pixel, by a context model
SLICES = tuple(slice(start, stop) for start, stop in pairwise(accumulate(GROUPS, initial=0)))
MIDDLE = 0.45  # about the mean of colors in [0, 1]; coefficients are of the difference
CORRECTION = 0.1  # of what the analysis network adds; so its first steps are small
PARTS = 16  # places from one rate of the file to the next


@dataclass(frozen=True)
class CodecArchitecture:
    """What the shapes of all weights follow from.

    Attributes:
        rates: the number of trade-offs between rate and distortion that have steps and biases of their own.
        width: of the analysis network.
        blocks: its residual blocks at a quarter of the picture's resolution.
        hidden: width of the synthesis network's layer at the resolution of blocks.
        sharpening: width of its layer at half the picture's resolution.
        prior: width of the prior's state.
        contexts: neighbors that the context models of the first groups see.
        context_layers: their residual layers.
    """

    rates: int
    width: int = 48
    blocks: int = 2
    hidden: int = 32
    sharpening: int = 16
    prior: int = 48
    contexts: int = 14
    context_layers: int = 2

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all weights by name; kernels are (rows, columns, inputs, outputs)."""
        return {"log_steps": (self.rates, COEFFICIENTS)} | self._analysis() | self._synthesis() | self._prior()

    @property
    def num_params(self) -> int:
        """The number of all weights."""
        return sum(map(prod, self.shapes.values()))

    @property
    def macs_per_pixel(self) -> float:
        """Products per pixel of decoding."""
        at = dict.fromkeys([*self._synthesis(), *self._prior()], SIDE) | {
            "sharpen_hidden": 2,
            "sharpen_out": 2,
        }
        kernels = {name: self.shapes[name] for name in at if not name.endswith(("_bias", "_first"))}
        return sum(prod(shape) / at[name] ** 2 for name, shape in kernels.items())

    def describe(self) -> dict[str, int | float]:
        """Return the costs of decoding, by the fields of the referee; one file of weights serves both sides."""
        return {
            "macs_per_pixel": self.macs_per_pixel,
            "num_params": self.num_params,
            "decoder_bytes": 2 * self.num_params,
        }

    def _analysis(self) -> dict[str, tuple[int, ...]]:
        width = self.width
        shapes: dict[str, tuple[int, ...]] = {
            "analysis_matrix": (1, 1, COEFFICIENTS, COEFFICIENTS),
            **_convolution("analysis_in", 3, COLORS * 4**2, width, self.rates),
        }
        for number in range(self.blocks):
            shapes |= _residual(f"analysis_{number}", width)
        shapes |= _convolution("analysis_down", 1, 2**2 * width, width) | _residual("analysis_deep", width)
        return shapes | _convolution("analysis_out", 1, width, COEFFICIENTS)

    def _synthesis(self) -> dict[str, tuple[int, ...]]:
        return {
            **_convolution("synthesis_matrix", 1, COEFFICIENTS, COEFFICIENTS),
            **_convolution("synthesis_hidden", 3, COEFFICIENTS, self.hidden, self.rates),
            "synthesis_out": (3, 3, self.hidden, COEFFICIENTS),
            **_convolution("sharpen_hidden", 3, COLORS * 2**2, self.sharpening, self.rates),
            **_convolution("sharpen_out", 3, self.sharpening, COLORS * 2**2),
        }

    def _prior(self) -> dict[str, tuple[int, ...]]:
        width, contexts = self.prior, self.contexts
        shapes: dict[str, tuple[int, ...]] = {"prior_first": (self.rates, width)}
        for group in range(FLAT):
            for layer in range(self.context_layers):
                name = f"flat_{group}_context_{layer}"
                shapes |= {name: (contexts, contexts), f"{name}_bias": (self.rates, contexts)}
            name = f"flat_{group}_context"
            shapes |= {f"{name}_out": (2, contexts), f"{name}_out_bias": (self.rates, 2)}
            shapes |= {f"{name}_linear": (2, contexts)}
        for group, count in enumerate(GROUPS[:-1]):
            shapes |= _convolution(f"prior_in_{group}", 3, count, width)
            shapes |= _convolution(f"prior_mix_{group}", 1, width, width)
        for group, count in enumerate(GROUPS[FLAT:], start=FLAT):
            shapes |= _convolution(f"prior_out_{group}", 1, width, 2 * count)
        return shapes


def select_rate(weights: Mapping[str, np.ndarray], place: int) -> dict[str, np.ndarray]:
    """Return the weights at a rate, float64, with those that depend on it interpolated.

    Args:
        weights: as a file has them, in half precision: so no sum or product is rounded here.
        place: of the rate, in parts of the distance between two rates of the file: from 0 to PARTS x (rates - 1).
    """
    low, part = divmod(place, PARTS)

    def select(name: str, values: np.ndarray) -> np.ndarray:
        if not depends_on_rate(name, values):
            return values.astype(np.float64)
        first, second = values[[low, min(low + 1, len(values) - 1)]].astype(np.float64)
        return first + (second - first) * (part / PARTS)

    return {name: select(name, values) for name, values in weights.items()}


def depends_on_rate(name: str, values: np.ndarray) -> bool:
    """Return whether weights differ from rate to rate: their first axis is then that of rates."""
    return name in ("log_steps", "prior_first") or (name.endswith("_bias") and values.ndim == 2)


def make_transform() -> np.ndarray:
    """Return the matrix (192, 192) from the pixels of a block, (rows, columns, colors), to coefficients.

    It is orthonormal: the discrete cosine transform of three mixed colors, in ascending order of frequency. The
    colors are nearly the principal components of those of photographs (Ohta, Kanade and Sakai, "Color Information
    for Region Segmentation", 1980); the first one is gray.
    """
    place = np.arange(SIDE)
    cosines = np.sqrt(2 / SIDE) * np.cos(np.pi * (place + 0.5) * place[:, np.newaxis] / SIDE)
    cosines[0] /= np.sqrt(2)
    colors = np.array([[1, 1, 1], [1, 0, -1], [-1, 2, -1]])
    colors = colors / np.linalg.norm(colors, axis=1, keepdims=True)
    order = sorted(np.ndindex(COLORS, SIDE, SIDE), key=_rank)
    rows = [np.einsum("y,x,c->yxc", cosines[y], cosines[x], colors[color]) for color, y, x in order]
    return np.stack(rows).reshape(COEFFICIENTS, COEFFICIENTS)


def _rank(place: tuple[int, int, int]) -> tuple[int, ...]:
    """Return where a coefficient comes: constants first, then by frequency, colors later than luminance."""
    color, y, x = place
    return (y + x > 0, color if y + x == 0 else y + x + 3 * (color > 0), color, y, x)


def _convolution(name: str, side: int, inputs: int, outputs: int, rates: int = 0) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a kernel and of its bias, of which there is one for each rate if there are rates."""
    return {name: (side, side, inputs, outputs), f"{name}_bias": (rates, outputs) if rates else (outputs,)}


def _residual(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return _convolution(f"{name}_a", 3, width, width) | _convolution(f"{name}_b", 3, width, width)
