"""The networks of one image, as both sides know them: the shapes of their weights, and the weights.

    neighbors -> context_layers x (residual layer, ReLU) -> sum -> mean, log-scale    of each latent
            `---------------- linear layer ------------------^

    upsampled latents -> hidden layer, ReLU -> layer -> sum -> residuals x (3x3) -> color    of each pixel
                    `-------- linear layer -----------^

Weights are (outputs, inputs), kernels (rows, columns, inputs, outputs). Residual layers hold what is added to the
identity, so all weights may start at 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import prod
from typing import Self

import numpy as np

from recon.coding.contexts import MOST_CONTEXTS

_PACKED = 4  # bytes
_RANGES = {"contexts": (1, MOST_CONTEXTS), "context_layers": (1, 4), "width": (1, 64), "residuals": (0, 4)}
MOST_LEVEL = 7


@dataclass(frozen=True)
class Architecture:
    """What the shapes of all weights follow from.

    Attributes:
        channels: of the image, 1 or 3.
        levels: of the latent grids, in ascending order; that of level k has a latent for 2^k x 2^k pixels.
        contexts: neighbors that the context model sees, which is the width of its layers too.
        context_layers: its residual layers.
        width: of the synthesis network's hidden layer.
        residuals: 3x3 convolutions after it.
    """

    channels: int = 3
    levels: tuple[int, ...] = tuple(range(7))
    contexts: int = 14
    context_layers: int = 2
    width: int = 16
    residuals: int = 2

    def __post_init__(self) -> None:
        """Raise ValueError where a decoder would not take it."""
        if self.channels not in (1, 3):
            raise ValueError(f"{self.channels} channels; 1 or 3 are possible")
        if not self.levels or list(self.levels) != sorted({*self.levels} & {*range(MOST_LEVEL + 1)}):
            raise ValueError(f"levels {self.levels}; some of 0 to {MOST_LEVEL}, in ascending order, are possible")
        for name, (least, most) in _RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} {getattr(self, name)}; {least} to {most} are possible")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all weights, by name, in the order of the file."""
        contexts, levels, width, channels = self.contexts, len(self.levels), self.width, self.channels
        shapes: dict[str, tuple[int, ...]] = {}
        for number in range(self.context_layers):
            shapes |= {f"context_{number}": (contexts, contexts), f"context_{number}_bias": (contexts,)}
        return shapes | {
            "context_out": (2, contexts),
            "context_out_bias": (2,),
            "context_linear": (2, contexts),
            "pixel_hidden": (width, levels),
            "pixel_hidden_bias": (width,),
            "pixel_out": (channels, width),
            "pixel_out_bias": (channels,),
            "pixel_linear": (channels, levels),
            **{f"residual_{number}": (3, 3, channels, channels) for number in range(self.residuals)},
        }

    @property
    def num_params(self) -> int:
        """The number of all weights."""
        return sum(map(prod, self.shapes.values()))

    @property
    def macs_per_pixel(self) -> float:
        """Products per pixel of decoding: the context model, upsampling, and the synthesis network."""
        macs = {name: prod(shape) for name, shape in self.shapes.items() if not name.endswith("_bias")}
        context = sum(count for name, count in macs.items() if name.startswith("context"))
        # Upsampling by 2 takes two products down and two across: for each new row, and for each new value.
        upsampling = sum(4**-step * (1 + 2) for level in self.levels for step in range(level))
        synthesis = sum(count for name, count in macs.items() if not name.startswith("context"))
        return context * sum(4**-level for level in self.levels) + upsampling + synthesis

    def keep_levels(self, levels: Iterable[int]) -> Self:
        """Return the networks for some of its grids; ValueError where one is not among them."""
        levels = tuple(levels)
        if missing := {*levels} - {*self.levels}:
            raise ValueError(f"levels {sorted(missing)} of latent grids; there are {self.levels}")
        return replace(self, levels=levels)

    def pack_levels(self) -> bytes:
        """Return which levels there are, in one byte."""
        return bytes([sum(1 << level for level in self.levels)])

    def pack(self) -> bytes:
        """Return all but the channels in a few bytes."""
        return self.pack_levels() + bytes([self.contexts, self.context_layers << 4 | self.residuals, self.width])

    @classmethod
    def unpack(cls, data: bytes, channels: int) -> tuple[Self, bytes]:
        """Return what `pack` wrote, and the bytes after it; ValueError where it is none."""
        if len(data) < _PACKED:
            raise ValueError(f"{len(data)} bytes")
        contexts, depths, width = data[1:_PACKED]
        levels = unpack_levels(data[:1])
        return cls(channels, levels, contexts, depths >> 4, width, depths & 15), data[_PACKED:]


def unpack_levels(data: bytes) -> tuple[int, ...]:
    """Return what `Architecture.pack_levels` wrote at the beginning of `data`; ValueError where it is empty."""
    if not data:
        raise ValueError("0 bytes")
    return tuple(level for level in range(MOST_LEVEL + 1) if data[0] >> level & 1)


@dataclass(frozen=True)
class Parameters:
    """All weights of an architecture: float64 arrays by the names of its `shapes`, in that order."""

    architecture: Architecture
    arrays: dict[str, np.ndarray] = field(repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError where the weights are not those of the architecture, or are no numbers."""
        if [(name, values.shape) for name, values in self.arrays.items()] != [*self.architecture.shapes.items()]:
            raise ValueError(f"these are not the weights of {self.architecture}")
        if not all(np.isfinite(values).all() for values in self.arrays.values()):
            raise ValueError("weights that are no numbers")

    @classmethod
    def from_flat(cls, architecture: Architecture, flat: np.ndarray) -> Self:
        """Return the weights that `flat` returned."""
        shapes = architecture.shapes
        ends = np.cumsum([prod(shape) for shape in shapes.values()])
        if flat.shape != (ends[-1],):
            raise ValueError(f"{architecture} has {ends[-1]} weights. Received: shape {flat.shape}")
        parts = np.split(np.asarray(flat, np.float64), ends[:-1])
        named = zip(shapes.items(), parts, strict=True)
        return cls(architecture, {name: part.reshape(shape) for (name, shape), part in named})

    @classmethod
    def zeros(cls, architecture: Architecture) -> Self:
        """Return weights of 0."""
        return cls.from_flat(architecture, np.zeros(architecture.num_params))

    def keep_levels(self, levels: Iterable[int]) -> Self:
        """Return the weights of the networks for some of its grids; ValueError where one is not among them."""
        architecture = self.architecture.keep_levels(levels)
        columns = [self.architecture.levels.index(level) for level in architecture.levels]
        kept = {name: self[name][:, columns] for name in ("pixel_hidden", "pixel_linear")}
        return type(self)(architecture, self.arrays | kept)

    def flat(self) -> np.ndarray:
        """Return all weights as one vector, float64."""
        return np.concatenate([values.ravel() for values in self.arrays.values()])

    def __getitem__(self, name: str) -> np.ndarray:
        """Return the weights called `name`."""
        return self.arrays[name]

    def residual_kernels(self) -> Iterator[np.ndarray]:
        """Yield the kernels of the 3x3 convolutions with the identity added."""
        identity = np.zeros((3, 3, self.architecture.channels, self.architecture.channels))
        identity[1, 1] = np.eye(self.architecture.channels)
        for number in range(self.architecture.residuals):
            yield self[f"residual_{number}"] + identity
