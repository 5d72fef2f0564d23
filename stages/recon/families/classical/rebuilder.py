"""Classical codecs: the codec's own file, which other programs can open."""

import numpy as np

from recon.core.errors import UserError
from recon.core.images import to_color
from recon.families.classical.method import CODECS, MOST_PIXELS, ClassicalCodec, decode
from recon.families.shared.family import Dial, Family, middle, scale
from recon.families.shared.jpegs import file_suffixes

METHODS = {name: codec.suffixes for name, codec in CODECS.items()}
_VALUES = {"quality": range(1, 101), "target_bpp": scale(0.02, 24, per_octave=16)}
_HELP = {"quality": "1 to 100", "target_bpp": "bits per pixel to aim at"}
SETTINGS = {
    setting: f"{', '.join(name for name, codec in CODECS.items() if codec.setting == setting)}: {text}"
    for setting, text in _HELP.items()
}
EXAMPLE = "photo.png --method webp -o photo.webp"


class Rebuilder(Family):
    """A codec; the usual entry has the name of the method."""

    most_pixels = MOST_PIXELS

    def open(self) -> None:
        """Read which codec the entry is of."""
        entry = self.group.entry(self.entry_name or self.method)
        self._experiment = entry.experiment
        if self._experiment.codec != self.method:
            names = [name for name, other in self.group.experiments.items() if other.codec == self.method]
            known = ", ".join(names) or "none"
            raise UserError(f"{entry.key} is of {self._experiment.codec}; entries of {self.method}: {known}")
        if self.method == "jpeg":
            self.suffixes = file_suffixes(self._experiment.file)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the codec's quality, or rate."""
        codec, points = self._experiment.codec, self._experiment.points
        reference = pixels if CODECS[codec].holds_gray else to_color(pixels, "rgb")
        encode = ClassicalCodec(reference, codec, self._experiment.file).encode
        return Dial(points.setting, _VALUES[points.setting], middle(points.values), reference, encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of any of the codecs' files."""
        return decode(payload)
