"""coordinates: a network fitted to the picture, whose weights are the file. Fitting takes minutes."""

from dataclasses import replace

import numpy as np

from recon.training import runtime

# isort: split
from recon.families.coordinates import method
from recon.families.coordinates.fitting import fit_width
from recon.families.coordinates.method import NeuralField
from recon.families.coordinates.visibility import Visibility
from recon.families.shared.family import MACS_PER_SECOND, Dial, Family, middle, scale
from recon.families.shared.scratch import scratch_folder

METHODS = {"coordinates": (".rcn",)}
SETTINGS = {"width": "coordinates: units of each layer, 4 to 256"}
EXAMPLE = "photo.png --method coordinates --width 48 -o photo.rcn"
_WIDTHS = list(dict.fromkeys(round(width) for width in scale(4, 256, per_octave=6)))
_MAX_BYTES = 4e9  # of all pixels' input features, twice


class Rebuilder(Family):
    """A network fitted to one picture as the first network of an entry is, but to all of its pixels."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read the entry, without its mask or reduction."""
        self._entry = self.group.entry(self.entry_name)
        self._run = replace(self._entry.runs[0], visibility=Visibility(), mask=None)
        features = NeuralField.of(self._run, seed=0, channels=3).num_features
        self.most_pixels = min(self.most_pixels, int(_MAX_BYTES / (2 * 4 * features)))
        runtime.prepare(self.project.runtime, math=self._run.training.math)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the width of the network; each has to be fitted anew."""
        bits = middle(self._entry.experiment.points.values)
        usual = middle([run.network["width"] for run in self._entry.runs])

        def encode(width: float) -> bytes:
            with scratch_folder():
                codec = fit_width(self._run, width, pixels, usual=usual, runtime=self.project.runtime)
            return codec.encode(bits)

        return Dial("width", _WIDTHS, usual, pixels, encode, rate_power=1.8)

    def estimate_seconds(self, shape: tuple[int, ...], value: float) -> float:
        """Return the time of fitting one network of that width; UserError where it is too large to be sent."""
        run, training = self._run, self._run.training
        field = NeuralField.of(run, seed=0, channels=shape[2])
        field = replace(field, settings=field.settings | {"width": int(value)})
        field.shapes(rows=shape[0], columns=shape[1])  # refuses it before it is built
        macs = field.describe()["macs_per_pixel"]
        batch = min(training.batch_size or shape[0] * shape[1], shape[0] * shape[1])
        return training.epochs * training.steps_per_epoch * batch * macs / MACS_PER_SECOND

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the picture of the network in a payload."""
        return method.decode(payload)
