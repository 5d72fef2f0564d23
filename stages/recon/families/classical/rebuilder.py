"""jpeg, jpeg2000, webp, avif: the codec's own file, which other programs can open."""

from io import BytesIO

import numpy as np
from PIL import Image

from recon.core.images import UNREADABLE, to_color
from recon.families.classical import method
from recon.families.classical.params import Experiment
from recon.families.shared.family import Dial, Family, middle, scale
from recon.settings.core import lookup, parse

METHODS = {
    "jpeg": (".jpg", ".jpeg"),
    "jpeg2000": (".jp2",),
    "webp": (".webp",),
    "avif": (".avif",),
}
SETTINGS = {"quality": "jpeg, webp and avif: 1 to 100", "target_bpp": "jpeg2000: bits per pixel to aim at"}
_WITHOUT_GRAY = ("webp", "avif")  # Pillow has them hold gray as color
_VALUES = {"quality": range(1, 101), "target_bpp": scale(0.02, 24, per_octave=16)}


class Rebuilder(Family):
    """A codec of Pillow's."""

    def open(self) -> None:
        """Read which codec the entry is of; the usual one is called as the method."""
        key = f"classical.experiments.{self.entry or self.method}"
        self._experiment = parse(Experiment, lookup(self.params, key), key)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the codec's quality, or rate."""
        codec, parameter = self._experiment.codec, self._experiment.parameter
        reference = to_color(pixels, "rgb") if codec in _WITHOUT_GRAY else pixels
        return Dial(
            parameter,
            _VALUES[parameter],
            middle(self._experiment.settings),
            reference,
            lambda value: method.encode(reference, codec=codec, setting=value),
        )

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels of any of the codecs' files."""
        return method.decode(data, channels=1 if _is_gray(data) else 3)


def _is_gray(data: bytes) -> bool:
    """Return whether a file's header says so; what is wrong with a damaged one, its decoder will say."""
    try:
        with Image.open(BytesIO(data), formats=method.FORMATS) as image:
            return image.mode == "L"
    except UNREADABLE:
        return False
