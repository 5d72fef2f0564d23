"""The file of a transform codec's weights, which encoders and decoders share.

It has a magic "RCT", a version, the architecture in 8 bytes, and little-endian: the lambdas of the rates in
float32, and all weights in float16, in the order of the architecture's shapes. Its id, the first bytes of its
SHA-256, is in the header of each payload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from math import prod

import numpy as np

from recon.coding import payload
from recon.families.autoencoder.transform.architecture import PARTS, CodecArchitecture

_HEADER = b"RCT\x01"
_LEAST, _MOST = (2, 1, 0, 1, 1, 1, 1, 1), (16, 255, 16, 255, 255, 255, 32, 4)  # of the architecture's numbers


@dataclass(frozen=True)
class CodecWeights:
    """The weights of a codec as its file has them.

    Attributes:
        architecture: the shapes.
        lambdas: the prices of a bit per pixel that the rates are for, in ascending order.
        arrays: the weights by name, float32.
        model_id: the id.
    """

    architecture: CodecArchitecture
    lambdas: tuple[float, ...]
    arrays: Mapping[str, np.ndarray] = field(repr=False)
    model_id: bytes

    def find_place(self, lmbda: float) -> int:
        """Return the place of the rate whose lambda is nearest, by ratio; see `select_rate`."""
        return find_place(self.lambdas, lmbda)

    @property
    def last_place(self) -> int:
        """The place of the last rate, that of the fewest bits."""
        return PARTS * (len(self.lambdas) - 1)

    def lambda_at(self, place: int) -> float:
        """Return the lambda of the rate at a place."""
        numbers = np.arange(len(self.lambdas))
        return float(np.exp(np.interp(place / PARTS, numbers, np.log(self.lambdas))))


def find_place(lambdas: Sequence[float], lmbda: float) -> int:
    """Return the place of the rate whose lambda is nearest, by ratio, among those of a file and between them."""
    return round(PARTS * float(np.interp(np.log(lmbda), np.log(lambdas), np.arange(len(lambdas)))))


def format_weights(
    architecture: CodecArchitecture, lambdas: tuple[float, ...], arrays: Mapping[str, np.ndarray]
) -> bytes:
    """Return the content of a file; ValueError where a weight is too large for float16."""
    flat = np.concatenate([np.ravel(arrays[name]) for name in architecture.shapes])
    with np.errstate(over="ignore"):
        half = flat.astype("<f2")
    if not np.isfinite(half).all():
        raise ValueError("weights that float16 cannot hold")
    return _HEADER + bytes(astuple(architecture)) + np.array(lambdas, "<f4").tobytes() + half.tobytes()


def read_weights(content: bytes) -> CodecWeights:
    """Return the weights in a file's content; ValueError where it is none."""
    numbers = content[len(_HEADER) :][: len(_LEAST)]
    if content[: len(_HEADER)] != _HEADER or len(numbers) < len(_LEAST):
        raise ValueError("not the file of a transform codec")
    if not all(least <= number <= most for least, number, most in zip(_LEAST, numbers, _MOST, strict=True)):
        raise ValueError(f"no architecture: {list(numbers)}")
    architecture, rest = CodecArchitecture(*numbers), content[len(_HEADER) + len(numbers) :]
    if len(rest) != 4 * architecture.rates + 2 * architecture.num_params:
        raise ValueError(f"{len(rest)} bytes of weights")
    lambdas = np.frombuffer(rest[: 4 * architecture.rates], "<f4")
    flat = np.frombuffer(rest[4 * architecture.rates :], "<f2").astype(np.float32)
    if not np.isfinite(flat).all():
        raise ValueError("weights that are no numbers")
    if not np.isfinite(lambdas).all() or not lambdas[0] > 0 or not (np.diff(lambdas) > 0).all():
        raise ValueError("lambdas that do not ascend from above 0")
    ends = np.cumsum([prod(shape) for shape in architecture.shapes.values()])[:-1]
    parts = zip(architecture.shapes.items(), np.split(flat, ends), strict=True)
    arrays = {name: part.reshape(shape) for (name, shape), part in parts}
    return CodecWeights(architecture, tuple(map(float, lambdas)), arrays, payload.model_id(content))
