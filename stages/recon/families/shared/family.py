"""What `rebuild.py` asks of a family: one setting to turn for any picture, and pixels from any payload."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from recon.coding.payload import MOST_PIXELS
from recon.core.errors import UserError
from recon.families.shared.project import Project
from recon.settings.entries import Group

MACS_PER_SECOND = 5e9  # of a network's forward pass, when it is trained on 2 CPU cores


@dataclass(frozen=True)
class Dial:
    """The setting that trades bytes for quality, for one picture.

    Attributes:
        setting: its name in params.yaml.
        values: its possible values, from the fewest bytes to the most; whole numbers if the first one is.
        usual: the default.
        reference: the picture in the family's color, uint8 (rows, columns, channels).
        encode: value -> payload, such as a `Codec`'s `encode`.
        rate_power: where each value is a long fit of its own: bits per pixel are about proportional to
            value ** rate_power, by which a search predicts where to look. None: encoding is quick.
    """

    setting: str
    values: Sequence[float]
    usual: float
    reference: np.ndarray
    encode: Callable[[float], bytes]
    rate_power: float | None = None

    @property
    def refits(self) -> bool:
        """Whether each value is a long fit of its own."""
        return self.rate_power is not None

    def check(self, value: float) -> float:
        """Return `value`, as an int where the setting takes whole numbers; UserError where it is out of range."""
        lowest, highest = min(self.values), max(self.values)
        whole = isinstance(self.values[0], int)
        if not lowest <= value <= highest or (whole and value != int(value)):
            kind = "a whole number " if whole else ""
            raise UserError(
                f"--{option_name(self.setting)} {value:g}: expected {kind}from {lowest:g} to {highest:g}"
            )
        return int(value) if whole else value


class Family(ABC):
    """A family with the settings of one entry of params.yaml. Its `open` may prepare the process: create one only.

    Attributes:
        project: all of params.yaml.
        group: the family's own group of it.
        method: the name of the method, one of the family's METHODS.
        entry_name: the entry that was asked for, else `usual_entry`.
        preset: the name of a preset that was asked for, one of `presets`.
        refine: steps that were asked for, by which a picture's code is refined; 0 unless the family `refines`.
        most_pixels: of a picture; checked before any work.
        suffixes: of the entry's payloads, the usual one first; None: those of the method.
    """

    usual_entry: str | None = None
    refines: bool = False
    most_pixels: int = MOST_PIXELS
    suffixes: tuple[str, ...] | None = None

    def __init__(
        self,
        project: Project,
        method: str,
        entry: str | None = None,
        preset: str | None = None,
        refine: int = 0,
    ) -> None:
        """Read the entry; UserError names a wrong key, a preset that is unknown, or a file that is missing."""
        self.project, self.method = project, method
        self.group: Group = project.families[type(self).__module__.split(".")[-2]]
        self.entry_name, self.preset, self.refine = entry or self.usual_entry, preset, refine
        if refine and not self.refines:
            raise UserError(f"--refine {refine}: {method} has nothing to refine; omit it")
        if preset and preset not in self.presets:
            reason = f"known: {', '.join(self.presets)}" if self.presets else f"{method} has no presets; omit it"
            raise UserError(f"--preset {preset}: {reason}")
        self.open()

    @property
    def presets(self) -> Collection[str]:
        """The names of the ways to fit a picture, of which `preset` is one; none: the family has one way."""
        return ()

    @abstractmethod
    def open(self) -> None:
        """Read the entry, and load what all pictures share."""

    @abstractmethod
    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the family's setting for uint8 `pixels` (rows, columns, 1 or 3).

        Raises:
            UserError: the family cannot encode this picture.
        """

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float | None:
        """Return about how long a fit takes at `value` of the dial on 2 CPU cores; None: too short to matter.

        `shape` is that of the dial's reference, (rows, columns, channels).
        """
        return None

    @abstractmethod
    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels that a payload describes, uint8 (rows, columns, channels).

        Raises:
            PayloadError: it is of another family, or damaged, or of a model that is not on the disk.
        """


def option_name(setting: str) -> str:
    """Return a setting's name as it is typed after `--`: `q_step` is `q-step`."""
    return setting.replace("_", "-")


def middle(values: Sequence[float]) -> float:
    """Return the middle one of `values`, the higher one of two."""
    return sorted(values)[len(values) // 2]


def scale(first: float, last: float, *, per_octave: int) -> list[float]:
    """Return values from `first` to `last` in equal ratios, rounded to three digits, each once."""
    count = 1 + round(per_octave * abs(np.log2(last / first)))
    return list(dict.fromkeys(float(f"{value:.3g}") for value in np.geomspace(first, last, count)))
