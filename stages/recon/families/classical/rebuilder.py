"""Classical codecs: the codec's own file, which other programs can open."""

from io import BytesIO

import numpy as np
from PIL import Image

from recon.core.images import UNREADABLE, to_color
from recon.families.classical.method import CODECS, FORMATS, ClassicalCodec, decode
from recon.families.shared.family import Dial, Family, middle, scale

METHODS = {name: codec.suffixes for name, codec in CODECS.items()}
_VALUES = {"quality": range(1, 101), "target_bpp": scale(0.02, 24, per_octave=16)}
_HELP = {"quality": "1 to 100", "target_bpp": "bits per pixel to aim at"}
SETTINGS = {
    setting: f"{', '.join(name for name, codec in CODECS.items() if codec.setting == setting)}: {text}"
    for setting, text in _HELP.items()
}
EXAMPLE = "photo.png --method webp -o photo.webp"


class Rebuilder(Family):
    """A codec of Pillow's; the usual entry has the name of the method."""

    def open(self) -> None:
        """Read which codec the entry is of."""
        self._experiment = self.group.entry(self.entry_name or self.method).experiment

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the codec's quality, or rate."""
        codec, points = self._experiment.codec, self._experiment.points
        reference = pixels if CODECS[codec].holds_gray else to_color(pixels, "rgb")
        encode = ClassicalCodec(reference, codec).encode
        return Dial(points.setting, _VALUES[points.setting], middle(points.values), reference, encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of any of the codecs' files."""
        return decode(payload, channels=1 if _is_gray(payload) else 3)


def _is_gray(payload: bytes) -> bool:
    """Return whether a file's header says so; `decode` names what is wrong with a damaged one."""
    try:
        with Image.open(BytesIO(payload), formats=FORMATS) as image:
            return image.mode == "L"
    except UNREADABLE:
        return False
