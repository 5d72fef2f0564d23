"""deblocking: a JPEG file, its artifacts reduced without a network."""

import numpy as np

from recon.families.deblocking import method
from recon.families.deblocking.params import Experiment
from recon.families.shared import jpegs
from recon.families.shared.family import Dial, Family, middle
from recon.settings.core import lookup, parse

METHODS = {"deblocking": (".jpg", ".jpeg")}
SETTINGS = {"quality": "deblocking: of the JPEG, 1 to 100"}
RESTORES = True


class Rebuilder(Family):
    """A filter as decoder of JPEG files."""

    usual_entry = "shift_average_clipped"

    def open(self) -> None:
        """Read which filter the entry is of."""
        key = f"deblocking.experiments.{self.entry}"
        self._experiment = parse(Experiment, lookup(self.params, key), key)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quality of the JPEG."""
        usual = middle(self._experiment.qualities(jpegs.degrade_of(self.params)))
        return jpegs.dial(pixels, self.params, usual=usual)

    def decode(self, data: bytes) -> np.ndarray:
        """Return what the filter makes of a JPEG file."""
        return method.decode(data, filter=self._experiment.filter)
