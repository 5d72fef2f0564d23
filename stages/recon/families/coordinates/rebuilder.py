"""coordinates: a network fitted to the picture, whose weights are the file. Fitting takes minutes."""

from dataclasses import replace

import numpy as np

from recon.training import runtime

# isort: split
from recon.core.errors import UserError
from recon.families.coordinates import method
from recon.families.coordinates.fitting import fit_picture
from recon.families.coordinates.method import NeuralField
from recon.families.coordinates.visibility import Visibility
from recon.families.shared.family import Dial, Family, middle, scale
from recon.families.shared.scratch import scratch_folder

METHODS = {"coordinates": (".rcn",)}
SETTINGS = {"width": "coordinates: units of each layer, 4 to 256"}
EXAMPLE = "photo.png --method coordinates --width 48 -o photo.rcn"
_WIDTHS = [round(width) for width in scale(4, 256, per_octave=6)]
_MAX_BYTES = 4e9  # of all pixels' input features, twice


class Rebuilder(Family):
    """A network fitted to one picture as the first network of an entry is, but to all of its pixels."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry, without its mask or reduction."""
        self._entry = self.group.entry(self.entry_name)
        self._run = replace(self._entry.runs[0], visibility=Visibility(), mask=None)
        runtime.prepare(self.project.runtime, math=self._run.training.math)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the width of the network; each has to be fitted anew."""
        self._check_memory(pixels.shape)
        bits = middle(self._entry.experiment.points.values)

        def encode(width: float) -> bytes:
            run = replace(self._run, network=self._run.network | {"width": width})
            names = {"entry": f"width {width}", "image": "the picture"}
            with scratch_folder():
                codec, _ = fit_picture(run, pixels, None, runtime=self.project.runtime, **names)
            return codec.encode(bits)

        usual = middle([run.network["width"] for run in self._entry.runs])
        return Dial("width", _WIDTHS, usual, pixels, encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the picture of the network in a payload."""
        return method.decode(payload)

    def _check_memory(self, shape: tuple[int, ...]) -> None:
        """Refuse a picture whose pixels have more input features than memory holds."""
        rows, columns, channels = shape
        features = NeuralField.of(self._run, seed=0, channels=channels).num_features
        if 2 * 4 * rows * columns * features > _MAX_BYTES:
            most = int((_MAX_BYTES / (2 * 4 * features)) ** 0.5)
            raise UserError(
                f"{rows} x {columns} pixels of {features} input features each need too much memory; scale the "
                f"picture (--longest {most}), or choose an --entry without a mapping, such as plane"
            )
