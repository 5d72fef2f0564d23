"""Rate: bits per pixel, quantization, and entropy coding of integer symbols to real bytes.

Symbols come in groups (say, a latent's channels), each with a distribution of its own. A group's distribution
is a table of whole-number frequencies over its support low..high, described in the stream by whichever is
cheaper in total:

    Laplace    location and scale: right for many values of which each is rare
    histogram  each value's count, to half an octave: right for few values, or a spike (zeros after a ReLU)

Description and symbols go through one range coder, so the bytes alone tell all but the number of symbols.
Frequencies are whole numbers, so the coder's own sums are exact. Those of a Laplace distribution are rounded from
`exp`, whose last bit may differ between machines; `recon.coding.laplace` has tables that are the same on all.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from constriction import stream

from recon.coding.payload import PayloadError
from recon.core.errors import UserError

MIN_SYMBOL, MAX_SYMBOL = -(2**15), 2**15 - 1

RangeEncoder, RangeDecoder = stream.queue.RangeEncoder, stream.queue.RangeDecoder
Uniform = stream.model.Uniform

# Laplace scales: eighths of an octave, from 1/16 to beyond half the widest support.
_SCALES = 2.0 ** (np.arange(160) / 8 - 4)
_TOTAL = 2**24  # constriction's own resolution of probabilities
_GROUP_BITS = 8  # what a group costs beside its symbols, at least

# Histogram counts: 0, 1, 2, 3, 4, 6, 8, 12, ...; a count is sent as the nearest of these by ratio.
_COUNTS = np.array([0, 1] + [mantissa << octave for octave in range(27) for mantissa in (2, 3)], np.float64)
_COUNT_LIMITS = np.concatenate([[0.5], np.sqrt(_COUNTS[1:-1] * _COUNTS[2:])])
# Neighboring counts are alike: the step from one's index to the next has this fixed, heavy-tailed prior.
_STEPS = np.arange(-len(_COUNTS) + 1, len(_COUNTS))
_STEP_FREQUENCIES = np.floor(2**20 / (1.0 + _STEPS**2))


def bpp(*, payload_bytes: int, rows: int, columns: int) -> float:
    """Bits per pixel: 8 x payload bytes / (rows x columns), whatever the number of channels."""
    return 8 * payload_bytes / (rows * columns)


def quantize(values: np.ndarray, q_step: float) -> np.ndarray:
    """Return int32 symbols: `values` in units of `q_step`, halves to even.

    Raises:
        UserError: `q_step` so small that a symbol leaves MIN_SYMBOL..MAX_SYMBOL.
        ValueError: a value is not finite.
    """
    if not np.isfinite(values).all():
        raise ValueError("values to quantize must be finite")
    symbols = np.rint(values / np.float32(q_step))
    if symbols.size and (symbols.min() < MIN_SYMBOL or symbols.max() > MAX_SYMBOL):
        raise UserError(
            f"q_step {q_step} is too small for values up to {np.abs(values).max():.6g}: "
            f"symbols lie in {MIN_SYMBOL}..{MAX_SYMBOL}; choose a larger one"
        )
    return symbols.astype(np.int32)


def dequantize(symbols: np.ndarray, q_step: float) -> np.ndarray:
    """Return float32 values, each within `q_step` / 2 of what was quantized.

    Raises:
        PayloadError: `q_step` is none: 0 or below, not a number, or so large that a value would be infinite.
    """
    largest = float(np.abs(symbols).max(initial=1))
    if not 0 < largest * float(q_step) <= float(np.finfo(np.float32).max):  # nor is NaN
        raise PayloadError(f"payload has an impossible quantizer step, {q_step}")
    return symbols.astype(np.float32) * np.float32(q_step)


def encode_symbols(symbols: np.ndarray) -> bytes:
    """Entropy-code integer symbols (groups, count), all in MIN_SYMBOL..MAX_SYMBOL, with a table per group."""
    if symbols.ndim != 2 or not symbols.size:
        raise ValueError(f"symbols are integers (groups, count). Received: {symbols.dtype} {symbols.shape}")
    return encode_groups(list(symbols))


def decode_symbols(data: bytes, *, groups: int, count: int) -> np.ndarray:
    """Return the int32 symbols (groups, count) that `encode_symbols` turned into `data`.

    Raises:
        PayloadError: `data` is not the code of that many symbols.
    """
    return np.stack(decode_groups(data, counts=[count] * groups))


def encode_groups(groups: Sequence[np.ndarray]) -> bytes:
    """Entropy-code groups of integer symbols, all in MIN_SYMBOL..MAX_SYMBOL, with a table per group."""
    for group in groups:
        if group.ndim != 1 or not group.size or not np.issubdtype(group.dtype, np.integer):
            raise ValueError(f"a group of symbols is integers (count,). Received: {group.dtype} {group.shape}")
        if group.min() < MIN_SYMBOL or group.max() > MAX_SYMBOL:
            raise ValueError(f"symbols lie in {MIN_SYMBOL}..{MAX_SYMBOL}. Received: {group.min()}..{group.max()}")
    encoder = RangeEncoder()
    for group in groups:
        _encode_group(encoder, group.astype(np.int32))
    return encoder.get_compressed().astype("<u4").tobytes()


def decode_groups(data: bytes, *, counts: Sequence[int]) -> list[np.ndarray]:
    """Return the int32 groups of so many symbols each that `encode_groups` turned into `data`.

    Beyond the end a range decoder reads zeros, for as many symbols as it is asked for. So the bits that symbols
    take at least are counted: before they are decoded by the likeliest of them, then by what they are. Memory and
    time are in proportion to `data`, but for groups whose symbols are (nearly) all equal.

    Raises:
        PayloadError: `data` is not the code of that many symbols.
    """
    if len(data) % 4:
        raise PayloadError(f"coded symbols come in words of 4 bytes, here are {len(data)} bytes")
    decoder = RangeDecoder(np.frombuffer(data, "<u4").astype(np.uint32))
    groups, left = [], 8.0 * len(data)
    try:
        for count in counts:
            group, left = _decode_group(decoder, count, left)
            groups.append(group)
    except AssertionError as error:  # constriction's word for bits that no symbol has
        raise PayloadError("coded symbols are damaged") from error
    if not decoder.maybe_exhausted():
        raise PayloadError(f"coded symbols go on after {len(counts)} groups, {sum(counts)} symbols in all")
    return groups


class _Laplace(NamedTuple):
    """A discretized Laplace distribution, cut to the support: location as index in it, scale in _SCALES."""

    location: int
    scale: int

    @classmethod
    def fit(cls, counts: np.ndarray) -> Self:
        location = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))  # the median
        deviation = counts @ np.abs(np.arange(len(counts)) - location) / counts.sum()
        return cls(location, int(np.abs(np.log2(_SCALES / deviation)).argmin()))

    @classmethod
    def read(cls, decoder: RangeDecoder, values: int) -> Self:
        return cls(decoder.decode(Uniform(values)), decoder.decode(Uniform(len(_SCALES))))

    def write(self, encoder: RangeEncoder, values: int) -> None:
        encoder.encode(self.location, Uniform(values))
        encoder.encode(self.scale, Uniform(len(_SCALES)))

    def bits(self, values: int) -> float:
        return float(np.log2(values) + np.log2(len(_SCALES)))

    def frequencies(self, values: int) -> np.ndarray:
        distance = np.abs(np.arange(values) - self.location)
        scale = _SCALES[self.scale]
        beyond = np.exp(-(distance + 0.5) / scale) / 2
        nearer = np.where(distance == 0, 1 - beyond, np.exp(-(distance - 0.5) / scale) / 2)
        return np.maximum(1, np.rint((nearer - beyond) * _TOTAL))


class _Histogram(NamedTuple):
    """Every value's count, as an index in _COUNTS."""

    indices: np.ndarray

    @classmethod
    def fit(cls, counts: np.ndarray) -> Self:
        return cls(np.searchsorted(_COUNT_LIMITS, counts))

    @classmethod
    def read(cls, decoder: RangeDecoder, values: int) -> Self:
        indices = np.cumsum(decoder.decode(_categorical(_STEP_FREQUENCIES), values) + _STEPS[0])
        if indices.min() < 0 or indices.max() >= len(_COUNTS) or not indices.any():
            raise PayloadError("coded symbols have an impossible histogram")
        return cls(indices)

    def write(self, encoder: RangeEncoder, values: int) -> None:
        encoder.encode(self._steps(), _categorical(_STEP_FREQUENCIES))

    def bits(self, values: int) -> float:
        return _bits(np.bincount(self._steps(), minlength=len(_STEPS)), _STEP_FREQUENCIES)

    def frequencies(self, values: int) -> np.ndarray:
        return _COUNTS[self.indices]

    def _steps(self) -> np.ndarray:
        return (np.diff(self.indices, prepend=0) - _STEPS[0]).astype(np.int32)


