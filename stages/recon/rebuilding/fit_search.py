"""The search for a dial's value where each is a long fit: where to look next is predicted from the fits so far.

A fit's rate is smooth in the setting: bpp is about proportional to value ** rate_power, and PSNR rises by a few dB
wherever the rate doubles. So values, rates and qualities are all counted in octaves, doublings of the rate.
"""

from collections.abc import Callable

import numpy as np

from recon.families.shared.family import Dial

USUAL_FITS = 3  # 2 to 4
_DB_PER_OCTAVE = 3.3  # before two fits tell: of overfitted codecs; of others 2 to 6
_SLOPES = 0.3, 3.0  # of octaves measured against octaves expected: beyond that it is noise
_ENOUGH = 0.045  # octaves within which a target is met: 3 % of the rate, or 0.15 dB


def find_fit(dial: Dial, measure: str, target: float, measure_at: Callable[[int], float]) -> int | None:
    """Return the place, in the dial's values, of a fit within `target`, and close to it or the closest there is.

    Args:
        dial: with a `rate_power`.
        measure: `bpp`, which `target` limits from above, or `psnr`, which it limits from below.
        target: in the unit of the measure.
        measure_at: fits at a place, and measures.

    Returns:
        None where no fit is within the target, or quality rises too slowly to reach it.
    """
    expected = _count_expected(dial, dial.values)
    goal, sign = _count_octaves(target, measure), 1 if measure == "bpp" else -1
    low, high, last = -1, len(expected), len(expected) - 1  # the largest place below the goal, the least beyond it
    place = int(np.abs(expected - _count_expected(dial, [dial.usual])).argmin())
    tried: dict[int, float] = {}
    while True:
        tried[place] = _count_octaves(measure_at(place), measure)
        room = sign * (goal - tried[place])
        if 0 <= room <= _ENOUGH:
            return place
        low, high = (place, high) if (room > 0) == (sign > 0) else (low, place)
        if high - low == 1:
            return next((end for end in ((low,) if sign > 0 else (high,)) if 0 <= end <= last), None)
        if sign < 0 and high > last and _is_hopeless(tried, expected, goal):
            return None
        wanted = _predict(tried, expected, goal - sign * _ENOUGH / 2)
        place = int(np.clip(np.abs(expected - wanted).argmin(), low + 1, high - 1))
        if sign < 0 and wanted > expected[last] and high > last:
            place = (low + high) // 2  # the finest value may take hours, and be in vain


def _count_expected(dial: Dial, values: np.ndarray | list[float]) -> np.ndarray:
    return dial.rate_power * np.log2(np.asarray(values, float))


def _count_octaves(value: float, measure: str) -> float:
    return float(np.log2(value)) if measure == "bpp" else value / _DB_PER_OCTAVE


def _predict(tried: dict[int, float], expected: np.ndarray, aim: float) -> float:
    """Return the expected octaves at which `aim` will be measured: on a line through the two closest fits."""
    first, *others = sorted(tried, key=lambda place: abs(tried[place] - aim))
    slope = 1.0
    if others:
        slope = (tried[first] - tried[others[0]]) / (expected[first] - expected[others[0]])
    return expected[first] + (aim - tried[first]) / np.clip(slope, *_SLOPES)


def _is_hopeless(tried: dict[int, float], expected: np.ndarray, goal: float) -> bool:
    """Return whether quality, if it rose further twice as steeply as between two fits, would miss the goal."""
    if len(places := sorted(tried)) < 2:
        return False
    rises = np.diff([tried[place] for place in places]) / np.diff(expected[places])
    hoped = 2 * max(rises) * (expected[-1] - expected[places[-1]])
    return max(tried.values()) + max(hoped, 0) < goal
