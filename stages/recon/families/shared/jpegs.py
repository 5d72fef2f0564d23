"""What families share whose payload is a JPEG file."""

from abc import ABC

import numpy as np

from recon.data.params import Degrade
from recon.families.shared.codec import Codec
from recon.families.shared.family import Dial
from recon.jpeg.degradation import jpeg_encode


class JpegCodec(Codec, ABC):
    """A picture as a JPEG file, with the options of `degrade` in params.yaml; a subclass decodes the file."""

    def __init__(self, pixels: np.ndarray, degrade: Degrade) -> None:
        """Take uint8 `pixels` (rows, columns, 1 or 3)."""
        self.pixels, self.degrade = pixels, degrade

    def encode(self, setting: float) -> bytes:
        """Return the picture's JPEG file of the quality `setting`, 1 to 100."""
        return jpeg_encode(self.pixels, quality=int(setting), **self.degrade.options)

    def dial(self, *, usual: int) -> Dial:
        """Return the quality of the file, for `rebuild.py`."""
        return Dial("quality", range(1, 101), usual, self.pixels, self.encode)
