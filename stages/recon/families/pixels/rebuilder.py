"""pixels: the pixels themselves, trained from noise; sent as they are, 24 bits each."""

import numpy as np

from recon.training import runtime

# isort: split
from recon.families.pixels.fitting import fit_pixels
from recon.families.pixels.method import PixelCodec
from recon.families.shared.family import Dial, Family, scale
from recon.families.shared.scratch import scratch_folder

METHODS = {"pixels": (".rcn",)}
SETTINGS = {"tolerance": "pixels: RMSE in gray levels at which the descent ends"}
_VALUES = scale(80, 0.1, per_octave=4)


class Rebuilder(Family):
    """Gradient descent on the pixels, as in the first run of an entry."""

    usual_entry = "plane"

    def open(self) -> None:
        """Read how the pixels go from noise to the picture."""
        self._descent = self.group.entry(self.entry_name).runs[0].descent
        runtime.prepare(self.project.runtime)

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the tolerance that ends the descent, which changes the picture but not the number of bytes."""

        def encode(tolerance: float) -> bytes:
            descent = self._descent.model_copy(update={"tolerance": tolerance, "shown_steps": []})
            with scratch_folder():
                fit = fit_pixels(pixels, descent, self.project.runtime)
            return PixelCodec(fit.pictures).encode(descent.last_step)

        return Dial("tolerance", _VALUES, self._descent.tolerance or min(_VALUES), pixels, encode)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels that a payload holds."""
        return PixelCodec.decode(data)
