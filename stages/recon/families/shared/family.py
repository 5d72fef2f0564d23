"""What a family of methods does for a picture of one's own: bytes from pixels, pixels from bytes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recon.core.errors import UserError


@dataclass(frozen=True)
class Dial:
    """A picture, and the setting that trades its bytes for its quality.

    Attributes:
        setting: what is turned, as params.yaml calls it.
        values: where it may stand, from the fewest bytes to the most; whole numbers if the first one is.
        usual: where it stands if nobody turns it.
        reference: what is rebuilt, uint8 (rows, columns, channels): the pixels given, in the family's color.
        encode: from a value to the payload.
    """

    setting: str
    values: Sequence[float]
    usual: float
    reference: np.ndarray
    encode: Callable[[float], bytes]

    def checked(self, value: float) -> float:
        """Return a value that was typed; UserError where the setting cannot stand there."""
        lowest, highest = min(self.values), max(self.values)
        whole = isinstance(self.values[0], int)
        if not lowest <= value <= highest or (whole and value != int(value)):
            kind = "a whole number " if whole else ""
            raise UserError(f"--{flag(self.setting)} {value:g}: {kind}from {lowest:g} to {highest:g} is possible")
        return int(value) if whole else value


class Family(ABC):
    """A family with the settings of one entry of params.yaml. A new one prepares the process: have one only."""

    usual_entry: str | None = None

    def __init__(self, params: dict[str, Any], method: str, entry: str | None = None) -> None:
        """Take what params.yaml says of `entry`; UserError names a wrong key, or a file that is not there."""
        self.params, self.method = params, method
        self.entry = entry or self.usual_entry
        self.open()

    @abstractmethod
    def open(self) -> None:
        """Read the entry, and load what all pictures share."""

    @abstractmethod
    def dial(self, pixels: np.ndarray) -> Dial:
        """Return what there is to be turned for uint8 `pixels` (rows, columns, 1 or 3).

        Raises:
            UserError: the family cannot have this picture.
        """

    @abstractmethod
    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload stands for, uint8 (rows, columns, channels).

        Raises:
            PayloadError: it is none of this family, or damaged, or of a model that is not on the disk.
        """


def flag(setting: str) -> str:
    """Return a setting's name as it is typed: `q_step` is `--q-step`."""
    return setting.replace("_", "-")


def middle(values: Sequence[float]) -> float:
    """Return what stands in the middle of a sweep, the higher one of two."""
    return sorted(values)[len(values) // 2]


def scale(first: float, last: float, *, per_octave: int) -> list[float]:
    """Return values from `first` to `last` in equal ratios, to three digits, each once."""
    count = 1 + round(per_octave * abs(np.log2(last / first)))
    return list(dict.fromkeys(float(f"{value:.3g}") for value in np.geomspace(first, last, count)))
