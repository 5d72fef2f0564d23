"""The one codec contract: what every family does with one picture, in a stage and in `rebuild.py` alike."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import partial

import numpy as np

from recon.core import parallel
from recon.core.reconstruction import EntryWriter, Reconstruction, Settings, timed


class Codec(ABC):
    """One picture with the settings of one entry: bytes at a setting, and pixels from bytes."""

    @abstractmethod
    def encode(self, setting: float) -> bytes:
        """Return the picture's payload at `setting`, a point of its curve (a quality, a step, bits)."""

    @abstractmethod
    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels, uint8 (rows, columns, channels), that the payload describes."""

    def rebuild(self, setting: float) -> Reconstruction:
        """Encode and decode at `setting`, timed."""
        return timed(lambda: self.encode(setting), self.decode)


def rebuild_all(writer: EntryWriter, setting: str, pieces: Iterable[tuple[Settings, str, Codec]]) -> None:
    """Rebuild pictures, several at once, and write them in their order.

    Args:
        writer: of the entry.
        setting: the one of a point that its codec takes.
        pieces: of each picture the point, the image's name, and the codec, which another process can be sent.
    """
    listed = list(pieces)
    rebuilt = parallel.run_all(partial(codec.rebuild, point[setting]) for point, _, codec in listed)
    for (point, image, _), picture in zip(listed, rebuilt, strict=True):
        writer.add(point, image, picture)