_DESCRIPTIONS = (_Laplace, _Histogram)


def _encode_group(encoder: RangeEncoder, group: np.ndarray) -> None:
    low = int(group.min())
    values = int(group.max()) - low + 1
    _write_number(encoder, 2 * low if low >= 0 else -2 * low - 1)
    _write_number(encoder, values - 1)
    if values == 1:
        return
    counts = np.bincount(group - low)
    fitted = [description.fit(counts) for description in _DESCRIPTIONS]
    costs = [d.bits(values) + _bits(counts, d.frequencies(values)) for d in fitted]
    kind = int(np.argmin(costs))
    encoder.encode(kind, Uniform(len(_DESCRIPTIONS)))
    fitted[kind].write(encoder, values)
    encoder.encode(group - low, _categorical(fitted[kind].frequencies(values)))


def _decode_group(decoder: RangeDecoder, count: int, bits: float) -> tuple[np.ndarray, float]:
    """Return the symbols, and the bits that are left for the groups to come."""
    bits = _left(bits, _GROUP_BITS)
    folded, values = _read_number(decoder), _read_number(decoder) + 1
    low = -(folded + 1) // 2 if folded % 2 else folded // 2
    if low + values - 1 > MAX_SYMBOL:
        raise PayloadError("coded symbols leave their range")
    if values == 1:
        return np.full(count, low, np.int32), bits
    description = _DESCRIPTIONS[decoder.decode(Uniform(len(_DESCRIPTIONS)))].read(decoder, values)
    frequencies = description.frequencies(values)
    # A value may be likelier than that by 2 in _TOTAL: constriction rounds, and gives every value one.
    least = -np.log2(np.minimum(1, frequencies / frequencies.sum() + 2 / _TOTAL))
    _left(bits, count * least.min())
    symbols = decoder.decode(_categorical(frequencies), count)
    return symbols + np.int32(low), _left(bits, np.bincount(symbols, minlength=values) @ least)


def _left(bits: float, cost: float) -> float:
    if cost > bits:
        raise PayloadError("coded symbols are cut: these are fewer bytes than so many symbols take")
    return bits - cost


def _categorical(frequencies: np.ndarray) -> stream.model.Categorical:
    return stream.model.Categorical(frequencies, perfect=False)


def _bits(counts: np.ndarray, frequencies: np.ndarray) -> float:
    """Bits that symbols with these counts cost under a table; every frequency under a count is positive."""
    seen = counts > 0
    return float(counts[seen] @ np.log2(frequencies.sum() / frequencies[seen]))


def _write_number(encoder: RangeEncoder, number: int) -> None:
    """Write 0..2**16 - 1 as its bit length, then the bits below the leading one: small numbers are cheap."""
    length = number.bit_length()
    encoder.encode(length, Uniform(17))
    if length > 1:
        encoder.encode(number - (1 << (length - 1)), Uniform(1 << (length - 1)))


def _read_number(decoder: RangeDecoder) -> int:
    length = decoder.decode(Uniform(17))
    if length < 2:
        return length
    return (1 << (length - 1)) + decoder.decode(Uniform(1 << (length - 1)))
