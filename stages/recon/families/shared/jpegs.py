"""The codec of families whose payload is a JPEG file, and its suffixes."""

from abc import ABC

import numpy as np

from recon.data.params import Degrade
from recon.families.shared.codec import Codec
from recon.families.shared.family import Dial
from recon.jpeg.files import PLAIN, JpegFile, encode_file


def file_suffixes(file: JpegFile) -> tuple[str, ...]:
    """Return the suffixes of such files, the usual one first."""
    return (".jxl",) if file.container == "jxl" else (".jpg", ".jpeg")


class JpegCodec(Codec, ABC):
    """A picture as a JPEG file, with the options of `degrade` in params.yaml; a subclass decodes the file."""

    def __init__(self, pixels: np.ndarray, degrade: Degrade, file: JpegFile = PLAIN) -> None:
        """Take uint8 `pixels` (rows, columns, 1 or 3), and how the file is written."""
        self.pixels, self.degrade, self.file = pixels, degrade, file

    def encode(self, setting: float) -> bytes:
        """Return the picture's JPEG file, maybe in a JPEG XL file, of the quality `setting`, 1 to 100."""
        return encode_file(self.pixels, quality=int(setting), file=self.file, **self.degrade.options)

    def dial(self, *, usual: int) -> Dial:
        """Return the quality of the file, for `rebuild.py`."""
        return Dial("quality", range(1, 101), usual, self.pixels, self.encode)
