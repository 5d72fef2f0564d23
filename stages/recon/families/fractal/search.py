"""The search: for each range block the domain block, turn and contrast that come closest to it.

All pairs are compared by products of matrices. With r and d less their means, |d| the length of d, c = r . d /
|d|, a contrast s leaves of |r|^2 all but t (2 c - t), where t = s |d|. It is the least-squares contrast,
r . d / |d|^2, rounded to a step and cut to the largest one, before pairs are compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from recon.families.fractal.blocks import count_domains, cut_blocks, halve, list_isometries
from recon.families.fractal.params import Coding

CENTER = np.float32(128)  # contrast is around the middle gray
_TURNS = 8  # and mirrorings
_PRODUCTS = 2**22  # of ranges and domains at once: two arrays of 16 MB; much smaller ones are slower
_DOMAIN_VALUES = 2**22  # of domain blocks at once
_LEAST_LENGTH = np.float32(1e-3)  # a plainer domain has no contrast to give


@dataclass(frozen=True)
class Matches:
    """The best matches of the blocks of one side, each array with a value for each block, row by row.

    contrast    int, in steps; domain_row, domain_column and isometry are those of the domain block that it scales
    brightness  int, in steps: of the block with its domain, and of a plain one (contrast 0)
    error       mean squared error: with its domain, and of a plain one, in squared gray levels
    """

    side: int
    contrast: np.ndarray
    domain_row: np.ndarray
    domain_column: np.ndarray
    isometry: np.ndarray
    brightness: np.ndarray
    error: np.ndarray
    plain_brightness: np.ndarray
    plain_error: np.ndarray


@dataclass(frozen=True)
class BlockSearch:
    """The search for the blocks of one side, on a padded plane: float32 (rows, columns), 0 to 255."""

    plane: np.ndarray
    side: int
    coding: Coding

    @property
    def products(self) -> int:
        """The multiplications it takes; its time is about proportional to them."""
        rows, columns = count_domains(self.plane.shape, self.side, self.coding.domain_step)
        return _TURNS * self.plane.size * rows * columns

    def run(self, advance: Callable[[int], object] = lambda products: None) -> Matches:
        """Return the best match of each block; `advance` gets the number of products after each part of them."""
        plane, side, coding = self.plane, self.side, self.coding
        blocks = cut_blocks(plane, side)
        mean = blocks.mean(axis=1)
        centered = blocks - mean[:, np.newaxis]
        best = _Best(len(blocks), coding, advance)
        for domains in _cut_domains(plane, side, coding.domain_step):
            for number, form in enumerate(list_isometries(side)):
                best.offer(np.ascontiguousarray(centered[:, np.argsort(form)]), domains, number)
        energy = (centered**2).sum(axis=1)
        columns = count_domains(plane.shape, side, coding.domain_step)[1]
        brightness, off = _round_brightness(mean - best.contrast * coding.contrast_step * best.mean, coding)
        plain_brightness, plain_off = _round_brightness(mean, coding)
        return Matches(
            side=side,
            contrast=best.contrast,
            domain_row=best.domain // columns,
            domain_column=best.domain % columns,
            isometry=best.isometry,
            brightness=brightness,
            error=np.maximum(energy - best.gain, 0) / side**2 + off**2,
            plain_brightness=plain_brightness,
            plain_error=energy / side**2 + plain_off**2,
        )


@dataclass(frozen=True)
class _Domains:
    """A band of domain blocks: the number of the first, means less CENTER, lengths, and blocks of length one."""

    first: int
    mean: np.ndarray
    length: np.ndarray
    unit: np.ndarray


def _round_brightness(values: np.ndarray, coding: Coding) -> tuple[np.ndarray, np.ndarray]:
    """Return whole steps of brightness, and the error of each."""
    steps = np.rint(values / coding.brightness_step).astype(np.int32)
    return steps, values - steps * np.float32(coding.brightness_step)


def _cut_domains(plane: np.ndarray, side: int, domain_step: int) -> Iterator[_Domains]:
    half = halve(plane)
    every = domain_step // 2
    windows = np.lib.stride_tricks.sliding_window_view(half, (side, side))[::every, ::every]
    at_once = max(1, _DOMAIN_VALUES // (windows.shape[1] * side**2))
    for row in range(0, len(windows), at_once):
        blocks = windows[row : row + at_once].reshape(-1, side * side) - CENTER
        mean = blocks.mean(axis=1)
        blocks -= mean[:, np.newaxis]
        length = np.maximum(np.sqrt((blocks**2).sum(axis=1)), _LEAST_LENGTH)
        yield _Domains(row * windows.shape[1], mean, length, blocks / length[:, np.newaxis])


class _Best:
    """The best so far for each range block; at first a plain block."""

    def __init__(self, count: int, coding: Coding, advance: Callable[[int], object]) -> None:
        self._step, self._most, self._advance = coding.contrast_step, coding.contrast_steps, advance
        self.gain, self.mean = np.zeros(count, np.float32), np.zeros(count, np.float32)
        self.contrast, self.domain, self.isometry = (np.zeros(count, np.int32) for _ in range(3))

    def offer(self, blocks: np.ndarray, domains: _Domains, isometry: int) -> None:
        """Compare with all of the domains in one turn: `blocks` less their means (blocks, side * side)."""
        at_once = max(1, _PRODUCTS // len(domains.unit))
        for start in range(0, len(blocks), at_once):
            part = slice(start, start + at_once)
            self._offer(part, blocks[part], domains, isometry)
            self._advance(blocks[part].size * len(domains.unit))

    def _offer(self, part: slice, blocks: np.ndarray, domains: _Domains, isometry: int) -> None:
        unit_step = self._step * domains.length  # what a step of contrast adds, as a length
        gains = blocks @ domains.unit.T
        taken = gains / unit_step
        np.clip(np.rint(taken, out=taken), -self._most, self._most, out=taken)
        taken *= unit_step
        gains += gains  # in place, since the search waits for memory
        gains -= taken
        gains *= taken
        chosen = gains.argmax(axis=1)
        every = np.arange(len(blocks))
        better = gains[every, chosen] > self.gain[part]
        chosen, every = chosen[better], every[better]
        self.gain[part][better] = gains[every, chosen]
        self.contrast[part][better] = np.rint(taken[every, chosen] / unit_step[chosen])
        self.mean[part][better] = domains.mean[chosen]
        self.domain[part][better] = domains.first + chosen
        self.isometry[part][better] = isometry
