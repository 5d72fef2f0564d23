"""deblocking: a JPEG file, its artifacts reduced without a network."""

import numpy as np

from recon.families.deblocking import method
from recon.families.shared.family import Dial, Family, middle
from recon.families.shared.jpegs import file_suffixes

METHODS = {"deblocking": (".jpg", ".jpeg", ".jxl")}
SETTINGS = {"quality": "deblocking: of the JPEG, 1 to 100"}
RESTORES = True


class Rebuilder(Family):
    """A filter as decoder of JPEG files."""

    usual_entry = "shift_average_clipped"

    def open(self) -> None:
        """Read the entry."""
        self._entry = self.group.entry(self.entry_name, degrade=self.project.degrade)
        self.suffixes = file_suffixes(self._entry.experiment.file)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the quality of the JPEG file."""
        experiment = self._entry.experiment
        codec = method.DeblockingCodec(experiment.filter, pixels, self.project.degrade, experiment.file)
        return codec.dial(usual=middle(self._entry.runs[0].qualities))

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the filtered pixels of a JPEG file."""
        return method.decode(payload, filter=self._entry.experiment.filter)
