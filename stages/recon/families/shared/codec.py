"""The one codec contract: what every family does with one picture, in a stage and in `rebuild.py` alike."""

from abc import ABC, abstractmethod

import numpy as np

from recon.core.reconstruction import Reconstruction, timed


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
